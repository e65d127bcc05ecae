import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, deployed, remove, replace, reversed, said, sentences, update } from '../testing.ts';
import { RESOURCE_OPENED } from './resource-opened.ts';

const BUCKET_POLICY = 'aws_s3_bucket_policy.lake_policy';
const TOPIC_POLICY = 'aws_sns_topic_policy.observability_topic_policy';
const PERMISSION = 'aws_lambda_permission.publish_views_permission';
const QUEUE = 'aws_sqs_queue.pipe_dead_letters';
const documentOf = (address: string) =>
  JSON.parse(String(deployed(address)['policy'])) as { Statement: object[] };
const withMore = (address: string, statement: object) => ({
  policy: JSON.stringify({ Statement: [...documentOf(address).Statement, statement] }),
});
const allowed = (principal: unknown) => ({
  Effect: 'Allow',
  Principal: principal,
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::sales-data-projection-dynamodb-prod-123456789012/*',
});

test('a bucket that no longer demands TLS blocks, one that begins to does not', () => {
  const open = update(BUCKET_POLICY, { policy: JSON.stringify({ Statement: [] }) });
  assert.deepEqual(said(RESOURCE_OPENED, open), [`block ${BUCKET_POLICY}`]);
  assert.match(sentences(RESOURCE_OPENED, open), /unencrypted/);
  assert.deepEqual(said(RESOURCE_OPENED, reversed(open)), []);
});

test('a bucket policy that goes takes its demand along, unless the bucket goes too', () => {
  assert.deepEqual(said(RESOURCE_OPENED, remove(BUCKET_POLICY)), [`block ${BUCKET_POLICY}`]);
  assert.deepEqual(said(RESOURCE_OPENED, remove(BUCKET_POLICY), remove('aws_s3_bucket.lake')), []);
});

test('everybody blocks, somebody is a warning, and both are named', () => {
  for (const principal of ['*', { AWS: '*' }])
    assert.deepEqual(
      said(RESOURCE_OPENED, update(BUCKET_POLICY, withMore(BUCKET_POLICY, allowed(principal)))),
      [`block ${BUCKET_POLICY}`],
    );
  const one = update(
    BUCKET_POLICY,
    withMore(BUCKET_POLICY, allowed({ AWS: 'arn:aws:iam::210987654321:root' })),
  );
  assert.deepEqual(said(RESOURCE_OPENED, one), [`warn ${BUCKET_POLICY}`]);
  assert.match(sentences(RESOURCE_OPENED, one), /210987654321/);
});

test('the policy of the topic is looked at like any other', () => {
  const [allow, deny] = documentOf(TOPIC_POLICY).Statement;
  const loose = update(TOPIC_POLICY, {
    policy: JSON.stringify({ Statement: [{ ...allow, Condition: {} }, deny] }),
  });
  assert.deepEqual(said(RESOURCE_OPENED, loose), [`warn ${TOPIC_POLICY}`]);
  assert.deepEqual(
    said(RESOURCE_OPENED, remove(TOPIC_POLICY), remove('aws_sns_topic.observability_topic')),
    [],
  );
});

test('a first policy of a queue is looked at for what nobody should have', () => {
  const first = (principal: unknown) =>
    JSON.stringify({ Statement: [{ ...allowed(principal), Action: 'sqs:SendMessage' }] });
  assert.deepEqual(said(RESOURCE_OPENED, update(QUEUE, { policy: first('*') })), [`block ${QUEUE}`]);
  assert.deepEqual(
    said(RESOURCE_OPENED, update(QUEUE, { policy: first({ Service: 'pipes.amazonaws.com' }) })),
    [],
  );
  assert.deepEqual(said(RESOURCE_OPENED, remove(QUEUE), update(QUEUE, { policy: UNKNOWN })), []);
});

test('a function that anyone may call blocks, one for a stated source does not', () => {
  const unbound = { source_arn: null };
  assert.deepEqual(said(RESOURCE_OPENED, replace(PERMISSION, unbound), create(PERMISSION, unbound)), [
    `block ${PERMISSION}`,
    `block ${PERMISSION}`,
  ]);
  assert.deepEqual(said(RESOURCE_OPENED, create(PERMISSION, { principal: '*' })), [`block ${PERMISSION}`]);
  assert.deepEqual(
    said(
      RESOURCE_OPENED,
      create(PERMISSION),
      create(PERMISSION, { source_arn: UNKNOWN }),
      remove(PERMISSION),
    ),
    [],
  );
});

test('what the plan and the stack do not tell is a warning', () => {
  assert.deepEqual(said(RESOURCE_OPENED, update(BUCKET_POLICY, { policy: UNKNOWN })), [
    `warn ${BUCKET_POLICY}`,
  ]);
});

test('who is let in and the denial that goes are told apart', () => {
  const both = {
    policy: JSON.stringify({ Statement: [allowed({ AWS: 'arn:aws:iam::210987654321:root' })] }),
  };
  assert.deepEqual(said(RESOURCE_OPENED, update(BUCKET_POLICY, both)), [
    `warn ${BUCKET_POLICY}`,
    `block ${BUCKET_POLICY}`,
  ]);
});

test('a permission whose principal the plan does not know blocks, one that stays unbound says nothing new', () => {
  const hidden = create(PERMISSION, { principal: UNKNOWN });
  assert.deepEqual(said(RESOURCE_OPENED, hidden), [`block ${PERMISSION}`]);
  const unbound = update(PERMISSION, { source_arn: null, statement_id: 'other' });
  assert.deepEqual(said(RESOURCE_OPENED, { ...unbound, before: unbound.after }), []);
});
