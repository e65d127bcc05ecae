import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { review } from '../review.ts';
import { create, deployed, planOf, remove, reversed, said, sentences, update } from '../testing.ts';
import { ROLE_WIDENED } from './role-widened.ts';

const POLICY = 'aws_iam_role_policy.firehose_role_policy';
const ROLE = 'aws_iam_role.firehose_role';
const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';
const DENIAL = { Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' };
type Statement = { Sid?: string; Effect: string; Action: string[]; Resource: string[]; Condition?: object };
const STATEMENTS = (JSON.parse(String(deployed(POLICY)['policy'])) as { Statement: Statement[] }).Statement;
const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const edited = (sid: string, edits: object) => ({
  policy: policy(...STATEMENTS.map((each) => (each.Sid === sid ? { ...each, ...edits } : each))),
});

/** The severities where the plan knows nothing of the policy, and the stack asks for this of the lake. */
function fromStack(edits: object): string[] {
  const asked = STATEMENTS.map((each) => ({
    ...each,
    Resource: each.Resource.map((resource) =>
      resource.replace(/^arn:aws:s3:::[^/]*/, '${aws_s3_bucket.lake.arn}'),
    ),
  })).map((each) => (each.Sid === 'WriteToTheLake' ? { ...each, ...edits } : each));
  const stack = { resource: { aws_iam_role_policy: { firehose_role_policy: { policy: policy(...asked) } } } };
  const plan = planOf(update(POLICY, { policy: UNKNOWN }));
  return review(plan, { environment: 'prod', stack }, [ROLE_WIDENED]).map(({ severity }) => severity);
}

test('an action or a resource more is a warning that names it, one less is none', () => {
  const more = update(
    POLICY,
    edited('LogFailures', { Action: ['logs:PutLogEvents', 'logs:CreateLogStream'] }),
  );
  assert.deepEqual(said(ROLE_WIDENED, more), [`warn ${POLICY}`]);
  assert.match(sentences(ROLE_WIDENED, more), /gains logs:CreateLogStream on arn:aws:logs/);
  assert.deepEqual(said(ROLE_WIDENED, reversed(more)), []);
});

test('a wildcard of actions or resources blocks', () => {
  assert.deepEqual(said(ROLE_WIDENED, update(POLICY, edited('WriteToTheLake', { Action: ['s3:*'] }))), [
    `block ${POLICY}`,
  ]);
  assert.deepEqual(said(ROLE_WIDENED, update(POLICY, edited('WriteToTheLake', { Resource: ['*'] }))), [
    `block ${POLICY}`,
  ]);
  assert.deepEqual(
    said(ROLE_WIDENED, update(POLICY, edited('WriteToTheLake', { Action: ['iam:PassRole'] }))),
    [`block ${POLICY}`],
  );
});

test('an order of statements, a split of them or other names widen nothing', () => {
  const split = STATEMENTS.flatMap(({ Action, Sid, ...rest }) =>
    Action.map((each) => ({ ...rest, Action: each })),
  );
  assert.deepEqual(said(ROLE_WIDENED, update(POLICY, { policy: policy(...split.reverse()) })), []);
});

test('a resource within a wildcard of before widens nothing', () => {
  const narrower = STATEMENTS.map((each) => ({
    ...each,
    Resource: each.Resource.map((resource) => resource.replace('/orders/*', '/orders/dt=2026*')),
  }));
  assert.deepEqual(said(ROLE_WIDENED, update(POLICY, { policy: policy(...narrower) })), []);
});

test('a condition that goes or is loosened is a widening, one more is none', () => {
  const key = 'DecryptAndEncrypt';
  assert.deepEqual(said(ROLE_WIDENED, update(POLICY, edited(key, { Condition: {} }))), [`warn ${POLICY}`]);
  const via = STATEMENTS.find(({ Sid }) => Sid === key)?.Condition as {
    StringEquals: Record<string, string[]>;
  };
  assert.deepEqual(
    said(ROLE_WIDENED, update(POLICY, edited(key, { Condition: { StringLike: via.StringEquals } }))),
    [`warn ${POLICY}`],
  );
  const strict = { StringEquals: { ...via.StringEquals, 'aws:SourceAccount': '123456789012' } };
  assert.deepEqual(said(ROLE_WIDENED, update(POLICY, edited(key, { Condition: strict }))), []);
  const services = via.StringEquals['kms:ViaService'] ?? [];
  const wider = { StringEquals: { 'kms:ViaService': [...services, 'rds.us-east-2.amazonaws.com'] } };
  assert.deepEqual(said(ROLE_WIDENED, update(POLICY, edited(key, { Condition: wider }))), [`warn ${POLICY}`]);
  const fewer = { StringEquals: { 'kms:ViaService': services.slice(1) } };
  assert.deepEqual(said(ROLE_WIDENED, update(POLICY, edited(key, { Condition: fewer }))), []);
});

test('a denial that goes blocks, one that comes does not', () => {
  const guarded = update(POLICY, { policy: policy(...STATEMENTS, DENIAL) });
  assert.deepEqual(said(ROLE_WIDENED, guarded), []);
  assert.deepEqual(said(ROLE_WIDENED, reversed(guarded)), [`block ${POLICY}`]);
  assert.deepEqual(said(ROLE_WIDENED, { ...remove(POLICY), before: guarded.after }), [`block ${POLICY}`]);
});

test('a new role is told only what nobody should have', () => {
  assert.deepEqual(said(ROLE_WIDENED, create(POLICY)), []);
  assert.deepEqual(said(ROLE_WIDENED, create(POLICY, edited('ReadKinesis', { Action: ['kinesis:*'] }))), [
    `block ${POLICY}`,
  ]);
});

test('NotAction and NotResource allow nearly everything', () => {
  const all = { Effect: 'Allow', NotAction: ['iam:*'], NotResource: ['arn:aws:s3:::none'] };
  assert.deepEqual(said(ROLE_WIDENED, update(POLICY, { policy: policy(...STATEMENTS, all) })), [
    `block ${POLICY}`,
  ]);
});

test('the boundary must stay, and no policy of somebody else may come', () => {
  assert.deepEqual(said(ROLE_WIDENED, update(ROLE, { permissions_boundary: '' })), [`block ${ROLE}`]);
  assert.deepEqual(said(ROLE_WIDENED, reversed(update(ROLE, { permissions_boundary: '' }))), []);
  assert.deepEqual(said(ROLE_WIDENED, update(ROLE, { managed_policy_arns: [ADMIN] })), [`block ${ROLE}`]);
  assert.deepEqual(said(ROLE_WIDENED, reversed(update(ROLE, { managed_policy_arns: [ADMIN] }))), []);
  assert.deepEqual(said(ROLE_WIDENED, create('aws_iam_role_policy_attachment.a', { policy_arn: ADMIN })), [
    'block aws_iam_role_policy_attachment.a',
  ]);
});

test('a policy that the plan does not know is read from the stack, references taken for what they stood for', () => {
  assert.deepEqual(fromStack({}), ['note']);
  assert.deepEqual(
    fromStack({ Resource: ['${aws_s3_bucket.lake.arn}/orders/*', '${aws_s3_bucket.lake.arn}/*'] }),
    ['warn', 'note'],
  );
  assert.deepEqual(fromStack({ Resource: ['*'] }), ['block', 'note']);
  assert.deepEqual(fromStack({ Action: ['s3:DeleteObject'] }), ['warn', 'note']);
});

test('a policy that neither the plan nor the stack spells out is a warning, never nothing', () => {
  assert.deepEqual(said(ROLE_WIDENED, update(POLICY, { policy: UNKNOWN })), [`warn ${POLICY}`]);
  assert.match(sentences(ROLE_WIDENED, update(POLICY, { policy: UNKNOWN })), /known only after the apply/);
});

test('a new role needs its boundary where roles are bounded, and no policy of somebody else', () => {
  assert.deepEqual(said(ROLE_WIDENED, create(ROLE, { managed_policy_arns: UNKNOWN })), []);
  assert.deepEqual(said(ROLE_WIDENED, create(ROLE, { permissions_boundary: null })), [`block ${ROLE}`]);
  const local = review(planOf(create(ROLE, { permissions_boundary: null })), {
    environment: 'local',
    stack: {},
  });
  assert.deepEqual(local, []);
  assert.deepEqual(said(ROLE_WIDENED, create(ROLE, { managed_policy_arns: [ADMIN] })), [`block ${ROLE}`]);
});

test('policies written into a role are looked at like those beside it', () => {
  const inline = (Action: string) => ({
    inline_policy: [
      { name: 'more', policy: policy({ Effect: 'Allow', Action, Resource: 'arn:aws:s3:::lake/*' }) },
    ],
  });
  assert.deepEqual(said(ROLE_WIDENED, update(ROLE, inline('s3:GetObject'))), [`warn ${ROLE}`]);
  assert.deepEqual(said(ROLE_WIDENED, update(ROLE, inline('s3:*'))), [`block ${ROLE}`]);
  assert.deepEqual(said(ROLE_WIDENED, reversed(update(ROLE, inline('s3:*')))), []);
  assert.deepEqual(said(ROLE_WIDENED, create(ROLE, inline('s3:GetObject')), create(ROLE, inline('*'))), [
    `block ${ROLE}`,
  ]);
});

test('what a role gains and the denial that it loses are told apart', () => {
  const guarded = update(POLICY, { policy: policy(...STATEMENTS, DENIAL) }).after;
  const both = update(
    POLICY,
    edited('LogFailures', { Action: ['logs:PutLogEvents', 'logs:CreateLogStream'] }),
  );
  assert.deepEqual(said(ROLE_WIDENED, { ...both, before: guarded }), [`warn ${POLICY}`, `block ${POLICY}`]);
  assert.match(
    sentences(ROLE_WIDENED, { ...both, before: guarded }),
    /gains logs:CreateLogStream.*\n.*loses the denial of s3:DeleteObject/,
  );
});

test('of many new rights five are named and the rest counted', () => {
  const actions = (count: number) => Array.from({ length: count }, (_, index) => `s3:Get${index}`);
  const gaining = (count: number) =>
    sentences(
      ROLE_WIDENED,
      update(POLICY, {
        policy: policy(...STATEMENTS, { Effect: 'Allow', Action: actions(count), Resource: 'a' }),
      }),
    );
  assert.doesNotMatch(gaining(5), /more/);
  assert.match(gaining(6), /; and 1 more\./);
});

test('an attachment that stays as it is is no finding', () => {
  const attachment = create('aws_iam_role_policy_attachment.a', { policy_arn: ADMIN });
  assert.deepEqual(said(ROLE_WIDENED, { ...attachment, action: 'update', before: attachment.after }), []);
});
