/**
 * What must stand in an account before the pipeline can be planned there, one stack an environment: the bucket of the
 * state and of the sealed bundles, its key, GitHub as somebody whom the account believes, the roles that plan, apply and,
 * in staging, drive load, and the boundary of every role that an apply makes. `npm run bootstrap` applies it, as an administrator; no
 * workflow may. It holds nothing of the pipeline.
 *
 * The account is a plain text here, unlike in the pipeline: rights are written for names before the things are there,
 * and a plan for another account than was asked is refused by the provider.
 */

import { IamOpenidConnectProvider } from '@cdktf/provider-aws/lib/iam-openid-connect-provider/index.js';
import { IamPolicy } from '@cdktf/provider-aws/lib/iam-policy/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js';
import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias/index.js';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js';
import { TerraformElement, TerraformOutput, TerraformStack } from 'cdktf';
import { Construct, type Node } from 'constructs';
import { boundary } from './identity/boundary.ts';
import { AUDIENCE, ISSUER, type Repository } from './identity/github.ts';
import { LOADED, loadPolicies } from './identity/load-rights.ts';
import { iamArn, named, type Place } from './identity/place.ts';
import { applyPolicies, type Policies, planPolicies } from './identity/role-rights.ts';
import { stateKeyPolicy } from './identity/state-key.ts';
import { applyTrust, loadTrust, planTrust } from './identity/trust.ts';
import { BASE_NAMES, bucketNameIn, type EnvironmentName } from './names.ts';
import { PrivateBucket } from './private-bucket.ts';

export type BootstrapConfig = Place & {
  repository: Repository;
  /** An account can have one provider of an issuer: `existing` where somebody else, or another environment, made it. */
  github: 'made here' | 'existing';
};

/** Bundles are applied within hours of a merge; a state is looked back at after a bad day. */
const BUNDLES_EXPIRE_AFTER_DAYS = 90;
const OLD_STATES_EXPIRE_AFTER_DAYS = 365;
const KEY_DELETION_DAYS = 30;
const SESSION_SECONDS = 3600;
/** The longest profile is an hour; calibration comes before it, the last orders' way to the views after. */
const LOAD_SESSION_SECONDS = 7200;

export class Bootstrap extends TerraformStack {
  constructor(scope: Construct, config: BootstrapConfig) {
    const { environment, account, repository } = config;
    super(scope, bootstrapName(environment.name));
    new AwsProvider(this, 'aws', {
      region: environment.region,
      allowedAccountIds: [account],
      defaultTags: [
        { tags: { project: 'prime-day-order-pipeline', environment: environment.name, part: 'bootstrap' } },
      ],
    });
    const key = stateKey(this, config);
    stateBucket(this, config, key);
    const provider = iamArn(config, `oidc-provider/${ISSUER}`);
    const github = config.github === 'made here' ? [githubProvider(this)] : [];

    new IamPolicy(this, 'boundary', {
      name: named(config, BASE_NAMES.boundary),
      description: `What no role of the ${environment.name} pipeline may exceed.`,
      policy: boundary(config, key.arn),
    });
    const plan = new WorkflowRole(this, 'plan', config, {
      base: BASE_NAMES.planRole,
      description: 'Plans for pull requests and looks for drift. Changes nothing.',
      trust: planTrust(repository, provider),
      policies: planPolicies(config, key.arn),
      sessionSeconds: SESSION_SECONDS,
      after: github,
    });
    const apply = new WorkflowRole(this, 'apply', config, {
      base: BASE_NAMES.applyRole,
      description: 'Applies the sealed plan of what was merged.',
      trust: applyTrust(repository, provider, environment.name),
      policies: applyPolicies(config, key.arn),
      sessionSeconds: SESSION_SECONDS,
      after: github,
    });
    this.#output('plan_role_arn', 'Taken on by plan.yml and drift.yml.', plan.arn);
    this.#output('apply_role_arn', 'Taken on by deploy.yml.', apply.arn);
    if (environment.name === LOADED) {
      const load = new WorkflowRole(this, 'load', config, {
        base: BASE_NAMES.loadRole,
        description: 'Drives load tests: writes orders and asks the views.',
        trust: loadTrust(repository, provider, environment.name),
        policies: loadPolicies(config),
        sessionSeconds: LOAD_SESSION_SECONDS,
        after: github,
      });
      this.#output('load_role_arn', 'Taken on by load-test.yml.', load.arn);
    }
    this.#output('state_key_arn', 'Encrypts the state and wraps the keys of the bundles.', key.arn);
  }

