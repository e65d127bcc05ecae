import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, reversed, said, update } from '../testing.ts';
import { TRANSFORM_LIMITS } from './transform-limits.ts';

const TRANSFORM = 'aws_lambda_function.transform';

const to = (edits: Parameters<typeof update>[1]) => said(TRANSFORM_LIMITS, update(TRANSFORM, edits));

test('a shorter timeout is a warning, a longer one is none up to what Firehose waits', () => {
  assert.deepEqual(to({ timeout: 59 }), [`warn ${TRANSFORM}`]);
  assert.deepEqual(to({ timeout: 300 }), []);
  assert.deepEqual(to({ timeout: 301 }), [`warn ${TRANSFORM}`]);
});

test('less memory is a warning, more is none', () => {
  const less = update(TRANSFORM, { memory_size: 1023 });
  assert.deepEqual(said(TRANSFORM_LIMITS, less), [`warn ${TRANSFORM}`]);
  assert.deepEqual(said(TRANSFORM_LIMITS, reversed(less)), []);
});

test('a concurrency of zero blocks, a bound is a warning, its removal is none', () => {
  assert.deepEqual(to({ reserved_concurrent_executions: 0 }), [`block ${TRANSFORM}`]);
  const bounded = update(TRANSFORM, { reserved_concurrent_executions: 10 });
  assert.deepEqual(said(TRANSFORM_LIMITS, bounded), [`warn ${TRANSFORM}`]);
  assert.deepEqual(said(TRANSFORM_LIMITS, reversed(bounded)), []);
});

test('a new function is no finding', () => {
  assert.deepEqual(said(TRANSFORM_LIMITS, create(TRANSFORM, { timeout: 3, memory_size: 128 })), []);
});

test('what the plan does not know is a warning', () => {
  assert.deepEqual(to({ timeout: UNKNOWN }), [`warn ${TRANSFORM}`]);
  assert.deepEqual(to({ memory_size: UNKNOWN }), [`warn ${TRANSFORM}`]);
});
