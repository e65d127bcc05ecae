import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, remove, replace, reversed, said, update } from '../testing.ts';
import { CRAWLER_DELETES } from './crawler-deletes.ts';

const CRAWLER = 'aws_glue_crawler.crawler';
const BEHAVIOR = 'schema_change_policy.0.delete_behavior';
const DATABASE = 'aws_glue_catalog_database.crawler_database';

test('a crawler that deletes blocks, an old one and a new one', () => {
  const deleting = { [BEHAVIOR]: 'DELETE_FROM_DATABASE' };
  assert.deepEqual(said(CRAWLER_DELETES, update(CRAWLER, deleting), create(CRAWLER, deleting)), [
    `block ${CRAWLER}`,
    `block ${CRAWLER}`,
  ]);
  assert.deepEqual(said(CRAWLER_DELETES, reversed(update(CRAWLER, deleting))), []);
});

test('marking as deprecated is a warning, stated or by default', () => {
  assert.deepEqual(said(CRAWLER_DELETES, update(CRAWLER, { [BEHAVIOR]: 'DEPRECATE_IN_DATABASE' })), [
    `warn ${CRAWLER}`,
  ]);
  assert.deepEqual(said(CRAWLER_DELETES, update(CRAWLER, { schema_change_policy: [] })), [`warn ${CRAWLER}`]);
});

test('a crawler that logs, made or changed in another way, is no finding', () => {
  assert.deepEqual(
    said(CRAWLER_DELETES, create(CRAWLER), update(CRAWLER, { schedule: 'cron(0 * * * ? *)' })),
    [],
  );
});

test('a deleted crawler is a warning, a lost database blocks', () => {
  assert.deepEqual(said(CRAWLER_DELETES, remove(CRAWLER)), [`warn ${CRAWLER}`]);
  assert.deepEqual(said(CRAWLER_DELETES, remove(DATABASE), replace(DATABASE)), [
    `block ${DATABASE}`,
    `block ${DATABASE}`,
  ]);
  assert.deepEqual(said(CRAWLER_DELETES, update(DATABASE, { description: 'other' }), create(DATABASE)), []);
});

test('a behaviour that the plan does not know blocks', () => {
  assert.deepEqual(said(CRAWLER_DELETES, update(CRAWLER, { [BEHAVIOR]: UNKNOWN })), [`block ${CRAWLER}`]);
});