  #output(id: string, description: string, value: string): void {
    new TerraformOutput(this, id, { description, value, staticId: true });
  }

  /** As in pipeline.ts: `aws_iam_role.plan`. */
  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const node = TerraformElement.isTerraformElement(element) ? element.node : (element as Node);
    const path = node.scopes.slice(node.scopes.indexOf(this) + 1).map((each) => each.node.id);
    return path.filter((id) => id !== 'Default').join('_');
  }

  /** No backend here: at first there is no bucket to keep a state in. scripts/bootstrap/ adds one beside the stack. */
  override toTerraform(): Record<string, unknown> {
    const json = super.toTerraform() as { terraform: { backend?: unknown } };
    delete json.terraform.backend;
    return json;
  }
}

export function bootstrapName(environment: EnvironmentName): string {
  return `bootstrap-${environment}`;
}

function stateKey(scope: Construct, place: Place): KmsKey {
  const key = new KmsKey(scope, 'state_key', {
    description: 'Encrypts the state of Terraform and wraps the keys of sealed bundles.',
    enableKeyRotation: true,
    deletionWindowInDays: KEY_DELETION_DAYS,
    policy: stateKeyPolicy(place),
    lifecycle: { preventDestroy: true },
  });
  new KmsAlias(scope, 'state_key_alias', {
    name: `alias/${named(place, BASE_NAMES.state)}`,
    targetKeyId: key.keyId,
  });
  return key;
}

function stateBucket(scope: Construct, place: Place, key: KmsKey): void {
  const { environment, account } = place;
  new PrivateBucket(
    scope,
    'state',
    { environment, account, keyArn: key.arn },
    {
      name: bucketNameIn(environment.name, BASE_NAMES.state, account),
      deletion: 'protected',
      versioning: 'Enabled',
      lifecycle: [
        {
          id: 'bundles',
          status: 'Enabled',
          filter: [{ prefix: 'bundles/' }],
          expiration: [{ days: BUNDLES_EXPIRE_AFTER_DAYS }],
          noncurrentVersionExpiration: [{ noncurrentDays: 1 }],
        },
        {
          id: 'old-states',
          status: 'Enabled',
          filter: [{ prefix: '' }],
          noncurrentVersionExpiration: [{ noncurrentDays: OLD_STATES_EXPIRE_AFTER_DAYS }],
        },
      ],
    },
  );
}

/** AWS knows GitHub's certificates itself, so no thumbprint is pinned.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html */
function githubProvider(scope: Construct): IamOpenidConnectProvider {
  return new IamOpenidConnectProvider(scope, 'github', {
    url: `https://${ISSUER}`,
    clientIdList: [AUDIENCE],
    // Other environments, and other repositories, of the account trust it too.
    lifecycle: { preventDestroy: true },
  });
}

type WorkflowRoleConfig = {
  base: typeof BASE_NAMES.planRole | typeof BASE_NAMES.applyRole | typeof BASE_NAMES.loadRole;
  description: string;
  trust: string;
  policies: Policies;
  sessionSeconds: number;
  after: IamOpenidConnectProvider[];
};

/** A role that a workflow takes on, with a managed policy for each part of its rights. */
class WorkflowRole extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, place: Place, config: WorkflowRoleConfig) {
    super(scope, id);
    const role = new IamRole(this, 'Default', {
      name: named(place, config.base),
      description: config.description,
      assumeRolePolicy: config.trust,
      maxSessionDuration: config.sessionSeconds,
      dependsOn: config.after,
    });
    for (const [part, policy] of Object.entries(config.policies)) {
      const made = new IamPolicy(this, part, {
        name: `${named(place, config.base)}-${part}`,
        description: `${config.description} Part: ${part}.`,
        policy,
      });
      new IamRolePolicyAttachment(this, `${part}_attachment`, { role: role.name, policyArn: made.arn });
    }
    this.arn = role.arn;
  }
}
