import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, deployed, remove, replace, reversed, said, sentences, update } from '../testing.ts';
import { STREAM_LOST } from './stream-lost.ts';

const TABLE = 'aws_dynamodb_table.table';

test('a stream that is switched off is lost to the pipe', () => {
  assert.deepEqual(said(STREAM_LOST, update(TABLE, { stream_enabled: false })), [`block ${TABLE}`]);
});

test('a replaced or deleted table takes its stream along, and the sentence says why', () => {
  const replaced = replace(TABLE, { hash_key: 'id' }, ['hash_key']);
  assert.deepEqual(said(STREAM_LOST, replaced, remove(TABLE)), [`block ${TABLE}`, `block ${TABLE}`]);
  assert.match(sentences(STREAM_LOST, replaced), /because of hash_key/);
});

test('a table that keeps its stream, gets one, or never had one is no finding', () => {
  assert.deepEqual(said(STREAM_LOST, update(TABLE, { billing_mode: 'PROVISIONED' })), []);
  assert.deepEqual(said(STREAM_LOST, reversed(update(TABLE, { stream_enabled: false }))), []);
  assert.deepEqual(said(STREAM_LOST, create(TABLE)), []);
  assert.deepEqual(
    said(STREAM_LOST, { ...remove(TABLE), before: { ...deployed(TABLE), stream_enabled: false } }),
    [],
  );
});

test('a stream of which the plan does not know whether it stays blocks', () => {
  assert.deepEqual(said(STREAM_LOST, update(TABLE, { stream_enabled: UNKNOWN })), [`block ${TABLE}`]);
});
