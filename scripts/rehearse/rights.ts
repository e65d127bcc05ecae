/**
 * What the roles may do, on MiniStack, which decides every call by the policies that the bootstrap made, over TLS alone:
 * GitHub's tokens are exchanged for the roles' keys, good ones and hostile ones, the plan role plans and seals, the
 * apply role makes the whole stack, and each is refused what is the other's.
 *
 * MiniStack reads some resources back otherwise than AWS does (alarms, the pipe), so no second plan is asked for here.
 */

import {
  CreateRoleCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListAttachedRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { AssumeRoleWithWebIdentityCommand } from '@aws-sdk/client-sts';
import { BASE_NAMES, nameIn } from '../../stacks/names.ts';
import { EXIT_CHANGES, EXIT_OK, EXIT_USAGE } from '../exit-codes.ts';
import { outOfDate, placelessRights } from './placeless.ts';
import { type Keys, keyVariables } from './plane.ts';
import { check, type Promised } from './promise.ts';
import { REPOSITORY } from './repository.ts';
import { bootstrapArguments, clientsOf, ENVIRONMENT, planArguments, type Stage } from './stage.ts';
import { expect } from './verb.ts';

const PART = 'rights';
const ISSUER = 'https://token.actions.githubusercontent.com';
const MAIN = 'refs/heads/main';

type RoleName = 'plan' | 'apply';
type Claims = Record<string, string>;

const workflow = (file: string, ref = MAIN) => `${REPOSITORY.name}/.github/workflows/${file}@${ref}`;

/** As GitHub says it of a job of ours. */
const GOOD: Record<RoleName, Claims> = {
  plan: {
    sub: `repo:${REPOSITORY.name}:pull_request`,
    ref: 'refs/pull/1/merge',
    job_workflow_ref: workflow('plan.yml'),
  },
  apply: {
    sub: `repo:${REPOSITORY.name}:environment:${ENVIRONMENT}`,
    ref: MAIN,
    environment: ENVIRONMENT,
    job_workflow_ref: workflow('deploy.yml'),
  },
};

const HOSTILE: readonly { what: string; role: RoleName; claims: Claims }[] = [
  { what: 'a fork', role: 'plan', claims: { sub: 'repo:evil/prime-day-order-pipeline:pull_request' } },
  { what: 'a repository that took our name', role: 'plan', claims: { repository_id: '43' } },
  {
    what: "a pull request's own copy of the workflow",
    role: 'plan',
    claims: { job_workflow_ref: workflow('plan.yml', 'refs/pull/1/merge') },
  },
  { what: 'a pull request that asks for the apply role', role: 'apply', claims: GOOD.plan },
  { what: 'a job of another environment', role: 'apply', claims: { environment: 'prod' } },
  { what: 'a token for somebody else than AWS', role: 'apply', claims: { aud: 'https://example.com' } },
];

export function rightsOfTheRoles(stage: Stage): Promised[] {
  const keys: Partial<Record<RoleName, Keys>> = {};
  const asRole = (role: RoleName) => {
    const own = keys[role];
    check(own !== undefined, `No token was exchanged for the ${role} role.`);
    return { environment: keyVariables(own) };
  };
  const applyArguments = ['--env', ENVIRONMENT, '--tree', stage.base.tree];
  return [
    bootstrapped(stage),
    placed(stage),
    tokens(stage, keys),
    {
      part: PART,
      needed: true,
      promise: 'the plan role can plan the whole stack, seal the plan and store it',
      see: async () =>
        expect(
          await stage.run('plan', planArguments(stage.base), asRole('plan')),
          EXIT_OK,
          /^stored .*\.sealed/,
        ),
    },
    {
      part: PART,
      promise: 'the plan role can neither open a bundle nor write the state',
      see: async () => {
        const said = await stage.run('apply', applyArguments, asRole('plan'));
        const { s3 } = clientsOf(stage.plane, keys.plan);
        const state = { Bucket: stage.bucket, Key: 'pipeline.tfstate', Body: '{}' };
        const written = await s3.send(new PutObjectCommand(state)).then(
          () => 'written',
          (error: Error) => error.name,
        );
        check(written === 'AccessDenied', `The state was ${written} by the plan role.`);
        return `${expect(said, EXIT_USAGE, /not authorized to perform: kms:Decrypt/)}; the state: ${written}`;
      },
    },
    {
      part: PART,
      needed: true,
      promise: 'the apply role can make every resource of the stack',
      see: async () =>
        expect(await stage.run('apply', applyArguments, asRole('apply')), EXIT_OK, /^Applied the plan/),
    },
    {
      part: PART,
      promise: 'the plan role can read every resource again',
      see: async () => {
        const said = await stage.run('drift', ['--env', ENVIRONMENT], asRole('plan'));
        return expect(
          said,
          said.code === EXIT_CHANGES ? EXIT_CHANGES : EXIT_OK,
          /^dev (drifted|is as it was)/,
        );
      },
    },
    boundaryKept(stage, keys),
    wrongSecret(stage, keys),
  ];
}

function bootstrapped(stage: Stage): Promised {
  return {
    part: PART,
    needed: true,
    promise: 'bootstrap makes the roles, their boundary and the trust in GitHub',
    see: async () =>
      expect(await stage.run('bootstrap', bootstrapArguments(ENVIRONMENT, stage)), EXIT_OK, /^made: /),
  };
}

/** What MiniStack cannot place, for both roles. */
function placed(stage: Stage): Promised {
  return {
    part: PART,
    needed: true,
    promise: 'what MiniStack cannot say of a call is allowed there on any resource, and nothing else',
    see: async () => {
      const both: { action: string; because: string }[] = [];
      for (const role of ['plan', 'apply'] as const) {
        const rights = placelessRights(await policiesOf(stage, role));
        const actions = rights.map(({ action }) => action);
        await stage.clients.iam.send(
          new PutRolePolicyCommand({
            RoleName: roleName(role),
            PolicyName: 'what-ministack-cannot-place',
            PolicyDocument: JSON.stringify({
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
            }),
          }),
        );
        both.push(...rights);
      }
      const stale = outOfDate(both.map(({ action }) => action));
      check(stale.length === 0, `No right of the roles is ${stale.join(', ')}: take it off placeless.ts.`);
      const reasons = [...new Set(both.map(({ because }) => because))];
      return reasons.map((reason) => `${reason}: ${actionsFor(both, reason).join(', ')}`).join('\n    ');
    },
  };
}

function actionsFor(rights: readonly { action: string; because: string }[], reason: string): string[] {
  return [...new Set(rights.filter(({ because }) => because === reason).map(({ action }) => action))];
}

type Document = { Statement: { Effect: string; Action: string | string[] }[] };

async function policiesOf({ clients: { iam } }: Stage, role: RoleName): Promise<Document[]> {
  const { AttachedPolicies = [] } = await iam.send(
    new ListAttachedRolePoliciesCommand({ RoleName: roleName(role) }),
  );
  return Promise.all(
    AttachedPolicies.map(async ({ PolicyArn }) => {
      const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
      const { PolicyVersion } = await iam.send(
        new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId }),
      );
      return JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? '')) as Document;
    }),
  );
}

