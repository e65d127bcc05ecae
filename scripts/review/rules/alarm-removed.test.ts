import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, remove, reversed, said, sentences, update } from '../testing.ts';
import { ALARM_REMOVED } from './alarm-removed.ts';

const ALARM = 'aws_cloudwatch_metric_alarm.observability_pipe_dead_letters';

test('an alarm that is deleted, or rings nowhere, is a warning with what it was for', () => {
  const changes = [
    remove(ALARM),
    update(ALARM, { actions_enabled: false }),
    update(ALARM, { alarm_actions: [] }),
  ];
  for (const change of changes) {
    assert.deepEqual(said(ALARM_REMOVED, change), [`warn ${ALARM}`]);
    assert.match(sentences(ALARM_REMOVED, change), /The pipe gave up on changes/);
  }
});

test('an alarm that rings again is no finding', () => {
  assert.deepEqual(said(ALARM_REMOVED, reversed(update(ALARM, { actions_enabled: false }))), []);
  assert.deepEqual(said(ALARM_REMOVED, reversed(update(ALARM, { alarm_actions: [] }))), []);
});

test('an alarm by another name on the same is the same alarm', () => {
  const heir = { ...create(ALARM), address: 'aws_cloudwatch_metric_alarm.letters' };
  assert.deepEqual(said(ALARM_REMOVED, remove(ALARM), heir), []);
  const other = {
    ...create(ALARM, { metric_name: 'NumberOfMessagesSent' }),
    address: 'aws_cloudwatch_metric_alarm.letters',
  };
  assert.deepEqual(said(ALARM_REMOVED, remove(ALARM), other), [`warn ${ALARM}`]);
});

test('actions whose topic is made anew are left to alarm-topic', () => {
  assert.deepEqual(said(ALARM_REMOVED, update(ALARM, { alarm_actions: UNKNOWN })), []);
});

test('a new alarm without actions is no finding', () => {
  assert.deepEqual(said(ALARM_REMOVED, create(ALARM, { alarm_actions: [] })), []);
});

test('what the plan does not know is a warning', () => {
  assert.deepEqual(said(ALARM_REMOVED, update(ALARM, { actions_enabled: UNKNOWN })), [`warn ${ALARM}`]);
});

test('actions that are left to their default ring', () => {
  assert.deepEqual(said(ALARM_REMOVED, update(ALARM, { actions_enabled: null })), []);
});

test('other actions ring too', () => {
  const other = update(ALARM, { alarm_actions: ['arn:aws:sns:us-east-2:123456789012:other'] });
  assert.deepEqual(said(ALARM_REMOVED, other), []);
});
