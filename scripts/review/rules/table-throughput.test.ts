import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { reversed, said, sentences, update } from '../testing.ts';
import { TABLE_THROUGHPUT } from './table-throughput.ts';

const TABLE = 'aws_dynamodb_table.table';

const WRITES = 'on_demand_throughput.0.max_write_request_units';
const READS = 'on_demand_throughput.0.max_read_request_units';

test('fewer writes or reads a second are a warning, as many or more are none', () => {
  assert.deepEqual(said(TABLE_THROUGHPUT, update(TABLE, { [WRITES]: 39_999 })), [`warn ${TABLE}`]);
  assert.deepEqual(said(TABLE_THROUGHPUT, update(TABLE, { [READS]: 39_999 })), [`warn ${TABLE}`]);
  assert.deepEqual(said(TABLE_THROUGHPUT, update(TABLE, { [WRITES]: 40_001 })), []);
});

test('a maximum where none was is a warning, and its removal is none', () => {
  const without = update(TABLE, { on_demand_throughput: [] });
  assert.deepEqual(said(TABLE_THROUGHPUT, without), []);
  assert.deepEqual(said(TABLE_THROUGHPUT, reversed(without)), [`warn ${TABLE}`, `warn ${TABLE}`]);
  assert.match(sentences(TABLE_THROUGHPUT, reversed(without)), /down from no stated maximum/);
});

test('provisioned capacity is a warning with its number', () => {
  const turned = update(TABLE, { billing_mode: 'PROVISIONED', write_capacity: 100 });
  assert.deepEqual(said(TABLE_THROUGHPUT, turned), [`warn ${TABLE}`]);
  assert.match(sentences(TABLE_THROUGHPUT, turned), /100 write units/);
  assert.deepEqual(said(TABLE_THROUGHPUT, reversed(turned)), []);
});

test('what the plan does not know is a warning', () => {
  assert.deepEqual(said(TABLE_THROUGHPUT, update(TABLE, { [WRITES]: UNKNOWN })), [`warn ${TABLE}`]);
});

test('-1 is no maximum', () => {
  assert.deepEqual(said(TABLE_THROUGHPUT, update(TABLE, { [WRITES]: -1 })), []);
});
