/**
 * How an on-demand table grows with its traffic. It serves what it began with at once, and twice its previous peak;
 * whoever doubles that within half an hour is throttled until the half hour has passed.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html, "Initial throughput and
 * scaling properties"
 *
 * AWS does not say over how long a peak is measured: here it is the mean of a whole minute, as CloudWatch shows it.
 */

import type { Units } from './config.ts';

export const NEW_ON_DEMAND: Units = { writeUnits: 4_000, readUnits: 12_000 };
export const PEAK_COUNTS_AFTER_MINUTES = 30;
const TIMES_THE_PREVIOUS_PEAK = 2;

const MINUTE_MS = 60_000;

/** What is kept of a table's traffic, in units a second. */
export type Peaks = {
  previous: Units;
  /** Minutes with more than half of what the table serves, oldest first; they do not count yet. */
  newer: { minute: number; mean: Units }[];
};

export type Growth = {
  /** Units a second that the table serves at once. */
  serves(): Units;
  count(units: Partial<Units>): void;
  /** Lets the time pass; says whether the table serves more than before. */
  passTo(now: number): boolean;
  /** The peaks, when they are others than at the last call. */
  unkept(): Peaks | undefined;
};

export function createGrowth(start: Units, now: number, kept?: Peaks): Growth {
  let previous = kept?.previous ?? { writeUnits: 0, readUnits: 0 };
  let newer = kept?.newer ?? [];
  let serves = servedAfter(start, previous);
  let minute = minuteOf(now);
  let passing: Units = { writeUnits: 0, readUnits: 0 };
  let changed = false;

  function endMinute(): void {
    const mean = { writeUnits: passing.writeUnits / 60, readUnits: passing.readUnits / 60 };
    passing = { writeUnits: 0, readUnits: 0 };
    const next = servedAfter(serves, mean);
    if (!isMore(next, serves)) return;
    newer = [...newer, { minute, mean }];
    changed = true;
  }

  return {
    serves: () => serves,
    count({ writeUnits = 0, readUnits = 0 }) {
      passing.writeUnits += writeUnits;
      passing.readUnits += readUnits;
    },
    passTo(time) {
      const current = minuteOf(time);
      if (current <= minute) return false;
      endMinute();
      minute = current;
      const old = newer.filter((each) => each.minute + PEAK_COUNTS_AFTER_MINUTES < current);
      if (old.length === 0) return false;
      newer = newer.slice(old.length);
      for (const { mean } of old) previous = higher(previous, mean);
      changed = true;
      const before = serves;
      serves = servedAfter(start, previous);
      return isMore(serves, before);
    },
    unkept() {
      if (!changed) return undefined;
      changed = false;
      return { previous, newer };
    },
  };
}

function servedAfter(least: Units, peak: Units): Units {
  return higher(least, {
    writeUnits: Math.floor(peak.writeUnits * TIMES_THE_PREVIOUS_PEAK),
    readUnits: Math.floor(peak.readUnits * TIMES_THE_PREVIOUS_PEAK),
  });
}

export function higher(a: Units, b: Units): Units {
  return {
    writeUnits: Math.max(a.writeUnits, b.writeUnits),
    readUnits: Math.max(a.readUnits, b.readUnits),
  };
}

function isMore(now: Units, before: Units): boolean {
  return now.writeUnits > before.writeUnits || now.readUnits > before.readUnits;
}

function minuteOf(milliseconds: number): number {
  return Math.floor(milliseconds / MINUTE_MS);
}
