import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, remove, replace, reversed, said, sentences, untouched, update } from '../testing.ts';
import { PIPE_AT_LATEST } from './pipe-at-latest.ts';

const PIPE = 'aws_pipes_pipe.pipe';
const POSITION = 'source_parameters.0.dynamodb_stream_parameters.0.starting_position';

test('a pipe at LATEST blocks, whether it is made or made anew', () => {
  assert.deepEqual(said(PIPE_AT_LATEST, create(PIPE, { [POSITION]: 'LATEST' })), [`block ${PIPE}`]);
  const anew = replace(PIPE, { [POSITION]: 'LATEST' }, [POSITION]);
  assert.deepEqual(said(PIPE_AT_LATEST, anew), [`block ${PIPE}`]);
  assert.match(sentences(PIPE_AT_LATEST, anew), /between the end of the old pipe and the begin of the new/);
});

test('a pipe at TRIM_HORIZON is no finding, made or made anew', () => {
  assert.deepEqual(
    said(PIPE_AT_LATEST, create(PIPE), replace(PIPE), reversed(replace(PIPE, { [POSITION]: 'LATEST' }))),
    [],
  );
});

test('a pipe that stands at LATEST starts nowhere again until it is replaced', () => {
  const standing = update(PIPE, { [POSITION]: 'LATEST' });
  assert.deepEqual(said(PIPE_AT_LATEST, { ...standing, before: standing.after }), []);
  assert.deepEqual(said(PIPE_AT_LATEST, { ...standing, before: standing.after, action: 'replace' }), [
    `block ${PIPE}`,
  ]);
  assert.deepEqual(said(PIPE_AT_LATEST, untouched(PIPE, { [POSITION]: 'LATEST' })), []);
});

test('a deleted pipe starts nowhere', () => {
  assert.deepEqual(said(PIPE_AT_LATEST, remove(PIPE)), []);
});

test('a position that the plan does not know blocks', () => {
  assert.deepEqual(said(PIPE_AT_LATEST, create(PIPE, { [POSITION]: UNKNOWN })), [`block ${PIPE}`]);
});
