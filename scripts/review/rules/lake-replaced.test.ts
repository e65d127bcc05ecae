import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, deployed, remove, replace, said, sentences, update } from '../testing.ts';
import { LAKE_REPLACED } from './lake-replaced.ts';

const LAKE = 'aws_s3_bucket.lake';
const RESULTS = 'aws_s3_bucket.athena_results';

test('the lake that is replaced or deleted blocks, and the sentence says whether its files go', () => {
  assert.deepEqual(said(LAKE_REPLACED, replace(LAKE), remove(LAKE)), [`block ${LAKE}`, `block ${LAKE}`]);
  assert.match(sentences(LAKE_REPLACED, remove(LAKE)), /Terraform refuses as long as a file is in it/);
  const forced = { ...remove(LAKE), before: { ...deployed(LAKE), force_destroy: true } };
  assert.match(sentences(LAKE_REPLACED, forced), /goes with everything in it/);
});

test('the bucket of results is a warning: they can be had again', () => {
  assert.deepEqual(said(LAKE_REPLACED, remove(RESULTS)), [`warn ${RESULTS}`]);
});

test('a bucket that is changed in place or made is no finding', () => {
  assert.deepEqual(said(LAKE_REPLACED, update(LAKE, { force_destroy: true }), create(LAKE)), []);
});
