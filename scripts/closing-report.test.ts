import assert from 'node:assert/strict';
import { test } from 'node:test';
import { disagreements, percentiles } from './closing-report.ts';

const agreeing = {
  written: { placed: 60, advanced: 35, deleted: 5, skipped: 3, failed: 0 },
  captured: 100,
  lakeRows: 100,
  viewChanges: 100,
  tableOrders: 55,
  viewOrders: 55,
  errorRecords: 0,
  errorKeys: [],
  deadLetters: 0,
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
  const two = { ...agreeing, lakeRows: 98, viewChanges: 98, viewOrders: 53, errorRecords: 2 };
  assert.deepEqual(disagreements(two), []);
  assert.ok(disagreements({ ...two, viewOrders: 52 }).length > 0);
  assert.ok(disagreements({ ...two, errorRecords: 1 }).length > 0);
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
