import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, reversed, said, sentences, update } from '../testing.ts';
import { PIPE_RETRIES } from './pipe-retries.ts';

const PIPE = 'aws_pipes_pipe.pipe';
const SOURCE = 'source_parameters.0.dynamodb_stream_parameters.0';
const RETRIES = `${SOURCE}.maximum_retry_attempts`;
const AGE = `${SOURCE}.maximum_record_age_in_seconds`;

test('-1 and absent are infinite, for retries and for age', () => {
  for (const path of [RETRIES, AGE])
    for (const value of [-1, null])
      assert.deepEqual(said(PIPE_RETRIES, update(PIPE, { [path]: value })), [`block ${PIPE}`]);
});

test('a new pipe without bounds blocks too, one with bounds does not', () => {
  assert.deepEqual(said(PIPE_RETRIES, create(PIPE, { [RETRIES]: null, [AGE]: UNKNOWN })), [
    `block ${PIPE}`,
    `block ${PIPE}`,
  ]);
  assert.deepEqual(said(PIPE_RETRIES, create(PIPE)), []);
});

test('any number, zero too, is a bound', () => {
  assert.deepEqual(
    said(PIPE_RETRIES, update(PIPE, { [RETRIES]: 0 }), update(PIPE, { [RETRIES]: 10_000 })),
    [],
  );
});

test('a pipe that gets bounds, or never had any, is no finding', () => {
  const endless = update(PIPE, { [RETRIES]: -1 });
  assert.deepEqual(said(PIPE_RETRIES, reversed(endless)), []);
  assert.deepEqual(
    said(PIPE_RETRIES, { ...endless, before: { ...endless.after, description: 'other' } }),
    [],
  );
});

test('a bound that the plan does not know blocks', () => {
  const hidden = update(PIPE, { [RETRIES]: UNKNOWN });
  assert.deepEqual(said(PIPE_RETRIES, hidden), [`block ${PIPE}`]);
  assert.match(sentences(PIPE_RETRIES, hidden), /known only after the apply/);
});
