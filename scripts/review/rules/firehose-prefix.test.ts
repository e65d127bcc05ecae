import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, reversed, said, sentences, update } from '../testing.ts';
import { FIREHOSE_PREFIX } from './firehose-prefix.ts';

const FIREHOSE = 'aws_kinesis_firehose_delivery_stream.firehose';
const S3 = 'extended_s3_configuration.0';

test('another prefix or another bucket blocks', () => {
  const prefix = update(FIREHOSE, { [`${S3}.prefix`]: 'orders/!{timestamp:yyyy}/' });
  assert.deepEqual(said(FIREHOSE_PREFIX, prefix), [`block ${FIREHOSE}`]);
  assert.deepEqual(said(FIREHOSE_PREFIX, reversed(prefix)), [`block ${FIREHOSE}`]);
  assert.deepEqual(said(FIREHOSE_PREFIX, update(FIREHOSE, { [`${S3}.bucket_arn`]: 'arn:aws:s3:::other' })), [
    `block ${FIREHOSE}`,
  ]);
});

test('a prefix that goes is named by what AWS puts there', () => {
  assert.match(sentences(FIREHOSE_PREFIX, update(FIREHOSE, { [`${S3}.prefix`]: null })), /YYYY\/MM\/dd\/HH/);
});

test('another error prefix and another time zone are warnings', () => {
  assert.deepEqual(said(FIREHOSE_PREFIX, update(FIREHOSE, { [`${S3}.error_output_prefix`]: 'failed/' })), [
    `warn ${FIREHOSE}`,
  ]);
  assert.deepEqual(said(FIREHOSE_PREFIX, update(FIREHOSE, { [`${S3}.custom_time_zone`]: 'Europe/Berlin' })), [
    `warn ${FIREHOSE}`,
  ]);
});

test('the time zone UTC and its absence are the same', () => {
  assert.deepEqual(said(FIREHOSE_PREFIX, update(FIREHOSE, { [`${S3}.custom_time_zone`]: null })), []);
});

test('a new stream, and one whose places stay, are no finding', () => {
  assert.deepEqual(said(FIREHOSE_PREFIX, create(FIREHOSE, { [`${S3}.bucket_arn`]: UNKNOWN })), []);
  assert.deepEqual(said(FIREHOSE_PREFIX, update(FIREHOSE, { [`${S3}.buffering_size`]: 64 })), []);
});

test('a prefix that the plan does not know blocks', () => {
  assert.deepEqual(said(FIREHOSE_PREFIX, update(FIREHOSE, { [`${S3}.prefix`]: UNKNOWN })), [
    `block ${FIREHOSE}`,
  ]);
});
