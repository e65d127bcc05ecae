import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, remove, said, sentences, update } from '../testing.ts';
import { TRANSFORM_CODE } from './transform-code.ts';

const TRANSFORM = 'aws_lambda_function.transform';
const PUBLISHER = 'aws_lambda_function.publish_views';

test('other code of the transform is explained with what it may do to rows', () => {
  const other = update(TRANSFORM, { source_code_hash: 'other' });
  assert.deepEqual(said(TRANSFORM_CODE, other), [`note ${TRANSFORM}`]);
  assert.match(sentences(TRANSFORM_CODE, other), /another form than those in the lake/);
});

test('other code of another function says nothing of rows', () => {
  assert.doesNotMatch(sentences(TRANSFORM_CODE, update(PUBLISHER, { source_code_hash: 'other' })), /rows/);
});

test('another runtime or architecture is a warning', () => {
  assert.deepEqual(said(TRANSFORM_CODE, update(TRANSFORM, { runtime: 'nodejs20.x' })), [`warn ${TRANSFORM}`]);
  assert.deepEqual(said(TRANSFORM_CODE, update(TRANSFORM, { 'architectures.0': 'x86_64' })), [
    `warn ${TRANSFORM}`,
  ]);
});

test('a deleted transform blocks, another function does not', () => {
  assert.deepEqual(said(TRANSFORM_CODE, remove(TRANSFORM), remove(PUBLISHER)), [`block ${TRANSFORM}`]);
});

test('a new function, and one whose code stays, are no finding', () => {
  assert.deepEqual(said(TRANSFORM_CODE, create(TRANSFORM), update(TRANSFORM, { memory_size: 2048 })), []);
});
