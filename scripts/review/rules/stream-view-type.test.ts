import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, reversed, said, sentences, update } from '../testing.ts';
import { STREAM_VIEW_TYPE } from './stream-view-type.ts';

const TABLE = 'aws_dynamodb_table.table';

test('another view type makes a new stream', () => {
  const turned = update(TABLE, { stream_view_type: 'NEW_IMAGE' });
  assert.deepEqual(said(STREAM_VIEW_TYPE, turned), [`block ${TABLE}`]);
  assert.match(
    sentences(STREAM_VIEW_TYPE, turned),
    /NEW_AND_OLD_IMAGES to NEW_IMAGE.*no removed order becomes a row/,
  );
});

test('the way back to both images makes a new stream too, and lacks nothing after', () => {
  const back = reversed(update(TABLE, { stream_view_type: 'KEYS_ONLY' }));
  assert.deepEqual(said(STREAM_VIEW_TYPE, back), [`block ${TABLE}`]);
  assert.doesNotMatch(sentences(STREAM_VIEW_TYPE, back), /becomes a row/);
});

test('a view type that stays, a table without a stream and a new table are no finding', () => {
  assert.deepEqual(said(STREAM_VIEW_TYPE, update(TABLE, { table_class: 'STANDARD_INFREQUENT_ACCESS' })), []);
  assert.deepEqual(
    said(STREAM_VIEW_TYPE, reversed(update(TABLE, { stream_enabled: false, stream_view_type: null }))),
    [],
  );
  assert.deepEqual(said(STREAM_VIEW_TYPE, create(TABLE, { stream_view_type: 'NEW_IMAGE' })), []);
});

test('a stream that is switched off is left to stream-lost', () => {
  assert.deepEqual(
    said(STREAM_VIEW_TYPE, update(TABLE, { stream_enabled: false, stream_view_type: null })),
    [],
  );
});

test('a view type that the plan does not know blocks', () => {
  const hidden = update(TABLE, { stream_view_type: UNKNOWN });
  assert.deepEqual(said(STREAM_VIEW_TYPE, hidden), [`block ${TABLE}`]);
  assert.match(sentences(STREAM_VIEW_TYPE, hidden), /known only after the apply/);
});
