/**
 * Which hop gave way first, and at which rate. A hop gave way where it no longer took what came: at the table one write
 * in a hundred was refused for some seconds, behind it changes waited longer than the hop's own buffers explain. The
 * throttles say which hop held them up and the quota that it hit; where there are none, the hop that should have carried
 * them is named. A throttle that was tried again at once held nobody up, and is no more than told.
 *
 *     metrics, backlog, time line → [gave-way] → report
 */

import { changesAnOrder } from '../../loadtest/orders.ts';
import { HOPS, type HopName } from '../../schemas/hops.ts';
import type { Environment } from '../../stacks/environments.ts';
import { quota } from '../capacity/quotas.ts';
import { type Backlog, STRETCHES, type Waiting } from './backlog.ts';
import { type Measured, type Metric, total } from './metrics.ts';
import type { Slice } from './report.ts';

export type GaveWay = {
  hop: HopName | 'unknown';
  /** Since the run began. */
  second: number;
  /** What it carried from then on, while more came: beyond that it does not follow. */
  changesPerSecond: number;
  /** As many orders, by the changes that the model makes of one. */
  ordersPerSecond: number;
  /** Changes a second that came when it gave way. */
  came: number;
  /** The one it hit; null where no quota explains it. */
  quota: string | null;
  why: string;
};

export type Throttles = { hop: HopName; count: number; what: string };

export type Evidence = {
  began: number;
  loadSeconds: number;
  timeline: readonly Slice[];
  measured: Measured | undefined;
  backlog: Backlog | undefined;
  lagSecondsMax: number;
  shards: number;
  environment: Environment;
  /** Why k6 ended the climb of `stress`. */
  calledOff: string | undefined;
};

/** Below this share of refused writes, and for less than these seconds, nobody is held up. */
const REFUSED_SHARE = 0.01;
const LASTING_SECONDS = 5;
/** Beyond its own batches and buffers, a change waits so long before it is said to be held up. */
const PIPE_WAIT_SECONDS_MAX = 5;
const READ_WAIT_SECONDS_MAX = 10;
/** What goes in and out is the same, but for so much. */
const GROWING_SHARE = 0.01;
const NEAR_SHARE = 0.9;
/** AWS's services tell a minute each by its own clock. */
const MINUTE = 60;

const THROTTLES: readonly { hop: HopName; metric: Metric; what: string }[] = [
  { hop: 'table', metric: 'tableThrottles', what: 'writes' },
  { hop: 'pipe', metric: 'pipeThrottles', what: 'executions' },
  { hop: 'kinesis', metric: 'kinesisThrottles', what: 'records' },
  { hop: 'firehose', metric: 'firehoseThrottles', what: 'reads of Kinesis' },
  { hop: 'transform', metric: 'transformThrottles', what: 'invocations' },
];

/** Whose throttles can hold up which stretch, the nearest to blame first; the last carries it, where there are none. */
const HOLDS_UP: Readonly<Record<Waiting['stretch'], readonly HopName[]>> = {
  pipe: ['kinesis', 'pipe'],
  kinesis: ['transform', 'firehose'],
  firehose: ['transform', 'firehose'],
};

export function throttlesOf(measured: Measured | undefined): Throttles[] {
  return THROTTLES.flatMap(({ hop, metric, what }) => {
    const count = measured ? total(measured.sums[metric]) : 0;
    return count > 0 ? [{ hop, count, what }] : [];
  });
}

export function gaveWay(evidence: Evidence): GaveWay | null {
  const found = [refusedByTable(evidence) ?? troubledWrites(evidence), ...heldUp(evidence)]
    .filter((each) => each !== undefined)
    .sort((a, b) => a.second - b.second || orderOf(a.hop) - orderOf(b.hop));
  return found[0] ?? calledOffClimb(evidence) ?? lateChanges(evidence) ?? null;
}

type Found = GaveWay & { hop: HopName };

function orderOf(hop: HopName): number {
  return HOPS.findIndex(({ name }) => name === hop);
}

function refusedByTable({ measured, environment, timeline, began }: Evidence): Found | undefined {
  if (!measured) return undefined;
  const { tableThrottles, taken } = measured.sums;
  const at = lastingFrom(tableThrottles, taken, measured.periodSeconds);
  if (at === undefined) return undefined;
  const { writeUnitsPerSecondMax: most } = environment.table;
  const second = secondOf(measured, began, at);
  const asked = timeline.find((slice) => slice.second > second)?.asked ?? 0;
  const until = tableThrottles.findLastIndex((many) => many > 0) + 1;
  const rates = ratesOf(asked * changesAnOrder(), rateBetween(measured, 'taken', at, until));
  const unwarmed = `a table on demand that was not warmed takes ${count(quota('table-new-write-units'))} write units a second, and ${count(quota('partition-write-units'))} a partition`;
  return {
    hop: 'table',
    second,
    ...rates,
    // Whatever limits it, a table passes on as much as it may: near its maximum, that is it.
    quota:
      rates.changesPerSecond > most * NEAR_SHARE
        ? `its maximum of ${count(most)} write units a second`
        : unwarmed,
    why: `it refused ${count(total(tableThrottles))} writes`,
  };
}

