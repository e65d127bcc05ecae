import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, deployed, remove, replace, reversed, said, sentences, update } from '../testing.ts';
import { ROLE_NARROWED } from './role-narrowed.ts';

const POLICY = 'aws_iam_role_policy.firehose_role_policy';
type Statement = { Sid?: string; Effect: string; Action: string[]; Resource: string[]; Condition?: object };
const STATEMENTS = (JSON.parse(String(deployed(POLICY)['policy'])) as { Statement: Statement[] }).Statement;
const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const edited = (sid: string, edits: object) => ({
  policy: policy(...STATEMENTS.map((each) => (each.Sid === sid ? { ...each, ...edits } : each))),
});
const PERMISSION = 'aws_lambda_permission.publish_views_permission';

test('a right less is a warning that names it, one more is none', () => {
  const less = update(POLICY, edited('ReadKinesis', { Action: ['kinesis:GetRecords'] }));
  assert.deepEqual(said(ROLE_NARROWED, less), [`warn ${POLICY}`]);
  assert.match(sentences(ROLE_NARROWED, less), /loses kinesis:DescribeStream/);
  assert.deepEqual(said(ROLE_NARROWED, reversed(less)), []);
});

test('a condition more is a right less', () => {
  const bound = update(
    POLICY,
    edited('LogFailures', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }),
  );
  assert.deepEqual(said(ROLE_NARROWED, bound), [`warn ${POLICY}`]);
});

test('a wildcard that takes the place of what it covers takes nothing', () => {
  assert.deepEqual(said(ROLE_NARROWED, update(POLICY, edited('ReadKinesis', { Action: ['kinesis:*'] }))), []);
});

test('a policy that goes is a warning, unless its role goes too', () => {
  assert.deepEqual(said(ROLE_NARROWED, remove(POLICY)), [`warn ${POLICY}`]);
  assert.deepEqual(said(ROLE_NARROWED, remove(POLICY), remove('aws_iam_role.firehose_role')), []);
});

test('a permission for another source is a warning, one that goes with its function is none', () => {
  const other = replace(PERMISSION, { source_arn: 'arn:aws:events:us-east-2:1:rule/other' });
  assert.deepEqual(said(ROLE_NARROWED, other), [`warn ${PERMISSION}`]);
  assert.deepEqual(said(ROLE_NARROWED, remove(PERMISSION), remove('aws_lambda_function.publish_views')), []);
});

test('a new policy, and one that the plan does not know, are left to role-widened', () => {
  assert.deepEqual(said(ROLE_NARROWED, create(POLICY), update(POLICY, { policy: UNKNOWN })), []);
});
