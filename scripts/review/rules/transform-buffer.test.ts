import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, deployed, reversed, said, sentences, update } from '../testing.ts';
import { TRANSFORM_BUFFER } from './transform-buffer.ts';

const FIREHOSE = 'aws_kinesis_firehose_delivery_stream.firehose';
const S3 = 'extended_s3_configuration.0';
const PARAMETERS = `${S3}.processing_configuration.0.processors.0.parameters`;
const SIZE = 'BufferSizeInMBs';
const INDEX = 1;
const hint = (value: string | null) => ({ [`${PARAMETERS}.${INDEX}.parameter_value`]: value });

test('the deployed buffer stands where these tests look for it', () => {
  const [s3] = deployed(FIREHOSE)['extended_s3_configuration'] as [
    { processing_configuration: [{ processors: [{ parameters: { parameter_name: string }[] }] }] },
  ];
  const [{ processors }] = s3.processing_configuration;
  assert.equal(processors[0].parameters[INDEX]?.parameter_name, SIZE);
});

test('3 MB and 0.2 MB are taken, beyond either blocks', () => {
  const to = (value: string) => said(TRANSFORM_BUFFER, create(FIREHOSE, hint(value)));
  assert.deepEqual(to('3'), []);
  assert.deepEqual(to('3.1'), [`block ${FIREHOSE}`]);
  assert.deepEqual(to('0.2'), []);
  assert.deepEqual(to('0.1'), [`block ${FIREHOSE}`]);
});

test('the sentence tells what base64 makes of it', () => {
  assert.match(
    sentences(TRANSFORM_BUFFER, update(FIREHOSE, hint('6'))),
    /8\.0 MB.*6 MB that a Lambda call takes/,
  );
});

test('what is no number blocks: AWS would refuse it half way', () => {
  assert.deepEqual(said(TRANSFORM_BUFFER, update(FIREHOSE, hint('large'))), [`block ${FIREHOSE}`]);
});

test('a hint that stays, that goes, or that becomes smaller is no finding', () => {
  assert.deepEqual(said(TRANSFORM_BUFFER, update(FIREHOSE, { [`${S3}.buffering_size`]: 64 })), []);
  assert.deepEqual(said(TRANSFORM_BUFFER, update(FIREHOSE, hint(null))), []);
  assert.deepEqual(said(TRANSFORM_BUFFER, reversed(update(FIREHOSE, hint('6')))), []);
});

test('a hint that the plan does not know blocks', () => {
  const hidden = update(FIREHOSE, { [`${PARAMETERS}.${INDEX}.parameter_value`]: UNKNOWN });
  assert.deepEqual(said(TRANSFORM_BUFFER, hidden), [`block ${FIREHOSE}`]);
});
