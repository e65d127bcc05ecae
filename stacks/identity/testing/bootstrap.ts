/** A bootstrap stack of a made-up account and repository, synthesized for tests, with its policies by name. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'cdktf';
import { Bootstrap, type BootstrapConfig } from '../../bootstrap.ts';
import { ENVIRONMENTS } from '../../environments.ts';
import type { EnvironmentName } from '../../names.ts';
import type { Repository } from '../github.ts';

export const ACCOUNT = '111122223333';
export const STATE_KEY = `arn:aws:kms:us-east-2:${ACCOUNT}:key/5e1a7e00-0000-4000-8000-000000000000`;
export const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`;
export const REPOSITORY: Repository = { name: 'acme/orders', id: 4242, ownerId: 77 };

export type Role = 'plan' | 'apply' | 'load';
type Resources = Record<string, Record<string, Record<string, unknown>>>;
export type Bootstrapped = {
  resources: Resources;
  trust(role: Role): string;
  policies(role: Role): string[];
  boundary: string;
};

export function bootstrapped(
  environment: EnvironmentName,
  github: BootstrapConfig['github'] = 'made here',
  repository: Repository = REPOSITORY,
): Bootstrapped {
  const outdir = mkdtempSync(join(tmpdir(), 'bootstrap-'));
  try {
    const app = new App({ outdir, stackTraces: false });
    const config = { environment: ENVIRONMENTS[environment], account: ACCOUNT, repository, github };
    const stack = new Bootstrap(app, config);
    stack.prepareStack();
    const json = stack.toTerraform() as { resource: Resources };
    return read(JSON.parse(JSON.stringify(json.resource)) as Resources);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The key's ARN is Terraform's to fill in. */
function read(resources: Resources): Bootstrapped {
  const filled = (text: unknown) => String(text).replaceAll('${aws_kms_key.state_key.arn}', STATE_KEY);
  const policies = Object.entries(resources['aws_iam_policy'] ?? {});
  return {
    resources,
    trust: (role) => String(resources['aws_iam_role']?.[role]?.['assume_role_policy']),
    policies: (role) =>
      policies.filter(([id]) => id.startsWith(`${role}_`)).map(([, { policy }]) => filled(policy)),
    boundary: filled(resources['aws_iam_policy']?.['boundary']?.['policy']),
  };
}
