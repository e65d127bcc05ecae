import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, remove, reversed, said, sentences, update } from '../testing.ts';
import { ENCRYPTION_WEAKENED } from './encryption-weakened.ts';

const STREAM = 'aws_kinesis_stream.kinesis';
const TABLE = 'aws_dynamodb_table.table';
const BUCKET = 'aws_s3_bucket_server_side_encryption_configuration.lake_encryption';
const QUEUE = 'aws_sqs_queue.pipe_dead_letters';
const GROUP = 'aws_athena_workgroup.athena';
const SSE = 'rule.0.apply_server_side_encryption_by_default.0';
const RESULT = 'configuration.0.result_configuration.0.encryption_configuration.0';

test('less encryption where orders lie blocks, once for each place, and more does not', () => {
  const weaker = [
    update(STREAM, { encryption_type: 'NONE', kms_key_id: null }),
    update(TABLE, { server_side_encryption: [{ enabled: false }] }),
    update(BUCKET, { [SSE]: { sse_algorithm: 'AES256' } }),
    update(GROUP, { [RESULT]: { encryption_option: null } }),
    update('aws_kinesis_firehose_delivery_stream.firehose', {
      'extended_s3_configuration.0.kms_key_arn': '',
    }),
  ];
  for (const change of weaker) {
    assert.deepEqual(said(ENCRYPTION_WEAKENED, change), [`block ${change.address}`]);
    assert.deepEqual(said(ENCRYPTION_WEAKENED, reversed(change)), []);
  }
});

test('a queue and a topic hold no orders: a warning', () => {
  assert.deepEqual(said(ENCRYPTION_WEAKENED, update(QUEUE, { kms_master_key_id: null })), [`warn ${QUEUE}`]);
  const topic = 'aws_sns_topic.observability_topic';
  assert.deepEqual(said(ENCRYPTION_WEAKENED, update(topic, { kms_master_key_id: null })), [`warn ${topic}`]);
});

test('another key is a warning, known or not', () => {
  assert.deepEqual(said(ENCRYPTION_WEAKENED, update(STREAM, { kms_key_id: 'other' })), [`warn ${STREAM}`]);
  assert.deepEqual(said(ENCRYPTION_WEAKENED, update(STREAM, { kms_key_id: UNKNOWN })), [`warn ${STREAM}`]);
});

test('a bucket whose setting goes falls back to the default of S3, unless the bucket goes too', () => {
  assert.deepEqual(said(ENCRYPTION_WEAKENED, remove(BUCKET)), [`block ${BUCKET}`]);
  assert.deepEqual(said(ENCRYPTION_WEAKENED, remove(BUCKET), remove('aws_s3_bucket.lake')), []);
});

test('methods of equal strength by two names are no finding', () => {
  assert.deepEqual(
    said(ENCRYPTION_WEAKENED, update(BUCKET, { [`${SSE}.sse_algorithm`]: 'aws:kms:dsse' })),
    [],
  );
});

test('what was never encrypted with a key of ours, and what is new, are no finding', () => {
  assert.deepEqual(
    said(ENCRYPTION_WEAKENED, update('aws_cloudwatch_log_group.pipe_log', { retention_in_days: 30 })),
    [],
  );
  assert.deepEqual(
    said(ENCRYPTION_WEAKENED, create(STREAM, { encryption_type: 'NONE', kms_key_id: null }), create(BUCKET)),
    [],
  );
});

test('a switch that goes off alone blocks, one that goes on does not', () => {
  const off = update(TABLE, { 'server_side_encryption.0.enabled': false });
  assert.deepEqual(said(ENCRYPTION_WEAKENED, off), [`block ${TABLE}`]);
  assert.match(sentences(ENCRYPTION_WEAKENED, off), /from on to off/);
  assert.deepEqual(said(ENCRYPTION_WEAKENED, reversed(off)), []);
});

test('a method that AWS may know and this rule does not is taken for none', () => {
  assert.deepEqual(said(ENCRYPTION_WEAKENED, update(STREAM, { encryption_type: 'ROT13' })), [
    `block ${STREAM}`,
  ]);
});

test('a method or a switch that the plan does not know blocks', () => {
  assert.deepEqual(said(ENCRYPTION_WEAKENED, update(STREAM, { encryption_type: UNKNOWN })), [
    `block ${STREAM}`,
  ]);
  const hidden = update(TABLE, { 'server_side_encryption.0.enabled': UNKNOWN });
  assert.deepEqual(said(ENCRYPTION_WEAKENED, hidden), [`block ${TABLE}`]);
});
