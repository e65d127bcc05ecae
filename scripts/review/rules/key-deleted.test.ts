import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, remove, replace, reversed, said, sentences, update } from '../testing.ts';
import { KEY_DELETED } from './key-deleted.ts';

const KEY = 'aws_kms_key.key';
const ALIAS = 'aws_kms_alias.key_alias';

test('a key that is deleted or replaced blocks and says how long it can be called off', () => {
  assert.deepEqual(said(KEY_DELETED, remove(KEY), replace(KEY)), [`block ${KEY}`, `block ${KEY}`]);
  assert.match(sentences(KEY_DELETED, remove(KEY)), /in 30 days/);
});

test('a key that is disabled blocks, one that is enabled does not', () => {
  const disabled = update(KEY, { is_enabled: false });
  assert.deepEqual(said(KEY_DELETED, disabled), [`block ${KEY}`]);
  assert.deepEqual(said(KEY_DELETED, reversed(disabled)), []);
});

test('a shorter window and no rotation are warnings, the way back is none', () => {
  for (const less of [
    update(KEY, { deletion_window_in_days: 29 }),
    update(KEY, { enable_key_rotation: false }),
  ]) {
    assert.deepEqual(said(KEY_DELETED, less), [`warn ${KEY}`]);
    assert.deepEqual(said(KEY_DELETED, reversed(less)), []);
  }
});

test('an alias that points at another key is a warning', () => {
  assert.deepEqual(said(KEY_DELETED, update(ALIAS, { target_key_id: 'other' })), [`warn ${ALIAS}`]);
  assert.deepEqual(said(KEY_DELETED, update(ALIAS, { target_key_id: UNKNOWN }), create(ALIAS)), []);
});

test('a new key is no finding', () => {
  assert.deepEqual(
    said(KEY_DELETED, create(KEY, { deletion_window_in_days: 7, enable_key_rotation: false })),
    [],
  );
});

test('a switch that the plan does not know blocks', () => {
  assert.deepEqual(said(KEY_DELETED, update(KEY, { is_enabled: UNKNOWN })), [`block ${KEY}`]);
});

test('the sentence says whether another key takes its place', () => {
  assert.match(sentences(KEY_DELETED, replace(KEY)), /replaced: the old one is scheduled for deletion/);
  assert.match(sentences(KEY_DELETED, remove(KEY)), /^The key is scheduled for deletion/);
});
