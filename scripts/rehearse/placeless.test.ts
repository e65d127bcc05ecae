import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outOfDate, placelessRights } from './placeless.ts';

const PLACELESS = [{ action: /^glue:/, because: 'it takes every name for a table' }];
const policy = (...Statement: { Effect: string; Action: string | string[] }[]) => ({ Statement });

test('only what a role may do somewhere is allowed to it anywhere', () => {
  const rights = placelessRights(
    [policy({ Effect: 'Allow', Action: ['glue:GetTable', 's3:GetObject'] })],
    PLACELESS,
  );
  assert.deepEqual(rights, [{ action: 'glue:GetTable', because: 'it takes every name for a table' }]);
});

test('what is denied is not allowed by it', () => {
  assert.deepEqual(placelessRights([policy({ Effect: 'Deny', Action: 'glue:DeleteTable' })], PLACELESS), []);
});

test('an action that several statements name is there once, and a single one need not be a list', () => {
  const twice = policy(
    { Effect: 'Allow', Action: 'glue:GetTable' },
    { Effect: 'Allow', Action: ['glue:GetTable'] },
  );
  assert.equal(placelessRights([twice, twice], PLACELESS).length, 1);
});

test('a pattern that no right of the roles fits is out of date', () => {
  assert.deepEqual(outOfDate(['s3:GetObject'], PLACELESS), ['/^glue:/']);
  assert.deepEqual(outOfDate(['glue:GetTable'], PLACELESS), []);
});
