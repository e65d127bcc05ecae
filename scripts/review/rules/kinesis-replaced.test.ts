import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, remove, replace, said, sentences, untouched, update } from '../testing.ts';
import { KINESIS_REPLACED } from './kinesis-replaced.ts';

const STREAM = 'aws_kinesis_stream.kinesis';

test('a replaced or deleted stream blocks with the hours that are lost and the reason', () => {
  const replaced = replace(STREAM, { name: 'other' }, ['name']);
  assert.deepEqual(said(KINESIS_REPLACED, replaced, remove(STREAM)), [`block ${STREAM}`, `block ${STREAM}`]);
  assert.match(sentences(KINESIS_REPLACED, replaced), /because of name.*168 hours/);
});

test('a stream that is changed in place, made or left alone keeps what it holds', () => {
  assert.deepEqual(
    said(KINESIS_REPLACED, update(STREAM, { shard_count: 12 }), create(STREAM), untouched(STREAM)),
    [],
  );
});

test('the sentence says what happens to it, and a reason only where there is one', () => {
  assert.match(sentences(KINESIS_REPLACED, replace(STREAM)), /^The stream is replaced\./);
  assert.match(sentences(KINESIS_REPLACED, remove(STREAM)), /^The stream is deleted\./);
});