/** The first period from which on one in a hundred was refused for some seconds. */
function lastingFrom(
  refused: readonly number[],
  passed: readonly number[],
  periodSeconds: number,
): number | undefined {
  const width = Math.max(1, Math.ceil(LASTING_SECONDS / periodSeconds));
  for (let at = 0; at < refused.length; at++) {
    const no = total(refused.slice(at, at + width));
    if ((refused[at] ?? 0) > 0 && no >= REFUSED_SHARE * (no + total(passed.slice(at, at + width)))) return at;
  }
  return undefined;
}

function heldUp(evidence: Evidence): Found[] {
  const { measured, backlog } = evidence;
  if (!measured || !backlog) return [];
  return backlog.waiting.flatMap((waiting) => {
    const limits = waitSecondsOf(waiting.stretch, evidence);
    const late = waiting.seconds.findIndex((seconds) => seconds > limits.most);
    if (late < 0) return [];
    const grew = grewFrom(measured, waiting, limits.usual, late);
    const refused = refusedBetween(measured, waiting.stretch, grew, late);
    if (refused) return [refusing(evidence, measured, waiting, refused)];
    // Without a throttle beside it, a minute may be no more than the difference between two services' clocks.
    const clocks = measured.periodSeconds >= MINUTE ? MINUTE : 0;
    return waiting.seconds.some((seconds) => seconds > limits.most + clocks)
      ? [slow(evidence, measured, waiting, grew)]
      : [];
  });
}

/** How long changes wait in a stretch by the environment's own buffers, and at the most. */
function waitSecondsOf(
  stretch: Waiting['stretch'],
  { environment: { pipe, firehose }, lagSecondsMax }: Evidence,
): { usual: number; most: number } {
  switch (stretch) {
    case 'pipe':
      return { usual: pipe.batchWindowSeconds + 1, most: pipe.batchWindowSeconds + PIPE_WAIT_SECONDS_MAX };
    case 'kinesis': {
      const usual = firehose.transformBufferSeconds + 1;
      return { usual, most: usual + READ_WAIT_SECONDS_MAX };
    }
    case 'firehose':
      return { usual: firehose.bufferSeconds + firehose.transformBufferSeconds, most: lagSecondsMax };
  }
}

/** The period in which more began to go into a stretch than came out of it. */
function grewFrom(
  { periodSeconds, sums }: Measured,
  { stretch, seconds }: Waiting,
  usual: number,
  late: number,
): number {
  const { into, out } = stretchOf(stretch);
  const width = Math.ceil(Math.max(LASTING_SECONDS, 2 * usual) / periodSeconds);
  const between = (values: readonly number[], end: number) =>
    total(values.slice(Math.max(0, end - width), end));
  let at = seconds.slice(0, late).findLastIndex((each) => each <= usual) + 1;
  while (at > 0 && between(sums[into], at) > between(sums[out], at) * (1 + GROWING_SHARE)) at--;
  return at;
}

/** Of the hops that can hold a stretch up, the nearest to blame that refused something while it grew. */
function refusedBetween(
  { periodSeconds, sums }: Measured,
  stretch: Waiting['stretch'],
  grew: number,
  late: number,
) {
  const before = Math.max(0, grew - Math.ceil(LASTING_SECONDS / periodSeconds));
  for (const hop of HOLDS_UP[stretch]) {
    const throttles = THROTTLES.find((each) => each.hop === hop);
    if (!throttles) continue;
    const times = sums[throttles.metric];
    const at = times.findIndex((many, k) => many > 0 && k >= before && k <= late);
    if (at >= 0) return { hop, at, what: throttles.what, times: total(times) };
  }
  return undefined;
}

function refusing(
  evidence: Evidence,
  measured: Measured,
  waiting: Waiting & { peak: number },
  { hop, at, what, times }: { hop: HopName; at: number; what: string; times: number },
): Found {
  return {
    hop,
    ...heldFrom(evidence, measured, waiting, at),
    quota: quotaOf(hop, evidence, measured),
    why: `it refused ${count(times)} ${what}, and ${count(waiting.peak)} changes waited before it at the most`,
  };
}

