import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, planOf, replace, said, sentences, untouched, update } from '../testing.ts';
import { KINESIS_SHARDS } from './kinesis-shards.ts';

const STREAM = 'aws_kinesis_stream.kinesis';

test('fewer shards are a warning with what they take and what the table takes', () => {
  const fewer = update(STREAM, { shard_count: 23 });
  assert.deepEqual(said(KINESIS_SHARDS, fewer), [`warn ${STREAM}`]);
  assert.match(
    sentences(KINESIS_SHARDS, fewer, untouched('aws_dynamodb_table.table')),
    /23,000 changes.*40,000 write units/,
  );
});

test('half is taken at once, below half is not; double is taken, beyond is not', () => {
  const to = (shard_count: number) => said(KINESIS_SHARDS, update(STREAM, { shard_count }));
  assert.deepEqual(to(12), [`warn ${STREAM}`]);
  assert.deepEqual(to(11), [`block ${STREAM}`]);
  assert.deepEqual(to(48), []);
  assert.deepEqual(to(49), [`block ${STREAM}`]);
});

test('a step too large is told in steps that AWS takes', () => {
  const [steps] = KINESIS_SHARDS.judge(update(STREAM, { shard_count: 3 }), planOf(), {
    environment: 'prod',
    stack: {},
  });
  assert.match(steps?.nextStep ?? '', /24 → 12 → 6 → 3/);
});

test('a new or replaced stream, and one on demand, are no finding', () => {
  assert.deepEqual(said(KINESIS_SHARDS, create(STREAM), replace(STREAM, { shard_count: 1 })), []);
  assert.deepEqual(said(KINESIS_SHARDS, update(STREAM, { shard_count: null })), []);
});

test('a number that the plan does not know is a warning', () => {
  assert.deepEqual(said(KINESIS_SHARDS, update(STREAM, { shard_count: UNKNOWN })), [`warn ${STREAM}`]);
});
