/**
 * A private folder in which Terraform works: the files of a proposal or of a bundle, the provider lock file in place
 * before init, the backend completed with the account's bucket and key. It is deleted afterwards, whatever happens: a
 * plan holds the state, and the state holds secrets.
 */

import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UsageError } from '../command.ts';
import type { PlannedState } from '../sealed-bundle/manifest.ts';
import type { ControlPlane } from './control-plane.ts';
import type { Message } from './messages.ts';
import type { Outcome, Terraform } from './terraform.ts';

export type Workspace = {
  directory: string;
  write(name: string, bytes: Uint8Array | string): void;
  read(name: string): Uint8Array;
  has(name: string): boolean;
  init(): Promise<void>;
  state(): Promise<PlannedState>;
  /** Which provider versions init chose: `registry.terraform.io/hashicorp/aws` → `5.100.0`. */
  providers(): Promise<Record<string, string>>;
  stream(args: readonly string[], hear?: (message: Message) => void): Promise<Outcome>;
  text(args: readonly string[], doing: string): Promise<string>;
};

export async function inWorkspace<T>(
  {
    terraform,
    plane,
    files,
  }: {
    terraform: Terraform;
    plane: ControlPlane;
    files: ReadonlyMap<string, Uint8Array | string>;
  },
  work: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), `terraform-${plane.environment}-`));
  try {
    chmodSync(directory, 0o700);
    const workspace = workspaceIn(directory, terraform, plane);
    for (const [name, bytes] of files) workspace.write(name, bytes);
    return await work(workspace);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function workspaceIn(directory: string, terraform: Terraform, plane: ControlPlane): Workspace {
  const about = (doing: string) => ({ doing, environment: plane.environment });
  const text: Workspace['text'] = (args, doing) => terraform.text(directory, args, about(doing));
  return {
    directory,
    write: (name, bytes) => {
      const path = join(directory, name);
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(path, bytes, { mode: 0o600 });
    },
    read: (name) => readFileSync(join(directory, name)),
    has: (name) => existsSync(join(directory, name)),
    init: () =>
      terraform.init(
        directory,
        ['-lockfile=readonly', ...backendFlags(plane)],
        about('make ready (terraform init)'),
      ),
    state: async () => readState(await text(['state', 'pull'], 'read the state')),
    providers: async () => readProviders(await text(['version', '-json'], 'say its providers')),
    stream: (args, hear) => terraform.stream(directory, args, hear),
    text,
  };
}

function backendFlags({ bucket, keyId }: ControlPlane): string[] {
  return Object.entries({ bucket, kms_key_id: keyId }).map(
    ([name, value]) => `-backend-config=${name}=${value}`,
  );
}

function readProviders(text: string): Record<string, string> {
  const { provider_selections: chosen } = JSON.parse(text) as {
    provider_selections?: Record<string, string>;
  };
  return { ...chosen };
}

/** What `terraform state pull` prints. Where nothing was ever applied it is nothing, or a state without a lineage. */
export function readState(text: string): PlannedState {
  if (text.trim() === '') return { lineage: null, serial: 0 };
  try {
    const { lineage, serial } = JSON.parse(text) as { lineage?: unknown; serial?: unknown };
    if (typeof lineage === 'string' && Number.isSafeInteger(serial))
      return { lineage: lineage || null, serial: serial as number };
  } catch {
    // It is refused below, like any other text that is no state.
  }
  throw new UsageError(
    'What lies in the state bucket is no Terraform state.',
    'Look at the object, and bring an older version of it back (docs/RUNBOOK.md, "A broken state").',
  );
}
