import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, replace, said, untouched, update } from '../testing.ts';
import { UPDATE_INTERRUPTS } from './update-interrupts.ts';

const PIPE = 'aws_pipes_pipe.pipe';
const CRAWLER = 'aws_glue_crawler.crawler';
const FIREHOSE = 'aws_kinesis_firehose_delivery_stream.firehose';

test('an update of the pipe, of Firehose or of the crawler is explained', () => {
  const pipe = update(PIPE, { 'source_parameters.0.dynamodb_stream_parameters.0.batch_size': 400 });
  const firehose = update(FIREHOSE, { 'extended_s3_configuration.0.buffering_interval': 61 });
  const crawler = update(CRAWLER, { description: 'other' });
  assert.deepEqual(said(UPDATE_INTERRUPTS, pipe, firehose, crawler), [
    `note ${PIPE}`,
    `note ${FIREHOSE}`,
    `note ${CRAWLER}`,
  ]);
});

test('tags and the like interrupt neither the pipe nor Firehose', () => {
  const tags = { 'tags.owner': 'shop' };
  assert.deepEqual(said(UPDATE_INTERRUPTS, update(PIPE, tags), update(FIREHOSE, tags)), []);
});

test('what is made, replaced or left alone is told by other rules', () => {
  assert.deepEqual(said(UPDATE_INTERRUPTS, create(PIPE), replace(PIPE), untouched(CRAWLER)), []);
});

test('a crawler whose tags change is not updated', () => {
  assert.deepEqual(
    said(UPDATE_INTERRUPTS, update(CRAWLER, { 'tags.owner': 'shop', 'tags_all.owner': 'shop' })),
    [],
  );
});
