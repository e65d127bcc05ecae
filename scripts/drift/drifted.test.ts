import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { JsonObject, Plan, ResourceChange } from '../terraform/plan-json.ts';
import { readPlan } from '../terraform/read-plan.ts';
import { driftedIn } from './drifted.ts';

/** Real: Terraform 1.11.4 and provider 5.100.0 over this stack, in an emulator's account where somebody shortened the
 * retention of the dead letters and put a tag, deleted their alarm, took a policy from the crawler, widened the
 * publisher's, gave the transform one more, and turned the lake's versioning off and its CORS on. */
const PLAN = readPlan(readFileSync(new URL('testing/refresh-only-plan.json', import.meta.url), 'utf8'));

/** As in the stack: who decides what of whom. */
const STACK: JsonObject = {
  resource: {
    aws_iam_role_policy: {
      transform_role_policy: {
        name: 'stream_transformation_dev',
        role: '${aws_iam_role.transform_role.name}',
      },
      pipe_role_policy: {
        name: 'dynamodb-to-kinesis-eventbridge-pipe-cdc-dev',
        role: '${aws_iam_role.pipe_role.name}',
      },
    },
    aws_s3_bucket_lifecycle_configuration: { lake: { bucket: '${aws_s3_bucket.lake.bucket}' } },
    aws_s3_bucket_policy: { lake: { bucket: '${aws_s3_bucket.lake.bucket}' } },
    aws_s3_bucket_server_side_encryption_configuration: { lake: { bucket: '${aws_s3_bucket.lake.bucket}' } },
    aws_s3_bucket_versioning: { lake: { bucket: '${aws_s3_bucket.lake.bucket}' } },
    aws_sns_topic_policy: { topic: { arn: '${aws_sns_topic.observability_topic.arn}' } },
  },
};

const found = (plan: Plan = PLAN, stack: JsonObject = STACK) =>
  driftedIn(plan, stack).map((each) =>
    each.kind === 'deleted' ? `${each.address} deleted` : `${each.address} ${each.attribute}`,
  );

const withDrift = (change: Partial<ResourceChange>): Plan => ({
  ...PLAN,
  drift: [
    {
      address: 'aws_x.y',
      type: 'aws_x',
      action: 'update',
      before: {},
      after: {},
      unknown: {},
      replacePaths: [],
      sensitive: [],
      ...change,
    },
  ],
});

test('of a real refresh what somebody changed is found, and nothing else', () => {
  assert.deepEqual(found().sort(), [
    'aws_cloudwatch_metric_alarm.observability_pipe_dead_letters deleted',
    'aws_iam_role.transform_role inline_policy',
    'aws_iam_role_policy.crawler_role_policy deleted',
    'aws_iam_role_policy.publish_views_role_policy policy.Statement.0.Action',
    'aws_kinesis_stream.kinesis retention_period',
    'aws_s3_bucket.lake cors_rule',
    'aws_s3_bucket_versioning.lake_versioning versioning_configuration.0.status',
    'aws_sqs_queue.pipe_dead_letters message_retention_seconds',
    'aws_sqs_queue.pipe_dead_letters tags.owner',
  ]);
});

test('both values are shown', () => {
  const retention = driftedIn(PLAN, STACK).find(
    (each) => each.kind === 'changed' && each.attribute === 'message_retention_seconds',
  );
  assert.deepEqual(retention, {
    kind: 'changed',
    address: 'aws_sqs_queue.pipe_dead_letters',
    attribute: 'message_retention_seconds',
    before: '345600',
    after: '60',
  });
});

test('an inline policy that somebody added is found beside the one that the stack decides', () => {
  const [added] = driftedIn(PLAN, STACK).filter(({ address }) => address === 'aws_iam_role.transform_role');
  assert.ok(added?.kind === 'changed');
  assert.match(added.after, /"name":"extra"/);
  assert.doesNotMatch(added.after, /stream_transformation_dev/);
});

test('what nobody in the stack decides is found: a bucket policy without its resource', () => {
  assert.ok(found(PLAN, { resource: {} }).some((each) => each.startsWith('aws_s3_bucket.lake policy')));
  const ofAnother = {
    resource: { aws_s3_bucket_policy: { x: { bucket: '${aws_s3_bucket.lake_two.bucket}' } } },
  };
  assert.ok(found(PLAN, ofAnother).some((each) => each.startsWith('aws_s3_bucket.lake policy')));
});

test('a sensitive value is never shown, nor what lies in it or around it', () => {
  const secret = { before: { a: { b: 'old secret' } }, after: { a: { b: 'new secret' } } };
  for (const sensitive of [['a.b'], ['a'], ['a.b.c']]) {
    const text = JSON.stringify(driftedIn(withDrift({ ...secret, sensitive }), {}));
    assert.doesNotMatch(text, /secret/);
    assert.match(text, /\(sensitive\)/);
  }
  assert.match(JSON.stringify(driftedIn(withDrift({ ...secret, sensitive: ['a.bc'] }), {})), /old secret/);
});

test('a sensitive map that was nothing before is not shown key by key', () => {
  const change = { before: { a: null }, after: { a: { b: 'secret' } }, sensitive: ['a'] };
  assert.doesNotMatch(JSON.stringify(driftedIn(withDrift(change), {})), /secret/);
});

test('a thing that only moved to another address has not drifted', () => {
  const value = { name: 'x' };
  assert.deepEqual(
    found(withDrift({ action: 'no-op', previousAddress: 'aws_x.z', before: value, after: value })),
    [],
  );
});

test('one tag is one difference, though the provider shows it twice; a default tag that is gone is found', () => {
  const tags = { tags: { a: '1' }, tags_all: { a: '1', project: 'p' } };
  assert.deepEqual(
    found(withDrift({ before: tags, after: { tags: { a: '2' }, tags_all: { a: '2', project: 'p' } } })),
    ['aws_x.y tags.a'],
  );
  assert.deepEqual(found(withDrift({ before: tags, after: { tags: { a: '1' }, tags_all: { a: '1' } } })), [
    'aws_x.y tags_all.project',
  ]);
});

test('what somebody wrote in AWS moves no cursor and begins no line', () => {
  const change = { before: {}, after: { 'a\nb': '\u001b[31mred\u202e\u0007' } };
  const [drifted] = driftedIn(withDrift(change), {});
  assert.ok(drifted?.kind === 'changed');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there.
  assert.doesNotMatch(JSON.stringify(Object.values(drifted).join(' ')), /[\u0000-\u001f\u202e]/);
  assert.doesNotMatch(drifted.attribute, /\n/);
});

test('a value of as many characters as fit is whole, and a longer one is cut', () => {
  const shown = (length: number) => {
    const [drifted] = driftedIn(withDrift({ after: { a: 'x'.repeat(length) } }), {});
    assert.ok(drifted?.kind === 'changed');
    return drifted.after;
  };
  assert.equal(shown(198), `"${'x'.repeat(198)}"`);
  assert.equal(shown(199), `"${'x'.repeat(199)}…`);
});
