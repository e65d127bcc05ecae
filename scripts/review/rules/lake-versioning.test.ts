import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, remove, reversed, said, update } from '../testing.ts';
import { LAKE_VERSIONING } from './lake-versioning.ts';

const VERSIONING = 'aws_s3_bucket_versioning.lake_versioning';
const STATUS = 'versioning_configuration.0.status';

test('versioning that is suspended or removed blocks, switching it on does not', () => {
  const suspended = update(VERSIONING, { [STATUS]: 'Suspended' });
  assert.deepEqual(said(LAKE_VERSIONING, suspended), [`block ${VERSIONING}`]);
  assert.deepEqual(said(LAKE_VERSIONING, reversed(suspended)), []);
  assert.deepEqual(said(LAKE_VERSIONING, remove(VERSIONING)), [`block ${VERSIONING}`]);
});

test('what goes with its bucket says nothing of its own', () => {
  assert.deepEqual(said(LAKE_VERSIONING, remove(VERSIONING), remove('aws_s3_bucket.lake')), []);
});

test('a new bucket without versions, and the results, are no finding', () => {
  assert.deepEqual(said(LAKE_VERSIONING, create(VERSIONING, { [STATUS]: 'Disabled' })), []);
  const results = 'aws_s3_bucket_versioning.athena_results_versioning';
  const before = update(results, { [STATUS]: 'Enabled' }).after;
  assert.deepEqual(said(LAKE_VERSIONING, { ...update(results, {}), before }), []);
});

test('a status that the plan does not know blocks', () => {
  assert.deepEqual(said(LAKE_VERSIONING, update(VERSIONING, { [STATUS]: UNKNOWN })), [`block ${VERSIONING}`]);
});

test('a change that leaves versioning on is no finding', () => {
  assert.deepEqual(said(LAKE_VERSIONING, update(VERSIONING, { mfa: 'device' })), []);
});
