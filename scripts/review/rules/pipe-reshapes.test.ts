import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, replace, reversed, said, update } from '../testing.ts';
import { PIPE_RESHAPES } from './pipe-reshapes.ts';

const PIPE = 'aws_pipes_pipe.pipe';

test('an input template or an enrichment changes what the transform gets', () => {
  const template = { 'target_parameters.0.input_template': '{"id": <$.eventID>}' };
  assert.deepEqual(said(PIPE_RESHAPES, update(PIPE, template), create(PIPE, template)), [
    `block ${PIPE}`,
    `block ${PIPE}`,
  ]);
  assert.deepEqual(said(PIPE_RESHAPES, reversed(update(PIPE, template))), []);
  assert.deepEqual(
    said(PIPE_RESHAPES, update(PIPE, { enrichment: 'arn:aws:lambda:us-east-2:1:function:f' })),
    [`block ${PIPE}`],
  );
  assert.deepEqual(said(PIPE_RESHAPES, update(PIPE, { enrichment: '' })), []);
});

test('another target is a warning, a new pipe has none other', () => {
  assert.deepEqual(
    said(PIPE_RESHAPES, update(PIPE, { target: 'arn:aws:kinesis:us-east-2:1:stream/other' })),
    [`warn ${PIPE}`],
  );
  assert.deepEqual(said(PIPE_RESHAPES, create(PIPE, { target: UNKNOWN })), []);
});

test('a target that the plan does not know is a warning, unless the stream itself is made anew', () => {
  const hidden = update(PIPE, { target: UNKNOWN });
  assert.deepEqual(said(PIPE_RESHAPES, hidden), [`warn ${PIPE}`]);
  assert.deepEqual(said(PIPE_RESHAPES, hidden, replace('aws_kinesis_stream.kinesis')), []);
});

test('a template that the plan does not know blocks', () => {
  const hidden = update(PIPE, { 'target_parameters.0.input_template': UNKNOWN });
  assert.deepEqual(said(PIPE_RESHAPES, hidden), [`block ${PIPE}`]);
});
