/** The trust policies, asked with the claims of tokens that GitHub would give: to our jobs, and to those of others. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Bootstrapped, bootstrapped, PROVIDER, REPOSITORY, type Role } from './testing/bootstrap.ts';
import { statements, trusts } from './testing/evaluate.ts';

type Claims = Record<string, string>;
const ISSUER = 'token.actions.githubusercontent.com';
const prod = bootstrapped('prod');
const staging = bootstrapped('staging');

/** Each role in an environment that has it. */
const ROLES: readonly [Role, Bootstrapped][] = [
  ['plan', prod],
  ['apply', prod],
  ['load', staging],
];

function isTrusted(by: Role, claims: Claims): boolean {
  return ROLES.some(([role, stack]) => role === by && trusts(stack.trust(role), ISSUER, claims, PROVIDER));
}

const OLD = 'repo:acme/orders';
const NEW = 'repo:acme@77/orders@4242';
const COMMON = {
  iss: `https://${ISSUER}`,
  aud: 'sts.amazonaws.com',
  repository: 'acme/orders',
  repository_id: '4242',
  repository_owner: 'acme',
  repository_owner_id: '77',
};
const WORKFLOWS = 'acme/orders/.github/workflows';
const PLAN: Claims = {
  ...COMMON,
  sub: `${NEW}:pull_request`,
  event_name: 'pull_request',
  ref: 'refs/pull/7/merge',
  workflow_ref: `${WORKFLOWS}/pull-request.yml@refs/pull/7/merge`,
  job_workflow_ref: `${WORKFLOWS}/plan.yml@refs/heads/main`,
};
const DRIFT: Claims = {
  ...COMMON,
  sub: `${NEW}:ref:refs/heads/main`,
  event_name: 'schedule',
  ref: 'refs/heads/main',
  workflow_ref: `${WORKFLOWS}/drift.yml@refs/heads/main`,
  job_workflow_ref: `${WORKFLOWS}/drift.yml@refs/heads/main`,
};
const DEPLOY: Claims = {
  ...COMMON,
  sub: `${NEW}:environment:prod`,
  event_name: 'push',
  ref: 'refs/heads/main',
  environment: 'prod',
  workflow_ref: `${WORKFLOWS}/deploy.yml@refs/heads/main`,
  job_workflow_ref: `${WORKFLOWS}/deploy.yml@refs/heads/main`,
};
const LOAD: Claims = {
  ...COMMON,
  sub: `${NEW}:environment:staging`,
  event_name: 'workflow_dispatch',
  ref: 'refs/heads/main',
  environment: 'staging',
  workflow_ref: `${WORKFLOWS}/load-test.yml@refs/heads/main`,
  job_workflow_ref: `${WORKFLOWS}/load-test.yml@refs/heads/main`,
};
const OURS: Readonly<Record<Role, Claims>> = { plan: PLAN, apply: DEPLOY, load: LOAD };

for (const [format, prefix] of [
  ['with ids', NEW],
  ['without ids', OLD],
] as const) {
  const of = (claims: Claims) => ({ ...claims, sub: (claims['sub'] ?? '').replace(NEW, prefix) });
  test(`a subject ${format}: the plan role takes a pull request's plan and the drift report`, () => {
    assert.equal(isTrusted('plan', of(PLAN)), true);
    assert.equal(isTrusted('plan', of(DRIFT)), true);
    assert.equal(isTrusted('plan', of(DEPLOY)), false);
  });
  test(`a subject ${format}: the apply role takes the deployment and nothing else`, () => {
    assert.equal(isTrusted('apply', of(DEPLOY)), true);
    assert.equal(isTrusted('apply', of(PLAN)), false);
    assert.equal(isTrusted('apply', of(DRIFT)), false);
    assert.equal(isTrusted('apply', of(LOAD)), false);
  });
  test(`a subject ${format}: the load role takes the load test and nothing else`, () => {
    assert.equal(isTrusted('load', of(LOAD)), true);
    for (const claims of [PLAN, DRIFT, DEPLOY]) assert.equal(isTrusted('load', of(claims)), false);
    assert.equal(isTrusted('plan', of(LOAD)), false);
  });
}

