import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, remove, replace, said, sentences, untouched, update } from '../testing.ts';
import { FIREHOSE_REPLACED } from './firehose-replaced.ts';

const FIREHOSE = 'aws_kinesis_firehose_delivery_stream.firehose';

test('a replaced stream begins at LATEST, a deleted one delivers nothing', () => {
  const replaced = replace(FIREHOSE, { name: 'other' }, ['name']);
  assert.deepEqual(said(FIREHOSE_REPLACED, replaced, remove(FIREHOSE)), [
    `block ${FIREHOSE}`,
    `block ${FIREHOSE}`,
  ]);
  assert.match(sentences(FIREHOSE_REPLACED, replaced), /because of name.*LATEST/);
});

test('a stream that is changed in place, made or left alone is no finding', () => {
  const slower = update(FIREHOSE, { 'extended_s3_configuration.0.buffering_interval': 300 });
  assert.deepEqual(said(FIREHOSE_REPLACED, slower, create(FIREHOSE), untouched(FIREHOSE)), []);
});
