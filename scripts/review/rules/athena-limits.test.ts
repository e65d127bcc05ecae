import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, remove, replace, reversed, said, update } from '../testing.ts';
import { ATHENA_LIMITS } from './athena-limits.ts';

const GROUP = 'aws_athena_workgroup.athena';
const SCAN = 'configuration.0.bytes_scanned_cutoff_per_query';
const LIMIT = 100 * 1024 ** 3;
const to = (edits: Parameters<typeof update>[1]) => said(ATHENA_LIMITS, update(GROUP, edits));

test('a scan limit that is raised or goes is a warning, a lower one is none', () => {
  assert.deepEqual(to({ [SCAN]: LIMIT + 1 }), [`warn ${GROUP}`]);
  assert.deepEqual(to({ [SCAN]: null }), [`warn ${GROUP}`]);
  assert.deepEqual(to({ [SCAN]: 0 }), [`warn ${GROUP}`]);
  assert.deepEqual(to({ [SCAN]: LIMIT - 1 }), []);
  assert.deepEqual(said(ATHENA_LIMITS, reversed(update(GROUP, { [SCAN]: null }))), []);
});

test('settings that bind nobody are a warning; absent they bind', () => {
  const loose = update(GROUP, { 'configuration.0.enforce_workgroup_configuration': false });
  assert.deepEqual(said(ATHENA_LIMITS, loose), [`warn ${GROUP}`]);
  assert.deepEqual(said(ATHENA_LIMITS, reversed(loose)), []);
  assert.deepEqual(to({ 'configuration.0.enforce_workgroup_configuration': null }), []);
});

test('another place for results and a disabled group are warnings', () => {
  assert.deepEqual(to({ 'configuration.0.result_configuration.0.output_location': 's3://other/' }), [
    `warn ${GROUP}`,
  ]);
  assert.deepEqual(to({ state: 'DISABLED' }), [`warn ${GROUP}`]);
  assert.deepEqual(said(ATHENA_LIMITS, reversed(update(GROUP, { state: 'DISABLED' }))), []);
});

test('a group that is made anew or deleted is a warning, a new one is none', () => {
  assert.deepEqual(said(ATHENA_LIMITS, replace(GROUP), remove(GROUP)), [`warn ${GROUP}`, `warn ${GROUP}`]);
  assert.deepEqual(said(ATHENA_LIMITS, create(GROUP)), []);
});

test('a limit that the plan does not know is a warning', () => {
  assert.deepEqual(to({ [SCAN]: UNKNOWN }), [`warn ${GROUP}`]);
});
