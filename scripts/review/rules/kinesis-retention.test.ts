import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, replace, reversed, said, update } from '../testing.ts';
import { KINESIS_RETENTION } from './kinesis-retention.ts';

const STREAM = 'aws_kinesis_stream.kinesis';

test('fewer hours block, as many or more do not', () => {
  const shorter = update(STREAM, { retention_period: 167 });
  assert.deepEqual(said(KINESIS_RETENTION, shorter), [`block ${STREAM}`]);
  assert.deepEqual(said(KINESIS_RETENTION, reversed(shorter), update(STREAM, { shard_count: 30 })), []);
});

test('a new stream, and one that is replaced and has nothing older, are no finding', () => {
  assert.deepEqual(said(KINESIS_RETENTION, create(STREAM, { retention_period: 24 })), []);
  assert.deepEqual(said(KINESIS_RETENTION, replace(STREAM, { retention_period: 24 })), []);
});

test('a retention that the plan does not know blocks', () => {
  assert.deepEqual(said(KINESIS_RETENTION, update(STREAM, { retention_period: UNKNOWN })), [
    `block ${STREAM}`,
  ]);
});
