import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { deployed, replace, reversed, said, sentences, update } from '../testing.ts';
import { TABLE_TTL } from './table-ttl.ts';

const TABLE = 'aws_dynamodb_table.table';

const ON = { 'ttl.0.enabled': true, 'ttl.0.attribute_name': 'created_at' };

test('time to live that is switched on deletes orders by itself', () => {
  const on = update(TABLE, ON);
  assert.deepEqual(said(TABLE_TTL, on), [`block ${TABLE}`]);
  assert.match(sentences(TABLE_TTL, on), /attribute created_at/);
});

test('another attribute is another choice of orders to delete', () => {
  const before = { ...deployed(TABLE), ttl: [{ enabled: true, attribute_name: 'expires' }] };
  assert.deepEqual(said(TABLE_TTL, { ...update(TABLE, ON), before }), [`block ${TABLE}`]);
});

test('switching it off, and a table on which it stays as it is, are no finding', () => {
  assert.deepEqual(said(TABLE_TTL, reversed(update(TABLE, ON))), []);
  assert.deepEqual(said(TABLE_TTL, update(TABLE, { table_class: 'STANDARD_INFREQUENT_ACCESS' })), []);
  const on = update(TABLE, ON);
  assert.deepEqual(said(TABLE_TTL, { ...on, before: on.after }), []);
});

test('what the plan does not know blocks, save on a table that is replaced', () => {
  assert.deepEqual(said(TABLE_TTL, update(TABLE, { ttl: UNKNOWN })), [`block ${TABLE}`]);
  assert.deepEqual(said(TABLE_TTL, replace(TABLE, { ttl: UNKNOWN })), []);
});
