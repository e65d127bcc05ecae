/**
 * Which hop gave way first, and at which rate: the table says so itself, by throttles and slow writes; what is behind
 * it shows in changes that come late to the lake. Kinesis is named where the chain then carried what the stream's
 * shards can; anything else behind the table is said to be that, and no more.
 */

import type { HopName } from '../../schemas/hops.ts';
import type { Slice } from './report.ts';

export type GaveWay = {
  hop: HopName | 'unknown';
  /** Since the run began. */
  second: number;
  /** Changes a second that were written when it gave way. */
  changesPerSecond: number;
  /** Changes a second that it carried from then on. */
  carried: number;
  why: string;
};

/** https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
const SHARD_RECORDS_PER_SECOND_MAX = 1_000;
const SHARD_BYTES_PER_SECOND_MAX = 1_000_000;
/** A change with both images as the pipe carries it, by this model's orders. */
const CHANGE_BYTES = 1_030;
/** As near as the planner is asked to come. */
const NEAR = 0.2;

export function gaveWay(
  timeline: readonly Slice[],
  {
    lagSecondsMax,
    shards,
    calledOff,
  }: { lagSecondsMax: number; shards: number; calledOff?: string | undefined },
): GaveWay | null {
  for (const [i, slice] of timeline.entries()) {
    const found = { second: slice.second, changesPerSecond: slice.changes };
    if (slice.troubles > 0)
      return {
        ...found,
        hop: 'table',
        carried: slice.changes,
        why: `${slice.troubles} writes had to be repeated`,
      };
    if (slice.lagSecondsP99 !== null && slice.lagSecondsP99 > lagSecondsMax) {
      const carried = mean(timeline.slice(i).map(({ delivered }) => delivered));
      return { ...found, carried, ...behindTheTable(carried, shards) };
    }
  }
  const last = timeline.findLast(({ changes }) => changes > 0);
  if (calledOff === undefined || !last) return null;
  return {
    hop: 'table',
    second: last.second,
    changesPerSecond: last.changes,
    carried: last.changes,
    why: calledOff,
  };
}

export function kinesisChangesPerSecondMax(shards: number): number {
  return shards * Math.min(SHARD_RECORDS_PER_SECOND_MAX, SHARD_BYTES_PER_SECOND_MAX / CHANGE_BYTES);
}

function behindTheTable(carried: number, shards: number): Pick<GaveWay, 'hop' | 'why'> {
  const most = kinesisChangesPerSecondMax(shards);
  if (Math.abs(carried - most) <= most * NEAR)
    return {
      hop: 'kinesis',
      why: `${shards} ${shards === 1 ? 'shard carries' : 'shards carry'} ${Math.round(most)} changes a second of ${CHANGE_BYTES} bytes`,
    };
  return {
    hop: 'unknown',
    why: 'changes came late to the lake, and no quota of the stream explains the rate',
  };
}

function mean(values: readonly number[]): number {
  return Math.round(values.reduce((a, b) => a + b, 0) / Math.max(1, values.length));
}
