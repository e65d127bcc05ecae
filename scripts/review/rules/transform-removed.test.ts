import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, reversed, said, update } from '../testing.ts';
import { TRANSFORM_REMOVED } from './transform-removed.ts';

const FIREHOSE = 'aws_kinesis_firehose_delivery_stream.firehose';
const S3 = 'extended_s3_configuration.0';
const PARAMETERS = `${S3}.processing_configuration.0.processors.0.parameters`;
const PROCESSING = `${S3}.processing_configuration`;

test('a transform that is disabled or taken out blocks', () => {
  assert.deepEqual(said(TRANSFORM_REMOVED, update(FIREHOSE, { [`${PROCESSING}.0.enabled`]: false })), [
    `block ${FIREHOSE}`,
  ]);
  // As Terraform plans the removal of the block.
  const emptied = update(FIREHOSE, {
    [PROCESSING]: [{ enabled: null, processors: [{ parameters: [], type: null }] }],
  });
  assert.deepEqual(said(TRANSFORM_REMOVED, emptied), [`block ${FIREHOSE}`]);
  assert.deepEqual(said(TRANSFORM_REMOVED, reversed(emptied)), []);
});

test('another function is a warning, known or not', () => {
  const other = `${PARAMETERS}.2.parameter_value`;
  assert.deepEqual(
    said(TRANSFORM_REMOVED, update(FIREHOSE, { [other]: 'arn:aws:lambda:us-east-2:1:function:other' })),
    [`warn ${FIREHOSE}`],
  );
  assert.deepEqual(said(TRANSFORM_REMOVED, update(FIREHOSE, { [other]: UNKNOWN })), [`warn ${FIREHOSE}`]);
});

test('fewer retries than before, or than the default of 3, are a warning', () => {
  const retries = (value: string) => ({
    [`${PARAMETERS}.3`]: { parameter_name: 'NumberOfRetries', parameter_value: value },
  });
  assert.deepEqual(said(TRANSFORM_REMOVED, update(FIREHOSE, retries('2'))), [`warn ${FIREHOSE}`]);
  assert.deepEqual(
    said(TRANSFORM_REMOVED, update(FIREHOSE, retries('3')), update(FIREHOSE, retries('5'))),
    [],
  );
});

test('a new stream, and one whose transform stays, are no finding', () => {
  assert.deepEqual(said(TRANSFORM_REMOVED, create(FIREHOSE, { [`${PROCESSING}.0.enabled`]: false })), []);
  assert.deepEqual(said(TRANSFORM_REMOVED, update(FIREHOSE, { [`${S3}.buffering_size`]: 64 })), []);
});

test('a processing that the plan does not know blocks', () => {
  assert.deepEqual(said(TRANSFORM_REMOVED, update(FIREHOSE, { [PROCESSING]: UNKNOWN })), [
    `block ${FIREHOSE}`,
  ]);
});
