/** What waits where, how long the oldest has, and when it is gone. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backlogOf } from './backlog.ts';
import type { Measured, Metric } from './metrics.ts';

const NONE = [0, 0, 0, 0, 0, 0];

function measuredOf(sums: Partial<Record<Metric, number[]>>): Measured {
  const taken = sums.taken ?? NONE;
  const all = { taken, put: taken, read: taken, delivered: taken, ...sums };
  return { periodSeconds: 5, from: 100, sums: all as Measured['sums'] };
}

const backlog = (sums: Partial<Record<Metric, number[]>>, arrived = true, loadSeconds = 10) =>
  backlogOf(measuredOf(sums), { began: 102, loadSeconds, arrived });
const at = (found: ReturnType<typeof backlog>, stretch: string) =>
  found.waiting.find((each) => each.stretch === stretch);

test('what went in and did not come out waits, and the oldest since it came', () => {
  const found = backlog({ taken: [10, 10, 0, 0, 0, 0], put: [10, 0, 0, 5, 5, 0] });
  const pipe = at(found, 'pipe');
  assert.deepEqual(pipe?.changes, [0, 10, 10, 5, 0, 0]);
  assert.deepEqual(pipe?.seconds, [0, 0, 5, 10, 0, 0]);
  assert.deepEqual([pipe?.peak, pipe?.peakSecond], [10, 8]);
  assert.deepEqual(found.second, [3, 8, 13, 18, 23, 28]);
});

test('the time to drain is told from the last order on, and not before', () => {
  const put = [10, 0, 0, 5, 5, 0];
  assert.equal(at(backlog({ taken: [10, 10, 0, 0, 0, 0], put }), 'pipe')?.drainSeconds, 13);
  assert.equal(at(backlog({ taken: [10, 10, 0, 0, 0, 0], put }, true, 25), 'pipe')?.drainSeconds, 0);
});

test('what is left where all has arrived is somebody else’s, and where it has not it waits', () => {
  const sums = {
    taken: [10, 10, 3, 0, 0, 0],
    put: [10, 10, 0, 0, 0, 0],
    read: [10, 10, 0, 0, 0, 0],
    delivered: [10, 10, 0, 0, 0, 0],
  };
  assert.deepEqual(at(backlog(sums), 'pipe')?.changes, NONE);
  const stuck = at(backlog(sums, false), 'pipe');
  assert.deepEqual(stuck?.changes, [0, 0, 3, 3, 3, 3]);
  assert.equal(stuck?.drainSeconds, null);
});

test('more that came out than went in is a repeat, and no backlog below zero', () => {
  const found = at(backlog({ taken: [10, 0, 0, 0, 0, 0], put: [12, 0, 0, 0, 0, 0] }), 'pipe');
  assert.deepEqual([found?.changes, found?.peak, found?.drainSeconds], [NONE, 0, 0]);
});
