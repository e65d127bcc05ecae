/**
 * One metric over time, as CloudWatch keeps a high-resolution one: by the second for three hours, then by the minute
 * for fifteen days, then not at all. So it is bounded however long the engine runs. Times are whole seconds.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#metrics-retention
 */

import { createRows, type Row } from './rows.ts';

export const SECONDS_KEPT = 3 * 3_600;
export const MINUTES_KEPT_SECONDS = 15 * 86_400;
export const MINUTE = 60;

export type Series = {
  add(now: number, value: number): void;
  /** What was measured from `from` on and before `until`, in spans of `period` seconds that begin at its multiples; a
   * span in which nothing was measured is not there. A period below a minute sees the last three hours alone. */
  spans(now: number, from: number, until: number, period: number): Row[];
  /** When it was measured last. */
  newestAt(): number;
};

export function createSeries(): Series {
  const seconds = createRows();
  const minutes = createRows();
  /** No second that is kept is older. */
  let settledUntil = 0;

  function settle(now: number): void {
    const until = startOf(now - SECONDS_KEPT, MINUTE);
    if (until <= settledUntil) return;
    settledUntil = until;
    for (const row of seconds.takeBefore(until)) minutes.add({ ...row, at: startOf(row.at, MINUTE) });
    minutes.takeBefore(now - MINUTES_KEPT_SECONDS);
  }

  return {
    add(now, value) {
      settle(now);
      seconds.measure(now, value);
    },
    spans(now, from, until, period) {
      settle(now);
      const spans = createRows();
      if (period >= MINUTE)
        for (const row of minutes.between(from, until)) spans.add({ ...row, at: startOf(row.at, period) });
      for (const row of seconds.between(from, until)) spans.add({ ...row, at: startOf(row.at, period) });
      return spans.takeBefore(Number.POSITIVE_INFINITY);
    },
    newestAt: () => seconds.newestAt() ?? minutes.newestAt() ?? 0,
  };
}

export function startOf(at: number, period: number): number {
  return Math.floor(at / period) * period;
}
