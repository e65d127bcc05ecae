import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, reversed, said, update } from '../testing.ts';
import { CRAWLER_UPDATES } from './crawler-updates.ts';

const CRAWLER = 'aws_glue_crawler.crawler';
const CHANGES = {
  'schema_change_policy.0.update_behavior': 'LOG',
  'recrawl_policy.0.recrawl_behavior': 'CRAWL_NEW_FOLDERS_ONLY',
  's3_target.0.exclusions': ['**.gz'],
  's3_target.0.sample_size': 1,
  configuration: '{"Version":1}',
  classifiers: ['csv'],
};

test('each way of seeing less is a warning, and the way back is none', () => {
  for (const [path, value] of Object.entries(CHANGES)) {
    const less = update(CRAWLER, { [path]: value });
    assert.deepEqual(said(CRAWLER_UPDATES, less), [`warn ${CRAWLER}`], path);
    assert.deepEqual(said(CRAWLER_UPDATES, reversed(less)), [], path);
  }
});

test('each that the plan does not know is a warning', () => {
  for (const path of Object.keys(CHANGES))
    assert.deepEqual(said(CRAWLER_UPDATES, update(CRAWLER, { [path]: UNKNOWN })), [`warn ${CRAWLER}`], path);
});

test('a configuration that is written otherwise and means the same is no finding', () => {
  const same = {
    CrawlerOutput: { Partitions: { AddOrUpdateBehavior: 'InheritFromTable' } },
    Version: 1.0,
    Grouping: { TableGroupingPolicy: 'CombineCompatibleSchemas' },
  };
  assert.deepEqual(said(CRAWLER_UPDATES, update(CRAWLER, { configuration: JSON.stringify(same) })), []);
});

test('a new crawler is no finding', () => {
  assert.deepEqual(said(CRAWLER_UPDATES, create(CRAWLER, CHANGES)), []);
});
