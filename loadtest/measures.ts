/**
 * What a run measures, under which names, and what must hold: shared by k6, which counts, and by the command, which
 * judges and reports. k6 tells a metric by its tag only where a threshold names it, so every part of a report's time
 * line and every kind of trouble has one that always holds.
 */

import type { Profile } from './profile.ts';

export const METRICS = {
  /** Orders and changes that the table acknowledged; a status change is a change of an order placed before. */
  orders: 'orders_acknowledged',
  changes: 'changes_acknowledged',
  /** Iterations, so that whoever stops k6 in the middle knows how many it cut. */
  begun: 'iterations_begun',
  /** Writes on which k6 gave up. */
  lostWrites: 'writes_given_up',
  /** From the first attempt to the acknowledgement, repeats included. */
  latency: 'write_ms',
  /** Requests, or items of a batch, that had to be repeated, by kind. */
  troubles: 'troubles',
} as const;

/** Why a write was not acknowledged at once. */
export const TROUBLES = ['throttled', 'refused', 'server', 'unreachable'] as const;
export type Trouble = (typeof TROUBLES)[number];

/** DynamoDB takes no more in a BatchWriteItem. */
export const BATCH_ITEMS_MAX = 25;

/** A report's time line has so many parts. */
export const SLICES = 30;

/** An acknowledged write takes so long at most, 99 of 100. */
export const LATENCY_MS_P99_MAX = 1_000;
/** Where the climb of `stress` is called off. */
const BROKEN_MS_P99 = 2_000;
const EVALUATE_AFTER = '5s';

type Threshold = string | { threshold: string; abortOnFail: boolean; delayAbortEval: string };

export function thresholdsOf({ name }: Profile): Record<string, Threshold[]> {
  return { ...(name === 'stress' ? ENDS_THE_CLIMB : MUST_HOLD), ...tagged() };
}

/** An open model that drops iterations did not put the load on that it was asked for: it proved nothing. */
const MUST_HOLD = {
  dropped_iterations: ['count==0'],
  [METRICS.lostWrites]: ['count==0'],
  [METRICS.latency]: [`p(99)<${LATENCY_MS_P99_MAX}`],
};

function ends(threshold: string): Threshold[] {
  return [{ threshold, abortOnFail: true, delayAbortEval: EVALUATE_AFTER }];
}

const ENDS_THE_CLIMB = {
  dropped_iterations: ends('count==0'),
  [METRICS.lostWrites]: ends('count==0'),
  [METRICS.latency]: ends(`p(99)<${BROKEN_MS_P99}`),
};

function tagged(): Record<string, Threshold[]> {
  const always: Record<string, Threshold[]> = {};
  for (let slice = 0; slice < SLICES; slice++) {
    always[sliced(METRICS.orders, slice)] = ['count>=0'];
    always[sliced(METRICS.changes, slice)] = ['count>=0'];
    always[sliced(METRICS.latency, slice)] = ['max>=0'];
    always[sliced(METRICS.troubles, slice)] = ['count>=0'];
  }
  for (const kind of TROUBLES) always[`${METRICS.troubles}{kind:${kind}}`] = ['count>=0'];
  return always;
}

/** A metric's part in a slice of the run. */
export function sliced(metric: string, slice: number): string {
  return `${metric}{slice:${slice}}`;
}
