/**
 * A run as it is kept and judged: what was asked, what k6 reached, what became of the orders, and whether each promise
 * held. Pure: from k6's summary, the arrivals and the canaries to one value, which is report.json.
 */

import {
  BATCH_ITEMS_MAX,
  LATENCY_MS_P99_MAX,
  METRICS,
  SLICES,
  sliced,
  TROUBLES,
  type Trouble,
} from '../../loadtest/measures.ts';
import { ordersBetween, ordersOf, type Profile } from '../../loadtest/profile.ts';
import type { Writes } from '../../loadtest/settings.ts';
import type { K6Summary } from '../../loadtest/summary.ts';
import { ENVIRONMENTS } from '../../stacks/environments.ts';
import type { EnvironmentName } from '../../stacks/names.ts';
import type { Arrivals, Carried } from './arrivals.ts';
import { type Backlog, backlogOf } from './backlog.ts';
import type { Canary } from './canaries.ts';
import { type GaveWay, gaveWay, type Throttles, throttlesOf } from './gave-way.ts';
import type { Measured } from './metrics.ts';

/** Of report.json; raised when a program that reads the last one would misread the next. */
export const REPORT_VERSION = 2;

export type Check = { name: string; value: number; limit: string; holds: boolean };

export type Slice = {
  /** Its end, since the run began. */
  second: number;
  /** A second. */
  asked: number;
  placed: number;
  changes: number;
  latencyMsP99: number;
  troubles: number;
  /** Changes a second that came into the lake. */
  delivered: number;
  /** Changes that the table has taken and the lake does not hold, at its end. */
  backlog: number;
  /** Of the changes taken in it; null where there are none. */
  lagSecondsP99: number | null;
};

export type Report = {
  version: typeof REPORT_VERSION;
  run: string;
  profile: Profile['name'];
  environment: EnvironmentName;
  writes: Writes;
  seed: number;
  k6: string;
  began: string;
  /** It ran so long; less than it was asked for, where it was stopped. */
  seconds: number;
  wishedSeconds: number;
  peak: number;
  shards: number;
  /** `underWay` when k6 was stopped: neither acknowledged nor lost, some of them arrived. */
  orders: {
    asked: number;
    acknowledged: number;
    arrived: number;
    lost: number;
    repeated: number;
    underWay: number;
  };
  changes: { acknowledged: number; arrived: number };
  latencyMs: { p50: number; p99: number; max: number };
  lagSeconds: { p50: number; p99: number; max: number };
  canaries: readonly Canary[];
  drainSeconds: number;
  troubles: Record<Trouble, number>;
  givenUp: number;
  neverBegun: number;
  timeline: Slice[];
  /** By CloudWatch's metrics; null where they could not be read. */
  backlog: Backlog | null;
  /** What CloudWatch could not tell, as a sentence. */
  metricsLack: string | null;
  throttles: Throttles[];
  gaveWay: GaveWay | null;
  /** By AWS's list prices, for the orders that were acknowledged; on a laptop it is what AWS would ask for. */
  dollars: number;
  checks: Check[];
};

export type Run = {
  run: string;
  environment: EnvironmentName;
  profile: Profile;
  writes: Writes;
  k6: string;
  seed: number;
  /** When the first order was due, milliseconds since the epoch. */
  began: number;
  /** Whether the climb was called off because canaries no longer arrived. */
  stopped: boolean;
  summary: K6Summary;
  /** Orders whose placing was given up. */
  unplaced: number;
  arrivals: Arrivals;
  canaries: readonly Canary[];
  lagSecondsMax: number;
  shards: number;
  /** For all of the profile's orders. */
  dollars: number;
  measured: Measured | undefined;
  metricsLack?: string | undefined;
};