/** What an attacker can make GitHub say. Each is one change of a token that is let in. */
const HOSTILE: readonly [string, Role, Claims][] = [
  [
    'a fork',
    'plan',
    {
      ...PLAN,
      sub: 'repo:evil@13/orders@666:pull_request',
      repository: 'evil/orders',
      repository_id: '666',
      repository_owner_id: '13',
    },
  ],
  [
    'a repository that took our name after we gave it up, older format',
    'plan',
    { ...PLAN, sub: `${OLD}:pull_request`, repository_id: '666' },
  ],
  [
    'the same, for a deployment',
    'apply',
    { ...DEPLOY, sub: `${OLD}:environment:prod`, repository_id: '666' },
  ],
  [
    'the same, for the drift report',
    'plan',
    { ...DRIFT, sub: `${OLD}:ref:refs/heads/main`, repository_id: '666' },
  ],
  [
    'the same, with its own ids in the subject',
    'apply',
    { ...DEPLOY, sub: 'repo:acme@78/orders@666:environment:prod', repository_id: '666' },
  ],
  [
    'an owner whose name begins as ours',
    'apply',
    { ...DEPLOY, ...repository('acme-evil/orders', '666', '13') },
  ],
  [
    'an owner whose name ends as ours',
    'apply',
    { ...DEPLOY, ...repository('evil-acme/orders', '666', '13') },
  ],
  ['our name in another case', 'apply', { ...DEPLOY, sub: 'repo:ACME@77/orders@4242:environment:prod' }],
  [
    'a workflow of another repository, called from ours',
    'apply',
    { ...DEPLOY, job_workflow_ref: 'evil/orders/.github/workflows/deploy.yml@refs/heads/main' },
  ],
  ['a pull request for the apply role', 'apply', { ...DEPLOY, sub: `${NEW}:pull_request` }],
  [
    "a pull request's own copy of plan.yml",
    'plan',
    { ...PLAN, job_workflow_ref: `${WORKFLOWS}/plan.yml@refs/pull/7/merge` },
  ],
  [
    "a pull request's own workflow that asks for a token itself",
    'plan',
    { ...PLAN, job_workflow_ref: `${WORKFLOWS}/pull-request.yml@refs/pull/7/merge` },
  ],
  [
    'plan.yml of another branch',
    'plan',
    { ...PLAN, job_workflow_ref: `${WORKFLOWS}/plan.yml@refs/heads/main-2` },
  ],
  ['a tag named main', 'plan', { ...PLAN, job_workflow_ref: `${WORKFLOWS}/plan.yml@refs/tags/main` }],
  [
    'another workflow of main',
    'apply',
    { ...DEPLOY, job_workflow_ref: `${WORKFLOWS}/load-test.yml@refs/heads/main` },
  ],
  [
    'a file whose name ends as deploy.yml',
    'apply',
    { ...DEPLOY, job_workflow_ref: `${WORKFLOWS}/re-deploy.yml@refs/heads/main` },
  ],
  [
    'deploy.yml dispatched on a branch that changed it',
    'apply',
    {
      ...DEPLOY,
      ref: 'refs/heads/evil',
      job_workflow_ref: `${WORKFLOWS}/deploy.yml@refs/heads/evil`,
    },
  ],
  ['a job on another ref', 'apply', { ...DEPLOY, ref: 'refs/heads/evil' }],
  [
    'the drift report of another branch',
    'plan',
    { ...DRIFT, sub: `${NEW}:ref:refs/heads/evil`, ref: 'refs/heads/evil' },
  ],
  ['the drift report in an environment', 'plan', { ...DRIFT, sub: `${NEW}:environment:prod` }],
  ['a drift report for somebody else', 'plan', { ...DRIFT, aud: 'https://github.com/acme' }],
  [
    'another workflow of main, for the plan role',
    'plan',
    { ...DRIFT, job_workflow_ref: `${WORKFLOWS}/load-test.yml@refs/heads/main` },
  ],
  ['a deployment for somebody else', 'apply', { ...DEPLOY, aud: 'https://github.com/acme' }],
  ['plan.yml for a push to main', 'plan', { ...PLAN, sub: `${NEW}:ref:refs/heads/main` }],
  ['another environment', 'apply', { ...DEPLOY, sub: `${NEW}:environment:dev`, environment: 'dev' }],
  ['an environment that begins as ours', 'apply', { ...DEPLOY, sub: `${NEW}:environment:prod-2` }],
  [
    'an environment named like a pull request',
    'apply',
    { ...DEPLOY, sub: `${NEW}:pull_request:environment:prod` },
  ],
  ['stars for a subject', 'apply', { ...DEPLOY, sub: 'repo:*:environment:prod' }],
  ['a star for everything', 'plan', { ...PLAN, sub: '*', job_workflow_ref: '*', repository_id: '*' }],
  ['a token for somebody else', 'plan', { ...PLAN, aud: 'https://github.com/acme' }],
  [
    'a load test dispatched on a branch that changed it',
    'load',
    { ...LOAD, ref: 'refs/heads/evil', job_workflow_ref: `${WORKFLOWS}/load-test.yml@refs/heads/evil` },
  ],
  ['a load test without an approval', 'load', { ...LOAD, sub: `${NEW}:ref:refs/heads/main` }],
  ['a load test for prod', 'load', { ...LOAD, sub: `${NEW}:environment:prod`, environment: 'prod' }],
  [
    'another workflow of main, for the load role',
    'load',
    { ...LOAD, job_workflow_ref: `${WORKFLOWS}/drift.yml@refs/heads/main` },
  ],
  [
    'a repository that took our name, for the load role',
    'load',
    { ...LOAD, sub: `${OLD}:environment:staging`, repository_id: '666' },
  ],
  ['a load test for somebody else', 'load', { ...LOAD, aud: 'https://github.com/acme' }],
  ['no subject', 'apply', without(DEPLOY, 'sub')],
  ['no repository id', 'plan', without(PLAN, 'repository_id')],
  ['no workflow', 'apply', without(DEPLOY, 'job_workflow_ref')],
  ['no environment', 'apply', without(DEPLOY, 'environment')],
];