function slow(
  evidence: Evidence,
  measured: Measured,
  waiting: Waiting & { peak: number },
  at: number,
): Found {
  return {
    hop: HOLDS_UP[waiting.stretch].at(-1) ?? waiting.stretch,
    ...heldFrom(evidence, measured, waiting, at),
    quota: null,
    why: `no hop throttled, but ${count(waiting.peak)} changes waited before it at the most`,
  };
}

function heldFrom(evidence: Evidence, measured: Measured, { stretch, seconds }: Waiting, at: number) {
  const { into, out } = stretchOf(stretch);
  const { usual } = waitSecondsOf(stretch, evidence);
  const late = seconds.findIndex((each, k) => k >= at && each > usual);
  const over = seconds.findIndex((each, k) => k > late && each <= usual);
  const around = Math.max(1, Math.ceil(LASTING_SECONDS / measured.periodSeconds));
  return {
    second: secondOf(measured, evidence.began, at),
    ...ratesOf(
      rateBetween(measured, into, at, at + around),
      rateBetween(measured, out, late, over < 0 ? seconds.length : over),
    ),
  };
}

function stretchOf(name: Waiting['stretch']) {
  return STRETCHES.find((each) => each.name === name) ?? STRETCHES[0];
}

function quotaOf(hop: HopName, { shards }: Evidence, { sums }: Measured): string | null {
  switch (hop) {
    case 'kinesis': {
      const records = count(quota('shard-records'));
      const bytes = Math.round(total(sums.putBytes) / Math.max(1, total(sums.put)));
      return `${shards} ${shards === 1 ? 'shard takes' : 'shards take'} ${records} records or 1 MB a second${shards === 1 ? '' : ' each'}, at ${count(bytes)} bytes a change`;
    }
    case 'pipe':
      return `an account has ${count(quota('pipe-executions'))} pipe executions at once`;
    case 'firehose':
      return 'a shard gives 2 MB a second, in five reads, to all its readers together';
    case 'transform':
      return `an account has ${count(quota('lambda-executions'))} Lambda executions at once, unless the function has its own`;
    default:
      return null;
  }
}

/** What k6 saw of the table where CloudWatch tells of no throttle: errors, lost connections. */
function troubledWrites(evidence: Evidence): Found | undefined {
  const { timeline, loadSeconds } = evidence;
  const width = (timeline[0]?.second ?? loadSeconds) || 1;
  const at = lastingFrom(
    timeline.map(({ troubles }) => troubles),
    timeline.map(({ changes }) => changes * width),
    width,
  );
  const slice = at === undefined ? undefined : timeline[at];
  if (!slice) return undefined;
  const repeated = total(timeline.map(({ troubles }) => troubles));
  return { ...inSlice(slice, width), hop: 'table', why: `${count(repeated)} writes had to be repeated` };
}

function calledOffClimb({ calledOff, timeline, loadSeconds }: Evidence): GaveWay | undefined {
  // The part in which it was called off is not whole.
  const whole = timeline.filter(({ second }) => second <= loadSeconds);
  const last = (whole.length > 0 ? whole : timeline).findLast(({ changes }) => changes > 0);
  if (calledOff === undefined || !last) return undefined;
  return {
    ...inSlice(last, 0),
    hop: 'table',
    why: `${calledOff}; it throttled nothing, so what answers (on a laptop the laptop) was slow, and no quota was hit`,
  };
}

function lateChanges({ timeline, lagSecondsMax }: Evidence): GaveWay | undefined {
  const at = timeline.findIndex(({ lagSecondsP99: lag }) => lag !== null && lag > lagSecondsMax);
  const slice = timeline[at];
  if (!slice) return undefined;
  return {
    ...inSlice(slice, 0),
    hop: 'unknown',
    why: 'changes came late to the lake, and neither a throttle nor a backlog says where they were',
  };
}

function inSlice({ second, placed, changes }: Slice, width: number) {
  const changesPerSecond = Math.round(changes);
  return {
    second: round(second - width),
    ordersPerSecond: Math.round(placed),
    changesPerSecond,
    came: changesPerSecond,
    quota: null,
  };
}

function ratesOf(came: number, carried: number) {
  const changesPerSecond = Math.round(Math.min(came, carried));
  return {
    changesPerSecond,
    ordersPerSecond: Math.round(changesPerSecond / changesAnOrder()),
    came: Math.round(came),
  };
}

function secondOf({ periodSeconds, from }: Measured, began: number, at: number): number {
  return round(Math.max(0, from + at * periodSeconds - began));
}

function rateBetween({ periodSeconds, sums }: Measured, metric: Metric, from: number, until: number): number {
  const values = sums[metric].slice(from, until);
  return total(values) / (Math.max(1, values.length) * periodSeconds);
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