export function reportOf(run: Run): Report {
  const { profile, summary, arrivals, measured } = run;
  const began = summary.setup_data?.startedAt ?? run.began;
  const value = (metric: string, stat: string) => summary.metrics[metric]?.values[stat] ?? 0;
  const acknowledged = value(METRICS.orders, 'count');
  const calledOff = calledOffBy(run);
  const early = run.stopped || calledOff !== undefined;
  const ranSeconds = early ? (summary.state?.testRunDurationMs ?? 0) / 1_000 : profile.seconds;
  const asked = early ? Math.round(ordersBetween(profile, 0, ranSeconds)) : ordersOf(profile);
  const lags = arrivals.carried.map((each) => ({ ...each, lag: lagOf(each) }));
  const lastTaken = Math.max(0, ...lags.map(({ takenSecond }) => takenSecond));
  const lastDelivered = Math.max(0, ...lags.map(({ deliveredSecond }) => deliveredSecond));
  const timeline = timelineOf(run, began).filter(
    ({ second }) => second <= ranSeconds + profile.seconds / SLICES,
  );
  const changes = value(METRICS.changes, 'count');
  const load = { began: began / 1_000, loadSeconds: ranSeconds };
  const backlog = measured && backlogOf(measured, { ...load, arrived: arrivals.changes >= changes });
  const environment = ENVIRONMENTS[run.environment];
  const report: Omit<Report, 'checks'> = {
    version: REPORT_VERSION,
    run: run.run,
    profile: profile.name,
    environment: run.environment,
    writes: run.writes,
    seed: run.seed,
    k6: run.k6,
    began: new Date(began).toISOString(),
    seconds: round(ranSeconds),
    wishedSeconds: profile.seconds,
    peak: profile.peak,
    shards: run.shards,
    orders: {
      asked,
      acknowledged,
      arrived: arrivals.orders,
      lost: Math.max(0, acknowledged - arrivals.orders),
      repeated: arrivals.repeatedOrders,
      underWay: underWay(run),
    },
    changes: { acknowledged: changes, arrived: arrivals.changes },
    latencyMs: {
      p50: round(value(METRICS.latency, 'med')),
      p99: round(value(METRICS.latency, 'p(99)')),
      max: round(value(METRICS.latency, 'max')),
    },
    lagSeconds: { p50: quantile(lags, 0.5), p99: quantile(lags, 0.99), max: quantile(lags, 1) },
    canaries: run.canaries.map(({ second, lagSeconds }) => ({
      second: round(second),
      ...(lagSeconds === undefined ? {} : { lagSeconds: round(lagSeconds) }),
    })),
    drainSeconds: Math.max(0, lastDelivered - lastTaken),
    troubles: Object.fromEntries(
      TROUBLES.map((kind) => [kind, value(`${METRICS.troubles}{kind:${kind}}`, 'count')]),
    ) as Record<Trouble, number>,
    givenUp: value(METRICS.lostWrites, 'count'),
    neverBegun: value('dropped_iterations', 'count'),
    timeline,
    backlog: backlog ?? null,
    metricsLack: run.metricsLack ?? null,
    throttles: throttlesOf(measured),
    gaveWay: gaveWay({ ...run, ...load, timeline, backlog, environment, calledOff }),
    // What was asked for and never acknowledged is not paid for.
    dollars: run.dollars * Math.min(1, acknowledged / Math.max(1, ordersOf(profile))),
  };
  return { ...report, checks: checksOf(report, run.lagSecondsMax) };
}

/**
 * k6 counts an iteration where it ends, and those that it is stopped in the middle of have begun. What it counted in its
 * last moment may be missing: whatever arrived without having been acknowledged was under way, too.
 */
function underWay({ summary, writes, unplaced, arrivals }: Run): number {
  const counted = (metric: string) => summary.metrics[metric]?.values['count'] ?? 0;
  const each = writes === 'batch' ? BATCH_ITEMS_MAX : 1;
  const acknowledged = counted(METRICS.orders);
  const cut = (counted(METRICS.begun) - counted('iterations')) * each;
  const unsettled = Math.min(cut, counted(METRICS.begun) * each - acknowledged - unplaced);
  return Math.max(0, unsettled, arrivals.orders - acknowledged);
}

