import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, reversed, said, update } from '../testing.ts';
import { DELETION_PROTECTION } from './deletion-protection.ts';

const TABLE = 'aws_dynamodb_table.table';
const LAKE = 'aws_s3_bucket.lake';

test('a table that loses its deletion protection blocks, the way back does not', () => {
  const off = update(TABLE, { deletion_protection_enabled: false });
  assert.deepEqual(said(DELETION_PROTECTION, off), [`block ${TABLE}`]);
  assert.deepEqual(said(DELETION_PROTECTION, reversed(off)), []);
  assert.deepEqual(said(DELETION_PROTECTION, update(TABLE, { deletion_protection_enabled: null })), [
    `block ${TABLE}`,
  ]);
});

test('a bucket that Terraform may delete with its files blocks, the way back does not', () => {
  const forced = update(LAKE, { force_destroy: true });
  assert.deepEqual(said(DELETION_PROTECTION, forced), [`block ${LAKE}`]);
  assert.deepEqual(said(DELETION_PROTECTION, reversed(forced)), []);
});

test('a new table without protection is no finding', () => {
  assert.deepEqual(said(DELETION_PROTECTION, create(TABLE, { deletion_protection_enabled: false })), []);
});

test('what the plan does not know blocks', () => {
  assert.deepEqual(said(DELETION_PROTECTION, update(TABLE, { deletion_protection_enabled: UNKNOWN })), [
    `block ${TABLE}`,
  ]);
});
