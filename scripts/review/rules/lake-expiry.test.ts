import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, deployed, remove, reversed, said, sentences, update } from '../testing.ts';
import { LAKE_EXPIRY } from './lake-expiry.ts';

const LIFECYCLE = 'aws_s3_bucket_lifecycle_configuration.lake_lifecycle';
const ORDERS_DAYS = 'rule.0.expiration.0.days';
const ERRORS_DAYS = 'rule.1.expiration.0.days';
const to = (edits: Parameters<typeof update>[1]) => said(LAKE_EXPIRY, update(LIFECYCLE, edits));

test('the deployed lifecycle stands where these tests look for it', () => {
  const rules = deployed(LIFECYCLE)['rule'] as { id: string }[];
  assert.deepEqual(
    rules.map(({ id }) => id),
    ['orders', 'errors', 'incomplete-uploads'],
  );
});

test('orders that are deleted sooner block, as late or later is no finding', () => {
  const sooner = update(LIFECYCLE, { [ORDERS_DAYS]: 1094 });
  assert.deepEqual(said(LAKE_EXPIRY, sooner), [`block ${LIFECYCLE}`]);
  assert.match(sentences(LAKE_EXPIRY, sooner), /after 1094 days instead of 1095/);
  assert.deepEqual(said(LAKE_EXPIRY, reversed(sooner)), []);
});

test('failed records that are deleted sooner are a warning', () => {
  assert.deepEqual(to({ [ERRORS_DAYS]: 364 }), [`warn ${LIFECYCLE}`]);
});

test('a rule on the whole bucket deletes orders too, whatever the rule of the orders says', () => {
  const whole = { id: 'all', status: 'Enabled', filter: [{ prefix: '' }], expiration: [{ days: 30 }] };
  assert.deepEqual(to({ 'rule.3': whole }), [`block ${LIFECYCLE}`]);
  assert.deepEqual(to({ 'rule.3': { ...whole, status: 'Disabled' } }), []);
});

test('a rule of a part of the orders deletes sooner only if its days are fewer', () => {
  const part = (days: number) => ({
    'rule.3': {
      id: 'part',
      status: 'Enabled',
      filter: [{ prefix: 'orders/dt=2026' }],
      expiration: [{ days }],
    },
  });
  assert.deepEqual(to(part(1094)), [`block ${LIFECYCLE}`]);
  assert.deepEqual(to(part(1095)), []);
});

test('a date deletes what is there on that day', () => {
  assert.deepEqual(to({ 'rule.0.expiration.0': { date: '2026-12-31T00:00:00Z' } }), [`block ${LIFECYCLE}`]);
});

test('old versions that go sooner are a warning', () => {
  assert.deepEqual(to({ 'rule.0.noncurrent_version_expiration.0.noncurrent_days': 29 }), [
    `warn ${LIFECYCLE}`,
  ]);
});

test('an archive that Athena does not read blocks, one that it reads does not', () => {
  const moved = (storage_class: string) => ({ 'rule.0.transition.0': { days: 90, storage_class } });
  assert.deepEqual(to(moved('DEEP_ARCHIVE')), [`block ${LIFECYCLE}`]);
  assert.deepEqual(to(moved('GLACIER')), [`block ${LIFECYCLE}`]);
  assert.deepEqual(to(moved('GLACIER_IR')), []);
});

test('a lifecycle that goes deletes nothing; a first one of an old bucket blocks, of a new bucket not', () => {
  assert.deepEqual(said(LAKE_EXPIRY, remove(LIFECYCLE)), []);
  assert.ok(said(LAKE_EXPIRY, create(LIFECYCLE)).includes(`block ${LIFECYCLE}`));
  assert.deepEqual(said(LAKE_EXPIRY, create(LIFECYCLE), create('aws_s3_bucket.lake')), []);
});

test('query results that go sooner are explained', () => {
  const results = 'aws_s3_bucket_lifecycle_configuration.athena_results_lifecycle';
  assert.deepEqual(said(LAKE_EXPIRY, update(results, { [ORDERS_DAYS]: 1 })), [`note ${results}`]);
});

test('days that the plan does not know block', () => {
  assert.deepEqual(to({ [ORDERS_DAYS]: UNKNOWN }), [`block ${LIFECYCLE}`]);
  assert.deepEqual(to({ rule: UNKNOWN }), [`block ${LIFECYCLE}`]);
});

test('a rule that loses its tag or its size deletes all objects, as if it were new', () => {
  for (const filter of [{ tag: [{ key: 'a', value: 'b' }] }, { object_size_greater_than: 1 }]) {
    const limited = {
      id: 'part',
      status: 'Enabled',
      filter: [{ prefix: 'orders/', ...filter }],
      expiration: [{ days: 1 }],
    };
    const before = update(LIFECYCLE, { 'rule.3': limited }).after;
    const whole = update(LIFECYCLE, { 'rule.3': { ...limited, filter: [{ prefix: 'orders/' }] } });
    assert.deepEqual(said(LAKE_EXPIRY, { ...whole, before }), [`block ${LIFECYCLE}`]);
  }
});

test('a lifecycle of a bucket that is known only after the apply is of a new bucket', () => {
  const named = create(LIFECYCLE, { bucket: UNKNOWN });
  assert.deepEqual(said(LAKE_EXPIRY, named, create('aws_s3_bucket.lake')), []);
});

test("a rule in the bucket's own argument blocks, and what AWS reads back there does not", () => {
  const own = { lifecycle_rule: [{ enabled: true, expiration: [{ days: 1 }] }] };
  assert.deepEqual(said(LAKE_EXPIRY, update('aws_s3_bucket.lake', own)), ['block aws_s3_bucket.lake']);
  const read = update('aws_s3_bucket.lake', { force_destroy: true });
  assert.deepEqual(said(LAKE_EXPIRY, read, create('aws_s3_bucket.lake', { lifecycle_rule: UNKNOWN })), []);
});
