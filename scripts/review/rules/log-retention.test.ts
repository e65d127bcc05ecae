import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, deployed, remove, reversed, said, sentences, update } from '../testing.ts';
import { LOG_RETENTION } from './log-retention.ts';

const LOG = 'aws_cloudwatch_log_group.transform_log';
const DAYS = 'retention_in_days';

test('fewer days are a warning, as many or more are none', () => {
  const fewer = update(LOG, { [DAYS]: 60 });
  assert.deepEqual(said(LOG_RETENTION, fewer), [`warn ${LOG}`]);
  assert.deepEqual(said(LOG_RETENTION, reversed(fewer), update(LOG, { skip_destroy: true })), []);
});

test('zero and absent are for ever', () => {
  const forever = update(LOG, { [DAYS]: 0 });
  assert.deepEqual(said(LOG_RETENTION, forever, update(LOG, { [DAYS]: null })), []);
  assert.match(sentences(LOG_RETENTION, reversed(forever)), /90 days instead of for ever/);
});

test('a log that goes is a warning, unless its writer goes or the log is left behind', () => {
  assert.deepEqual(said(LOG_RETENTION, remove(LOG)), [`warn ${LOG}`]);
  assert.deepEqual(said(LOG_RETENTION, remove(LOG), remove('aws_lambda_function.transform')), []);
  assert.deepEqual(
    said(LOG_RETENTION, { ...remove(LOG), before: { ...deployed(LOG), skip_destroy: true } }),
    [],
  );
});

test('a new log is no finding', () => {
  assert.deepEqual(said(LOG_RETENTION, create(LOG, { [DAYS]: 1 })), []);
});

test('days that the plan does not know are a warning', () => {
  assert.deepEqual(said(LOG_RETENTION, update(LOG, { [DAYS]: UNKNOWN })), [`warn ${LOG}`]);
});
