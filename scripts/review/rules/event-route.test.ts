import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, deployed, remove, reversed, said, update } from '../testing.ts';
import { EVENT_ROUTE } from './event-route.ts';

const ROUTE = 'aws_cloudwatch_event_rule.publish_views_rule';
const TARGET = 'aws_cloudwatch_event_target.publish_views_target';
const PERMISSION = 'aws_lambda_permission.publish_views_permission';

test('a rule that is deleted, disabled or listens to something else is a warning', () => {
  const disabled = update(ROUTE, { state: 'DISABLED', is_enabled: false });
  const other = update(ROUTE, { event_pattern: '{"source":["aws.s3"]}' });
  for (const change of [remove(ROUTE), disabled, other])
    assert.deepEqual(said(EVENT_ROUTE, change), [`warn ${ROUTE}`]);
  assert.deepEqual(said(EVENT_ROUTE, reversed(disabled)), []);
});

test('a pattern whose members stand in another order is the same', () => {
  const { source, detail, ...rest } = JSON.parse(String(deployed(ROUTE)['event_pattern'])) as Record<
    string,
    unknown
  >;
  assert.deepEqual(
    said(EVENT_ROUTE, update(ROUTE, { event_pattern: JSON.stringify({ source, ...rest, detail }) })),
    [],
  );
});

test('a rule that is renamed has an heir that listens to the same', () => {
  const heir = { ...create(ROUTE), address: 'aws_cloudwatch_event_rule.crawled' };
  assert.deepEqual(said(EVENT_ROUTE, remove(ROUTE), heir), []);
});

test('a target that goes is a warning, unless its rule goes and says it', () => {
  assert.deepEqual(said(EVENT_ROUTE, remove(TARGET)), [`warn ${TARGET}`]);
  assert.deepEqual(said(EVENT_ROUTE, remove(TARGET), remove(ROUTE)), [`warn ${ROUTE}`]);
  assert.deepEqual(said(EVENT_ROUTE, update(TARGET, { arn: 'arn:aws:sns:us-east-2:1:other' })), [
    `warn ${TARGET}`,
  ]);
  assert.deepEqual(said(EVENT_ROUTE, update(TARGET, { arn: UNKNOWN })), []);
});

test('a right to call that goes is a warning, unless the function goes too', () => {
  assert.deepEqual(said(EVENT_ROUTE, remove(PERMISSION)), [`warn ${PERMISSION}`]);
  assert.deepEqual(said(EVENT_ROUTE, remove(PERMISSION), remove('aws_lambda_function.publish_views')), []);
});

test('new rules, targets and rights are no finding', () => {
  assert.deepEqual(said(EVENT_ROUTE, create(ROUTE), create(TARGET), create(PERMISSION)), []);
});

test('a pattern that the plan does not know is a warning', () => {
  assert.deepEqual(said(EVENT_ROUTE, update(ROUTE, { event_pattern: UNKNOWN })), [`warn ${ROUTE}`]);
});

test('a target whose own rule stays is not excused by another rule that goes', () => {
  const other = { ...remove('aws_cloudwatch_event_rule.observability_crawl_failed') };
  assert.ok(said(EVENT_ROUTE, remove(TARGET), other).includes(`warn ${TARGET}`));
});
