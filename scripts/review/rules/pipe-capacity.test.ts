import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, reversed, said, sentences, update } from '../testing.ts';
import { PIPE_CAPACITY } from './pipe-capacity.ts';

const PIPE = 'aws_pipes_pipe.pipe';
const SOURCE = 'source_parameters.0.dynamodb_stream_parameters.0';

test('fewer parallel batches and smaller batches are warnings, each with its numbers', () => {
  const slower = update(PIPE, { [`${SOURCE}.parallelization_factor`]: 1, [`${SOURCE}.batch_size`]: 100 });
  assert.deepEqual(said(PIPE_CAPACITY, slower), [`warn ${PIPE}`, `warn ${PIPE}`]);
  assert.match(
    sentences(PIPE_CAPACITY, slower),
    /1 batches of a shard at once instead of 10\.[\s\S]*100 changes a batch instead of 500/,
  );
});

test('as many or more, and a new pipe, are no finding', () => {
  const slower = update(PIPE, { [`${SOURCE}.parallelization_factor`]: 1 });
  assert.deepEqual(said(PIPE_CAPACITY, reversed(slower), update(PIPE, { description: 'other' })), []);
  assert.deepEqual(said(PIPE_CAPACITY, create(PIPE, { [`${SOURCE}.batch_size`]: 1 })), []);
});
