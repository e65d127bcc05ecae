import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lowered, set, shown, turned, UNKNOWN, was, willBe } from './change.ts';
import { create, remove, replace, reversed, untouched, update } from './testing.ts';

const PIPE = 'aws_pipes_pipe.pipe';
const STREAM = 'aws_kinesis_stream.kinesis';

test('null, an empty text and an absent key are all nothing', () => {
  const change = update(PIPE, { description: '', enrichment: null });
  for (const path of ['description', 'enrichment', 'nowhere', 'source_parameters.9.x', 'source.0.x'])
    assert.equal(willBe(change, path), null, path);
  assert.equal(turned(update(PIPE, { enrichment: '' }), 'enrichment'), undefined);
});

test('false and zero are something', () => {
  assert.equal(was(update('aws_dynamodb_table.table', {}), 'ttl.0.enabled'), false);
  assert.equal(willBe(update(STREAM, { shard_count: 0 }), 'shard_count'), 0);
});

test('what is unknown covers all that is inside, and is never nothing', () => {
  const change = update(PIPE, { source_parameters: UNKNOWN });
  assert.equal(willBe(change, 'source_parameters.0.dynamodb_stream_parameters.0.batch_size'), UNKNOWN);
  assert.equal(willBe(change, 'target'), was(change, 'target'));
  assert.deepEqual(turned(change, 'source_parameters')?.to, UNKNOWN);
});

test('an object in which one value is unknown is itself known', () => {
  const change = update(PIPE, { 'source_parameters.0.dynamodb_stream_parameters.0.batch_size': UNKNOWN });
  assert.notEqual(willBe(change, 'source_parameters'), UNKNOWN);
});

test('a thing that is made, gone or left alone turns nothing; a new thing sets its arguments', () => {
  for (const change of [create(STREAM), remove(STREAM), untouched(STREAM)])
    assert.equal(turned(change, 'shard_count'), undefined);
  assert.deepEqual(set(create(STREAM), 'shard_count'), { from: null, to: 24 });
  assert.deepEqual(turned(replace(STREAM, { shard_count: 1 }), 'shard_count'), { from: 24, to: 1 });
});

test('equal values in another order of members are equal', () => {
  const change = update('aws_cloudwatch_metric_alarm.observability_table_throttled', {
    dimensions: { b: '1', a: '2' },
  });
  const before = { ...change.before, dimensions: { a: '2', b: '1' } };
  assert.equal(turned({ ...change, before }, 'dimensions'), undefined);
});

test('lowered is less, not equal, not more, not unknown', () => {
  const fewer = update(STREAM, { shard_count: 23 });
  assert.deepEqual(lowered(fewer, 'shard_count'), { from: 24, to: 23 });
  assert.equal(lowered(reversed(fewer), 'shard_count'), undefined);
  assert.equal(lowered(update(STREAM, {}), 'shard_count'), undefined);
  assert.equal(lowered(update(STREAM, { shard_count: UNKNOWN }), 'shard_count'), undefined);
});

test('names of the language itself are no arguments', () => {
  assert.equal(willBe(update(STREAM, {}), 'constructor'), null);
  assert.equal(willBe(update(STREAM, {}), 'stream_mode_details.length'), null);
});

test('a value is shown as a person reads it', () => {
  assert.equal(shown(null), 'nothing');
  assert.equal(shown(UNKNOWN), 'something known only after the apply');
  assert.equal(shown('KMS'), 'KMS');
  assert.equal(shown({ a: [1] }), '{"a":[1]}');
});
