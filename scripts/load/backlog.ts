/**
 * What waits where: the chain has three stretches between its counters, and what has gone into one and not come out of
 * it waits there. Beside how many wait stands how long the oldest has, as the stretches keep their order nearly enough.
 *
 *     metrics → [backlog] → gave-way, report
 */

import type { HopName } from '../../schemas/hops.ts';
import type { Measured, Metric } from './metrics.ts';

/** Named by the hop that takes the changes out of it, but for the last, whose changes lie at Firehose itself. */
export const STRETCHES = [
  { name: 'pipe', hops: ['stream', 'pipe'], into: 'taken', out: 'put' },
  { name: 'kinesis', hops: ['kinesis'], into: 'put', out: 'read' },
  { name: 'firehose', hops: ['firehose', 'transform'], into: 'read', out: 'delivered' },
] as const satisfies readonly { name: HopName; hops: HopName[]; into: Metric; out: Metric }[];

export type Waiting = {
  stretch: (typeof STRETCHES)[number]['name'];
  /** Changes at the end of each period. */
  changes: number[];
  /** The oldest of them has waited so long. */
  seconds: number[];
};

export type Backlog = {
  periodSeconds: number;
  /** The end of each period, since the run began. */
  second: number[];
  waiting: (Waiting & {
    peak: number;
    peakSecond: number;
    /** From the last order on; null where it was not empty when the run was given up on. */
    drainSeconds: number | null;
  })[];
};

/** At most this share of the peak still waits where a stretch is called drained. */
const DRAINED_SHARE = 0.01;

/** `arrived`: everything came to the lake, so what seems to be left at the end is somebody else's, or counted apart. */
export function backlogOf(
  { periodSeconds, from, sums }: Measured,
  { began, loadSeconds, arrived }: { began: number; loadSeconds: number; arrived: boolean },
): Backlog {
  const second = sums.taken.map((_, k) => round(from + (k + 1) * periodSeconds - began));
  const waiting = STRETCHES.map(({ name, into, out }) => {
    const entered = running(sums[into]);
    const left = running(sums[out]);
    const rest = arrived ? Math.max(0, (entered.at(-1) ?? 0) - (left.at(-1) ?? 0)) : 0;
    const changes = entered.map((all, k) => Math.max(0, all - (left[k] ?? 0) - rest));
    const seconds = changes.map((many, k) =>
      many === 0 ? 0 : (k - firstAbove(entered, (left[k] ?? 0) + rest)) * periodSeconds,
    );
    const peak = Math.max(0, ...changes);
    const drained = changes.findLastIndex((many) => many > peak * DRAINED_SHARE) + 1;
    const at = second[drained];
    return {
      stretch: name,
      changes,
      seconds,
      peak,
      peakSecond: second[changes.indexOf(peak)] ?? 0,
      drainSeconds: peak === 0 ? 0 : at === undefined ? null : round(Math.max(0, at - loadSeconds)),
    };
  });
  return { periodSeconds, second, waiting };
}

function running(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => {
    sum += value;
    return sum;
  });
}

/** The period in which the running sum passed `count`; it only grows, so it is found by halves. */
function firstAbove(sums: readonly number[], count: number): number {
  let low = 0;
  let high = sums.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] ?? 0) > count) high = middle;
    else low = middle + 1;
  }
  return low;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
