import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, remove, reversed, said, sentences, update } from '../testing.ts';
import { PIPE_FILTER } from './pipe-filter.ts';

const PIPE = 'aws_pipes_pipe.pipe';
const FILTER = 'source_parameters.0.filter_criteria.0.filter';
const INSERTS = { [`${FILTER}.0.pattern`]: '{"eventName":["INSERT"]}' };
const MODIFIES = { [`${FILTER}.0.pattern`]: '{"eventName":["MODIFY"]}' };

test('a filter drops orders for good, on an old pipe and on a new one', () => {
  assert.deepEqual(said(PIPE_FILTER, update(PIPE, INSERTS), create(PIPE, INSERTS)), [
    `block ${PIPE}`,
    `block ${PIPE}`,
  ]);
  assert.match(sentences(PIPE_FILTER, update(PIPE, INSERTS)), /INSERT/);
});

test('another filter blocks', () => {
  assert.deepEqual(said(PIPE_FILTER, { ...update(PIPE, MODIFIES), before: update(PIPE, INSERTS).after }), [
    `block ${PIPE}`,
  ]);
});

test('a filter that goes, stays, or lets one pattern more through is no finding', () => {
  const filtered = update(PIPE, INSERTS);
  const both = update(PIPE, { ...INSERTS, [`${FILTER}.1.pattern`]: '{"eventName":["MODIFY"]}' });
  assert.deepEqual(said(PIPE_FILTER, reversed(filtered)), []);
  assert.deepEqual(said(PIPE_FILTER, { ...filtered, before: filtered.after }), []);
  assert.deepEqual(said(PIPE_FILTER, { ...both, before: filtered.after }), []);
  assert.deepEqual(said(PIPE_FILTER, { ...filtered, before: both.after }), [`block ${PIPE}`]);
  assert.deepEqual(
    said(PIPE_FILTER, update(PIPE, { 'source_parameters.0.filter_criteria': [] }), remove(PIPE)),
    [],
  );
});

test('a filter that the plan does not know blocks', () => {
  assert.deepEqual(said(PIPE_FILTER, update(PIPE, { [`${FILTER}.0.pattern`]: UNKNOWN })), [`block ${PIPE}`]);
  assert.deepEqual(said(PIPE_FILTER, update(PIPE, { source_parameters: UNKNOWN })), [`block ${PIPE}`]);
});