/** Why k6 itself ended the climb of `stress`; nothing where it ran to its end. */
function calledOffBy({ profile, summary }: Run): string | undefined {
  if (profile.name !== 'stress') return undefined;
  const broken = (metric: string) =>
    Object.values(summary.metrics[metric]?.thresholds ?? {}).some(({ ok }) => !ok);
  const p99 = round(summary.metrics[METRICS.latency]?.values['p(99)'] ?? 0);
  if (broken(METRICS.lostWrites)) return 'k6 gave up on writes';
  if (broken(METRICS.latency)) return `99 of 100 writes took up to ${p99} ms`;
  if (broken('dropped_iterations'))
    return `every user of k6 waited for the table (write p99 ${p99} ms), and orders that were due could not begin`;
  return undefined;
}

/** What must hold. `stress` looks for the end of what holds, so only its orders are judged. */
function checksOf(report: Omit<Report, 'checks'>, lagSecondsMax: number): Check[] {
  const { orders, canaries } = report;
  const zero = (name: string, value: number): Check => ({ name, value, limit: '= 0', holds: value === 0 });
  const below = (name: string, value: number, limit: number, unit: string): Check => ({
    name,
    value,
    limit: `< ${limit} ${unit}`,
    holds: value < limit,
  });
  const always = [zero('orders lost', orders.lost), zero('orders repeated', orders.repeated)];
  if (report.profile === 'stress') return always;
  const unseen = canaries.filter(({ lagSeconds }) => lagSeconds === undefined).length;
  const unrun = round(report.wishedSeconds - report.seconds);
  return [
    ...always,
    // A run that was stopped may never have come to its peak: it proved less than it was asked for.
    ...(unrun > 0 ? [zero('seconds not run', unrun)] : []),
    zero('writes given up', report.givenUp),
    zero('iterations never begun', report.neverBegun),
    below('write, p99', report.latencyMs.p99, LATENCY_MS_P99_MAX, 'ms'),
    below('table to lake, p99', report.lagSeconds.p99, lagSecondsMax, 's'),
    zero('canaries never seen', unseen),
  ];
}

function timelineOf({ profile, summary, arrivals }: Run, began: number): Slice[] {
  const width = profile.seconds / SLICES;
  const start = began / 1_000;
  let changesSoFar = 0;
  return Array.from({ length: SLICES }, (_, slice) => {
    const value = (metric: string, stat: string) => summary.metrics[sliced(metric, slice)]?.values[stat] ?? 0;
    const from = start + slice * width;
    const to = from + width;
    const within = (second: number) => second >= from && second < to;
    const changes = value(METRICS.changes, 'count');
    changesSoFar += changes;
    const delivered = sum(arrivals.carried.filter(({ deliveredSecond }) => deliveredSecond < to));
    const taken = arrivals.carried
      .filter(({ takenSecond }) => within(takenSecond))
      .map((each) => ({ ...each, lag: lagOf(each) }));
    return {
      second: round(slice * width + width),
      asked: round(ordersBetween(profile, slice * width, (slice + 1) * width) / width),
      placed: round(value(METRICS.orders, 'count') / width),
      changes: round(changes / width),
      latencyMsP99: round(value(METRICS.latency, 'p(99)')),
      troubles: value(METRICS.troubles, 'count'),
      delivered: round(
        sum(arrivals.carried.filter(({ deliveredSecond }) => within(deliveredSecond))) / width,
      ),
      backlog: Math.max(0, changesSoFar - delivered),
      lagSecondsP99: taken.length === 0 ? null : quantile(taken, 0.99),
    };
  });
}

/** DynamoDB tells a change's time to the second, so a lag may be up to a second too high. */
function lagOf({ takenSecond, deliveredSecond }: Carried): number {
  return Math.max(0, deliveredSecond - takenSecond);
}

function sum(carried: readonly { changes: number }[]): number {
  return carried.reduce((all, { changes }) => all + changes, 0);
}

/** The lag within which `share` of all changes came; zero, if there are none. */
export function quantile(lags: readonly { lag: number; changes: number }[], share: number): number {
  const all = sum(lags);
  let passed = 0;
  for (const { lag, changes } of [...lags].sort((a, b) => a.lag - b.lag)) {
    passed += changes;
    if (passed >= all * share) return lag;
  }
  return 0;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
