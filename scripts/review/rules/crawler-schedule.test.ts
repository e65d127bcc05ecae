import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, reversed, said, update } from '../testing.ts';
import { CRAWLER_SCHEDULE } from './crawler-schedule.ts';

const CRAWLER = 'aws_glue_crawler.crawler';

test('a schedule that goes is a warning, a new one is none', () => {
  const without = update(CRAWLER, { schedule: '' });
  assert.deepEqual(said(CRAWLER_SCHEDULE, without), [`warn ${CRAWLER}`]);
  assert.deepEqual(said(CRAWLER_SCHEDULE, reversed(without)), []);
});

test('another schedule is explained', () => {
  assert.deepEqual(said(CRAWLER_SCHEDULE, update(CRAWLER, { schedule: 'cron(0 0 * * ? *)' })), [
    `note ${CRAWLER}`,
  ]);
});

test('a schedule that stays, and a new crawler, are no finding', () => {
  assert.deepEqual(
    said(CRAWLER_SCHEDULE, update(CRAWLER, { description: 'other' }), create(CRAWLER, { schedule: null })),
    [],
  );
});

test('a schedule that the plan does not know is a warning', () => {
  assert.deepEqual(said(CRAWLER_SCHEDULE, update(CRAWLER, { schedule: UNKNOWN })), [`warn ${CRAWLER}`]);
});
