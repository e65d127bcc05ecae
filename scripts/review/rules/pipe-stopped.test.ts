import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, remove, reversed, said, sentences, update } from '../testing.ts';
import { PIPE_STOPPED } from './pipe-stopped.ts';

const PIPE = 'aws_pipes_pipe.pipe';

test('a pipe that is told to stop blocks, one that is started again does not', () => {
  const stopped = update(PIPE, { desired_state: 'STOPPED' });
  assert.deepEqual(said(PIPE_STOPPED, stopped), [`block ${PIPE}`]);
  assert.deepEqual(said(PIPE_STOPPED, reversed(stopped)), []);
});

test('a new pipe that does not run blocks', () => {
  assert.deepEqual(said(PIPE_STOPPED, create(PIPE, { desired_state: 'STOPPED' })), [`block ${PIPE}`]);
  assert.deepEqual(said(PIPE_STOPPED, create(PIPE)), []);
});

test('a deleted pipe blocks, and the finding names the pipe that takes its place', () => {
  assert.deepEqual(said(PIPE_STOPPED, remove(PIPE)), [`block ${PIPE}`]);
  const heir = { ...create(PIPE), address: 'aws_pipes_pipe.carrier' };
  assert.match(sentences(PIPE_STOPPED, remove(PIPE), heir), /aws_pipes_pipe.carrier takes its place/);
});

test('a pipe that stays stopped is no finding', () => {
  const stopped = update(PIPE, { desired_state: 'STOPPED', description: 'other' });
  assert.deepEqual(said(PIPE_STOPPED, { ...stopped, before: stopped.after }), []);
});

test('a state that the plan does not know blocks', () => {
  assert.deepEqual(said(PIPE_STOPPED, update(PIPE, { desired_state: UNKNOWN })), [`block ${PIPE}`]);
});
