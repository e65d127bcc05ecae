import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, reversed, said, update } from '../testing.ts';
import { ALARM_LOOSENED } from './alarm-loosened.ts';

const ALARM = 'aws_cloudwatch_metric_alarm.observability_pipe_dead_letters';
const DELIVERY = 'aws_cloudwatch_metric_alarm.observability_firehose_delivery';

test('a threshold further away is a warning, one nearer is none', () => {
  const further = update(ALARM, { threshold: 1 });
  assert.deepEqual(said(ALARM_LOOSENED, further), [`warn ${ALARM}`]);
  assert.deepEqual(said(ALARM_LOOSENED, reversed(further)), []);
});

test('of an alarm that rings below, further away is lower', () => {
  const lower = update(DELIVERY, { threshold: 0.5 });
  assert.deepEqual(said(ALARM_LOOSENED, lower), [`warn ${DELIVERY}`]);
  assert.deepEqual(said(ALARM_LOOSENED, reversed(lower)), []);
});

test('more trouble before it rings is a warning, as much or less is none', () => {
  assert.deepEqual(said(ALARM_LOOSENED, update(DELIVERY, { evaluation_periods: 4 })), [`warn ${DELIVERY}`]);
  assert.deepEqual(said(ALARM_LOOSENED, update(DELIVERY, { evaluation_periods: 1, period: 180 })), []);
  assert.deepEqual(said(ALARM_LOOSENED, update(DELIVERY, { datapoints_to_alarm: 2 })), []);
  assert.deepEqual(
    said(ALARM_LOOSENED, update(DELIVERY, { evaluation_periods: 5, datapoints_to_alarm: 4 })),
    [`warn ${DELIVERY}`],
  );
});

test('an alarm on something else, or counted otherwise, is a warning', () => {
  assert.deepEqual(said(ALARM_LOOSENED, update(ALARM, { 'dimensions.QueueName': 'other' })), [
    `warn ${ALARM}`,
  ]);
  assert.deepEqual(said(ALARM_LOOSENED, update(ALARM, { statistic: 'Average' })), [`warn ${ALARM}`]);
});

test('missing data that no longer rings is a warning, that rings is none', () => {
  const strict = update(ALARM, { treat_missing_data: 'breaching' });
  assert.deepEqual(said(ALARM_LOOSENED, strict), []);
  assert.deepEqual(said(ALARM_LOOSENED, reversed(strict)), [`warn ${ALARM}`]);
});

test('a new description, and a new alarm, are no finding', () => {
  assert.deepEqual(
    said(ALARM_LOOSENED, update(ALARM, { alarm_description: 'other' }), create(ALARM, { threshold: 99 })),
    [],
  );
});

test('a threshold that the plan does not know is a warning', () => {
  assert.deepEqual(said(ALARM_LOOSENED, update(ALARM, { threshold: UNKNOWN })), [`warn ${ALARM}`]);
});
