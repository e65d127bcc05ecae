import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, remove, replace, reversed, said, update } from '../testing.ts';
import { PIPE_DEAD_LETTERS } from './pipe-dead-letters.ts';

const PIPE = 'aws_pipes_pipe.pipe';
const SOURCE = 'source_parameters.0.dynamodb_stream_parameters.0';
const QUEUE = 'aws_sqs_queue.pipe_dead_letters';
const TARGET = `${SOURCE}.dead_letter_config.0.arn`;

test('a pipe without a queue of dead letters blocks, an old one and a new one', () => {
  const without = { [`${SOURCE}.dead_letter_config`]: [] };
  assert.deepEqual(said(PIPE_DEAD_LETTERS, update(PIPE, without), create(PIPE, without)), [
    `block ${PIPE}`,
    `block ${PIPE}`,
  ]);
});

test('a pipe that gets a queue, known or not, is no finding', () => {
  const without = update(PIPE, { [`${SOURCE}.dead_letter_config`]: [] });
  assert.deepEqual(said(PIPE_DEAD_LETTERS, reversed(without)), []);
  assert.deepEqual(
    said(PIPE_DEAD_LETTERS, { ...update(PIPE, { [TARGET]: UNKNOWN }), before: without.after }),
    [],
  );
  assert.deepEqual(said(PIPE_DEAD_LETTERS, create(PIPE, { [TARGET]: UNKNOWN })), []);
});

test('another queue is a warning, known or not', () => {
  assert.deepEqual(said(PIPE_DEAD_LETTERS, update(PIPE, { [TARGET]: 'arn:aws:sqs:us-east-2:1:other' })), [
    `warn ${PIPE}`,
  ]);
  assert.deepEqual(said(PIPE_DEAD_LETTERS, update(PIPE, { [TARGET]: UNKNOWN })), [`warn ${PIPE}`]);
});

test('a queue that goes takes its dead letters along', () => {
  assert.deepEqual(said(PIPE_DEAD_LETTERS, remove(QUEUE), replace(QUEUE)), [
    `block ${QUEUE}`,
    `block ${QUEUE}`,
  ]);
});

test('dead letters kept for less time are a warning, for more are none', () => {
  const shorter = update(QUEUE, { message_retention_seconds: 1_209_599 });
  assert.deepEqual(said(PIPE_DEAD_LETTERS, shorter), [`warn ${QUEUE}`]);
  assert.deepEqual(said(PIPE_DEAD_LETTERS, reversed(shorter), create(QUEUE)), []);
});
