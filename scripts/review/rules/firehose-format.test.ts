import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, replace, reversed, said, update } from '../testing.ts';
import { FIREHOSE_FORMAT } from './firehose-format.ts';

const FIREHOSE = 'aws_kinesis_firehose_delivery_stream.firehose';
const S3 = 'extended_s3_configuration.0';

const to = (edits: Parameters<typeof update>[1]) => said(FIREHOSE_FORMAT, update(FIREHOSE, edits));

test('a compression that Athena reads is a warning, one that it does not read blocks', () => {
  assert.deepEqual(to({ [`${S3}.compression_format`]: 'UNCOMPRESSED' }), [`warn ${FIREHOSE}`]);
  assert.deepEqual(to({ [`${S3}.compression_format`]: 'ZIP' }), [`block ${FIREHOSE}`]);
  assert.deepEqual(to({ [`${S3}.compression_format`]: UNKNOWN }), [`warn ${FIREHOSE}`]);
});

test('uncompressed and its absence are the same', () => {
  const before = update(FIREHOSE, { [`${S3}.compression_format`]: 'UNCOMPRESSED' }).after;
  assert.deepEqual(
    said(FIREHOSE_FORMAT, { ...update(FIREHOSE, { [`${S3}.compression_format`]: null }), before }),
    [],
  );
});

test('an end of the name that hides the compression blocks, another is a warning', () => {
  assert.deepEqual(to({ [`${S3}.file_extension`]: '.json' }), [`block ${FIREHOSE}`]);
  assert.deepEqual(to({ [`${S3}.file_extension`]: '.json.gz' }), [`warn ${FIREHOSE}`]);
  assert.deepEqual(to({ [`${S3}.file_extension`]: '' }), []);
});

test('a conversion blocks in either direction, an absent one stays absent', () => {
  const columnar = update(FIREHOSE, { [`${S3}.data_format_conversion_configuration.0.enabled`]: true });
  assert.deepEqual(said(FIREHOSE_FORMAT, columnar, reversed(columnar)), [
    `block ${FIREHOSE}`,
    `block ${FIREHOSE}`,
  ]);
  assert.deepEqual(to({ [`${S3}.data_format_conversion_configuration.0.enabled`]: false }), []);
});

test('dynamic partitioning blocks in either direction', () => {
  const dynamic = replace(FIREHOSE, { [`${S3}.dynamic_partitioning_configuration.0.enabled`]: true });
  assert.deepEqual(said(FIREHOSE_FORMAT, dynamic, reversed(dynamic)), [
    `block ${FIREHOSE}`,
    `block ${FIREHOSE}`,
  ]);
  assert.deepEqual(to({ [`${S3}.dynamic_partitioning_configuration.0.enabled`]: false }), []);
});

test('a new stream has no files of another form', () => {
  assert.deepEqual(said(FIREHOSE_FORMAT, create(FIREHOSE, { [`${S3}.compression_format`]: 'ZIP' })), []);
});

test('an end of the name, a conversion or a partitioning that the plan does not know blocks', () => {
  for (const path of [
    'file_extension',
    'data_format_conversion_configuration',
    'dynamic_partitioning_configuration',
  ])
    assert.deepEqual(to({ [`${S3}.${path}`]: UNKNOWN }), [`block ${FIREHOSE}`], path);
});
