import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, reversed, said, sentences, update } from '../testing.ts';
import { KINESIS_MODE } from './kinesis-mode.ts';

const STREAM = 'aws_kinesis_stream.kinesis';
const MODE = 'stream_mode_details.0.stream_mode';

test('another mode is a warning in either direction', () => {
  const onDemand = update(STREAM, { [MODE]: 'ON_DEMAND', shard_count: null });
  assert.deepEqual(said(KINESIS_MODE, onDemand), [`warn ${STREAM}`]);
  assert.match(sentences(KINESIS_MODE, reversed(onDemand)), /takes what 24 shards take/);
});

test('a mode that stays, and a new stream, are no finding', () => {
  assert.deepEqual(said(KINESIS_MODE, update(STREAM, { shard_count: 30 }), create(STREAM)), []);
});

test('a mode that the plan does not know is a warning', () => {
  assert.deepEqual(said(KINESIS_MODE, update(STREAM, { [MODE]: UNKNOWN })), [`warn ${STREAM}`]);
});
