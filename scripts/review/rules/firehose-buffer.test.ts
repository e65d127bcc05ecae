import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, reversed, said, untouched, update } from '../testing.ts';
import { FIREHOSE_BUFFER } from './firehose-buffer.ts';

const FIREHOSE = 'aws_kinesis_firehose_delivery_stream.firehose';
const S3 = 'extended_s3_configuration.0';
const ALARM = 'aws_cloudwatch_metric_alarm.observability_firehose_freshness';

test('a longer wait is explained, a shorter one is no finding', () => {
  const later = update(FIREHOSE, { [`${S3}.buffering_interval`]: 61 });
  assert.deepEqual(said(FIREHOSE_BUFFER, later), [`note ${FIREHOSE}`]);
  assert.deepEqual(said(FIREHOSE_BUFFER, reversed(later)), []);
});

test('a wait that reaches the freshness alarm is a warning, the second before is not', () => {
  // The transform gathers for ten seconds of its own, and the alarm rings at 600.
  const wait = (seconds: number) =>
    said(FIREHOSE_BUFFER, update(FIREHOSE, { [`${S3}.buffering_interval`]: seconds }), untouched(ALARM));
  assert.deepEqual(wait(590), [`warn ${FIREHOSE}`]);
  assert.deepEqual(wait(589), [`note ${FIREHOSE}`]);
});

test('smaller files are explained, larger ones are no finding', () => {
  const smaller = update(FIREHOSE, { [`${S3}.buffering_size`]: 127 });
  assert.deepEqual(said(FIREHOSE_BUFFER, smaller), [`note ${FIREHOSE}`]);
  assert.deepEqual(said(FIREHOSE_BUFFER, reversed(smaller), create(FIREHOSE)), []);
});

test('a hint that the plan does not know is a warning', () => {
  assert.deepEqual(said(FIREHOSE_BUFFER, update(FIREHOSE, { [`${S3}.buffering_interval`]: UNKNOWN })), [
    `warn ${FIREHOSE}`,
  ]);
});
