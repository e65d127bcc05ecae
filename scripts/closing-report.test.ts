import assert from 'node:assert/strict';
import { test } from 'node:test';
import { disagreements, percentiles } from './closing-report.ts';

const NOTHING_FAILED = {
  count: 0,
  changes: 0,
  undelivered: 0,
  reasons: [],
  functions: [],
  refused: [],
  keys: [],
};

const agreeing = {
  written: { placed: 60, advanced: 35, deleted: 5, skipped: 3, failed: 0 },
  captured: 100,
  lakeRows: 100,
  lakeChanges: 100,
  viewChanges: 100,
  tableOrders: 55,
  viewOrders: 55,
  failed: NOTHING_FAILED,
  deadLetters: 0,
  deadLetterQueues: [],
};

test('numbers that add up give no disagreement', () => {
  assert.deepEqual(disagreements(agreeing), []);
});

test('a change that is missing from the views, or one too many, is a disagreement', () => {
  for (const viewChanges of [99, 101])
    assert.ok(disagreements({ ...agreeing, viewChanges }).length > 0, `${viewChanges} changes`);
});

test('a change that was acknowledged and not captured is a disagreement', () => {
  const written = { ...agreeing.written, placed: 61 };
  assert.match(disagreements({ ...agreeing, written })[0] ?? '', /101 changes were acknowledged/);
});

test('records under errors/ are accounted for: they explain what the views lack, and no more', () => {
  const two = {
    ...agreeing,
    lakeRows: 98,
    viewChanges: 98,
    viewOrders: 53,
    failed: { ...NOTHING_FAILED, count: 2, changes: 2 },
  };
  assert.deepEqual(disagreements(two), []);
  assert.ok(disagreements({ ...two, viewOrders: 52 }).length > 0);
  assert.ok(disagreements({ ...two, failed: { ...NOTHING_FAILED, count: 2, changes: 1 } }).length > 0);
});

test('a record that is no change of the table lies under errors/ and explains nothing that is missing', () => {
  const garbage = { ...NOTHING_FAILED, count: 5 };
  assert.deepEqual(disagreements({ ...agreeing, failed: garbage }), []);
  assert.match(disagreements({ ...agreeing, viewChanges: 99, failed: garbage })[0] ?? '', /1 are missing/);
});

test('more changes in the views than were captured is told as what it is', () => {
  const more = { ...agreeing, lakeRows: 101, viewChanges: 101 };
  assert.match(disagreements(more)[0] ?? '', /something else than the table's stream/);
});

test('changes that a broken function left under errors/ are a disagreement', () => {
  const broken = { ...NOTHING_FAILED, count: 100, changes: 100, undelivered: 100 };
  const none = { ...agreeing, lakeRows: 0, viewChanges: 0, viewOrders: 0, failed: broken };
  assert.match(disagreements(none)[0] ?? '', /100 changes lie under errors\/ for no fault of theirs/);
});

test('dead letters account for changes that are missing, and for none too many', () => {
  const letters = { ...agreeing, deadLetters: 1, deadLetterQueues: ['letters'] };
  assert.deepEqual(disagreements({ ...letters, viewChanges: 90, viewOrders: 50 }), []);
  assert.ok(disagreements({ ...letters, lakeRows: 102, viewChanges: 101 }).length > 0);
});

test('without the views the changes in the lake are what counts', () => {
  const { viewChanges: _changes, viewOrders: _orders, ...bare } = agreeing;
  assert.deepEqual(disagreements({ ...bare, lakeRows: 105 }), []);
  assert.match(disagreements({ ...bare, lakeChanges: 99 })[0] ?? '', /99 are in the lake/);
});

test('repeated rows in the lake are no disagreement, because the views drop them', () => {
  assert.deepEqual(disagreements({ ...agreeing, lakeRows: 117 }), []);
});

test('an order that the view shows and the table does not have is a disagreement', () => {
  assert.match(disagreements({ ...agreeing, viewOrders: 56 })[0] ?? '', /orders_current 56/);
});

test('a write that was never acknowledged is told with its reason', () => {
  const written = { ...agreeing.written, failed: 1, lastFailure: 'place order-1: TimeoutError: late' };
  assert.match(disagreements({ ...agreeing, written })[0] ?? '', /TimeoutError: late/);
});

test('percentiles are values that were measured', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1).reverse();
  assert.deepEqual(percentiles(hundred), { p50: 50, p99: 99 });
  assert.deepEqual(percentiles([7]), { p50: 7, p99: 7 });
});
