import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, replace, said, sentences, untouched, update } from '../testing.ts';
import { PIPE_STARTS_OVER } from './pipe-starts-over.ts';

const PIPE = 'aws_pipes_pipe.pipe';

test('a replaced pipe starts over, and the sentence says why and what repeats', () => {
  const replaced = replace(PIPE, { name: 'another' }, ['name']);
  assert.deepEqual(said(PIPE_STARTS_OVER, replaced), [`warn ${PIPE}`]);
  assert.match(
    sentences(PIPE_STARTS_OVER, replaced),
    /because of name.*TRIM_HORIZON: up to 24 hours of changes travel a second time/,
  );
});

test('a pipe with another source says that the old one is read no more', () => {
  assert.match(
    sentences(PIPE_STARTS_OVER, replace(PIPE, { source: UNKNOWN }, ['source'])),
    /another stream than before/,
  );
});

test('a pipe that is changed in place, made or left alone does not start over', () => {
  const slower = update(PIPE, { 'source_parameters.0.dynamodb_stream_parameters.0.batch_size': 10 });
  assert.deepEqual(said(PIPE_STARTS_OVER, slower, create(PIPE), untouched(PIPE)), []);
});

test('a source that the plan does not know is a warning', () => {
  assert.deepEqual(said(PIPE_STARTS_OVER, update(PIPE, { source: UNKNOWN })), [`warn ${PIPE}`]);
});