function tokens(stage: Stage, keys: Partial<Record<RoleName, Keys>>): Promised {
  return {
    part: PART,
    needed: true,
    promise: "a token of GitHub's is exchanged for a role's keys only where every claim is ours",
    see: async () => {
      for (const { what, role, claims } of HOSTILE) {
        const answer = await exchanged(stage, role, { ...GOOD[role], ...claims });
        check(answer === 'AccessDenied', `${what} was given the ${role} role.`);
      }
      for (const role of ['plan', 'apply'] as const) {
        const answer = await exchanged(stage, role, GOOD[role]);
        check(typeof answer !== 'string', `Our own job was refused the ${role} role: ${answer}`);
        keys[role] = answer;
      }
      return `refused: ${HOSTILE.map(({ what }) => what).join('; ')}`;
    },
  };
}

/** The keys, or the name of the error. */
async function exchanged(
  { plane, clients: { sts } }: Stage,
  role: RoleName,
  claims: Claims,
): Promise<Keys | string> {
  const WebIdentityToken = tokenOf({
    iss: ISSUER,
    aud: 'sts.amazonaws.com',
    repository_id: String(REPOSITORY.id),
    ...claims,
  });
  try {
    const { Credentials } = await sts.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: `arn:aws:iam::${plane.account}:role/${roleName(role)}`,
        RoleSessionName: 'rehearsal',
        WebIdentityToken,
      }),
    );
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  } catch (error) {
    return (error as Error).name;
  }
}

/** A JSON Web Token that nobody signed. */
function tokenOf(claims: Claims): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.none`;
}

function roleName(role: RoleName): string {
  return nameIn(ENVIRONMENT, role === 'plan' ? BASE_NAMES.planRole : BASE_NAMES.applyRole);
}

/** Without it, a role would be limited by its own policy alone, and that the apply role may write. */
function boundaryKept(stage: Stage, keys: Partial<Record<RoleName, Keys>>): Promised {
  return {
    part: PART,
    promise: 'the apply role can make no role that is not within the boundary',
    see: async () => {
      const { iam } = clientsOf(stage.plane, keys.apply);
      const RoleName = nameIn(ENVIRONMENT, BASE_NAMES.transform);
      const made = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: '{}' })).then(
        () => 'made',
        (error: Error) => error.name,
      );
      check(made === 'AccessDenied', `The role without a boundary: ${made}.`);
      return `a role ${RoleName} without a boundary: ${made}`;
    },
  };
}

function wrongSecret(stage: Stage, keys: Partial<Record<RoleName, Keys>>): Promised {
  return {
    part: PART,
    promise: 'a key with a wrong secret is said to be one',
    see: async () => {
      check(keys.plan !== undefined, 'No token was exchanged for the plan role.');
      const environment = keyVariables({ ...keys.plan, secretAccessKey: 'wrong' });
      const said = await stage.run('plan', planArguments(stage.base), { environment });
      return expect(said, EXIT_USAGE, /AWS does not accept these credentials/);
    },
  };
}
