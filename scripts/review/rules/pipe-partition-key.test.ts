import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, remove, reversed, said, update } from '../testing.ts';
import { PIPE_PARTITION_KEY } from './pipe-partition-key.ts';

const PIPE = 'aws_pipes_pipe.pipe';
const KEY = 'target_parameters.0.kinesis_stream_parameters.0.partition_key';

test('another key is a warning, in both directions', () => {
  const byOrder = update(PIPE, { [KEY]: '$.dynamodb.Keys.orderid.S' });
  assert.deepEqual(said(PIPE_PARTITION_KEY, byOrder), [`warn ${PIPE}`]);
  assert.deepEqual(said(PIPE_PARTITION_KEY, reversed(byOrder)), [`warn ${PIPE}`]);
});

test('a constant sends everything to one shard, on an old pipe and on a new one', () => {
  const constant = { [KEY]: 'orders' };
  assert.deepEqual(said(PIPE_PARTITION_KEY, update(PIPE, constant), create(PIPE, constant)), [
    `block ${PIPE}`,
    `block ${PIPE}`,
  ]);
});

test('the same key, and a new pipe with a key of its own, are no finding', () => {
  assert.deepEqual(
    said(PIPE_PARTITION_KEY, update(PIPE, { description: 'other' }), create(PIPE), remove(PIPE)),
    [],
  );
});

test('a key that the plan does not know is a warning', () => {
  assert.deepEqual(said(PIPE_PARTITION_KEY, update(PIPE, { [KEY]: UNKNOWN })), [`warn ${PIPE}`]);
});