for (const [who, role, claims] of HOSTILE)
  test(`not let in: ${who}`, () => {
    assert.ok(isTrusted(role, OURS[role]), 'the token it was made of is let in');
    for (const [each] of ROLES) assert.equal(isTrusted(each, claims), false, each);
  });

test('a token of another issuer is nobody', () => {
  const elsewhere = PROVIDER.replace('token.actions', 'token.evil');
  assert.equal(trusts(prod.trust('plan'), ISSUER, PLAN, elsewhere), false);
});

test('without any one condition of a statement some of these would be let in', () => {
  for (const [role, stack] of ROLES)
    for (const statement of statements(stack.trust(role)))
      for (const claim of ['aud', 'sub', 'repository_id', 'job_workflow_ref']) {
        const { [`${ISSUER}:${claim}`]: left, ...others } = statement.Condition?.['StringEquals'] ?? {};
        assert.ok(left, `${role} asks for ${claim}`);
        const weaker = { ...statement, Condition: { StringEquals: others } };
        const trust = JSON.stringify({ Version: '2012-10-17', Statement: [weaker] });
        const letIn = HOSTILE.filter(([, , claims]) => trusts(trust, ISSUER, claims, PROVIDER));
        assert.notEqual(letIn.length, 0, `${role}, ${JSON.stringify(statement.Action)}: ${claim}`);
      }
});

test('conditions are exact texts', () => {
  for (const [role, stack] of ROLES)
    for (const { Condition } of statements(stack.trust(role))) {
      assert.deepEqual(Object.keys(Condition ?? {}), ['StringEquals']);
      assert.doesNotMatch(JSON.stringify(Condition), /[*?]/);
    }
});

test('AWS knows every claim that a condition asks for', () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
  const known =
    'aud sub actor actor_id enterprise_id environment job_workflow_ref ref repository repository_id workflow';
  for (const [role, stack] of ROLES)
    for (const { Condition } of statements(stack.trust(role)))
      for (const key of Object.keys(Condition?.['StringEquals'] ?? {}))
        assert.ok(known.split(' ').includes(key.slice(ISSUER.length + 1)), key);
});

test('the longest names that GitHub allows fit into a trust policy', () => {
  const TRUST_CHARACTERS_MAX = 2048;
  const longest = { name: `${'o'.repeat(39)}/${'r'.repeat(100)}`, id: 9_999_999_999, ownerId: 9_999_999_999 };
  const stack = bootstrapped('staging', 'existing', longest);
  for (const [role] of ROLES)
    assert.ok(stack.trust(role).length <= TRUST_CHARACTERS_MAX, `${role}: ${stack.trust(role).length}`);
});

function repository(name: string, id: string, ownerId: string): Claims {
  const [owner, short] = name.split('/') as [string, string];
  const sub = `repo:${owner}@${ownerId}/${short}@${id}:environment:prod`;
  const workflow = `${name}/.github/workflows/deploy.yml@refs/heads/main`;
  return {
    sub,
    repository: name,
    repository_id: id,
    repository_owner_id: ownerId,
    job_workflow_ref: workflow,
  };
}

function without(claims: Claims, name: string): Claims {
  return Object.fromEntries(Object.entries(claims).filter(([claim]) => claim !== name));
}

test('the made-up repository is the one of these tokens', () => {
  assert.deepEqual(REPOSITORY, { name: 'acme/orders', id: 4242, ownerId: 77 });
});
