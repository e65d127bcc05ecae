/** A run that went well, for the tests of what is made of it: thirty seconds, ten orders each, in the lake in five. */

import { METRICS, SLICES, sliced } from '../../../loadtest/measures.ts';
import { profileOf } from '../../../loadtest/profile.ts';
import type { Carried } from '../arrivals.ts';
import type { Run } from '../report.ts';

export const BEGAN = Date.UTC(2026, 6, 7);
const SECOND = BEGAN / 1_000;

export function runOf(change: Partial<Run> = {}): Run {
  const metrics: Record<string, { values: Record<string, number> }> = {
    [METRICS.orders]: { values: { count: 300 } },
    [METRICS.changes]: { values: { count: 600 } },
    [METRICS.latency]: { values: { med: 5, 'p(99)': 20, max: 50 } },
  };
  const carried: Carried[] = [];
  for (let slice = 0; slice < SLICES; slice++) {
    metrics[sliced(METRICS.orders, slice)] = { values: { count: 10 } };
    metrics[sliced(METRICS.changes, slice)] = { values: { count: 20 } };
    carried.push({ takenSecond: SECOND + slice, deliveredSecond: SECOND + slice + 5, changes: 20 });
  }
  return {
    run: 'baseline-1',
    environment: 'local',
    profile: profileOf('baseline', 10, 30),
    writes: 'put',
    k6: '1.1.0',
    seed: 1,
    began: BEGAN,
    stopped: false,
    summary: { metrics },
    arrivals: { orders: 300, repeatedOrders: 0, changes: 600, carried },
    canaries: [{ second: 1, lagSeconds: 4.25 }],
    lagSecondsMax: 40,
    shards: 24,
    dollars: 0.05,
    unplaced: 0,
    measured: undefined,
    ...change,
  };
}
