import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, reversed, said, update } from '../testing.ts';
import { TABLE_RECOVERY } from './table-recovery.ts';

const TABLE = 'aws_dynamodb_table.table';

const ENABLED = 'point_in_time_recovery.0.enabled';
const DAYS = 'point_in_time_recovery.0.recovery_period_in_days';

test('recovery that is switched off drops every recovery point', () => {
  assert.deepEqual(said(TABLE_RECOVERY, update(TABLE, { [ENABLED]: false })), [`block ${TABLE}`]);
  assert.deepEqual(said(TABLE_RECOVERY, update(TABLE, { point_in_time_recovery: null })), [`block ${TABLE}`]);
});

test('fewer days are a warning, as many or more are none', () => {
  assert.deepEqual(said(TABLE_RECOVERY, update(TABLE, { [DAYS]: 34 })), [`warn ${TABLE}`]);
  assert.deepEqual(said(TABLE_RECOVERY, update(TABLE, { [DAYS]: 35 })), []);
  assert.deepEqual(said(TABLE_RECOVERY, reversed(update(TABLE, { [DAYS]: 34 }))), []);
});

test('switching recovery on is no finding', () => {
  assert.deepEqual(said(TABLE_RECOVERY, reversed(update(TABLE, { [ENABLED]: false }))), []);
});

test('a new table without recovery is no finding', () => {
  assert.deepEqual(said(TABLE_RECOVERY, create(TABLE, { [ENABLED]: false })), []);
});

test('what the plan does not know blocks', () => {
  assert.deepEqual(said(TABLE_RECOVERY, update(TABLE, { [ENABLED]: UNKNOWN })), [`block ${TABLE}`]);
});

test('a table that never had recovery has none to lose', () => {
  const without = update(TABLE, { [ENABLED]: false }).after;
  assert.deepEqual(said(TABLE_RECOVERY, { ...update(TABLE, { [ENABLED]: UNKNOWN }), before: without }), []);
});
