/**
 * Plays a whole event through the chain: the profile's curve in, lag, backlog and throttles over time out. The same
 * seed plays the same event. After the event's end it goes on until everything is in the lake, for a day at most.
 */

import type { Environment } from '../../../stacks/environments.ts';
import type { OrderLife } from '../order-life.ts';
import { ordersPerSecondAt, type Profile } from '../profiles.ts';
import { type Backlog, type Chain, createChain, SLICE_SECONDS } from './chain.ts';
import { seeded } from './chance.ts';
import { countLags, type Lags } from './lags.ts';
import { awsTimings, type Timings } from './timings.ts';

/** What waited is the most that did in that moment. */
export type Moment = Backlog & {
  /** Since the opening, at the moment's end. */
  seconds: number;
  ordersPerSecond: number;
  /** Of the changes that reached the lake in this moment; 0 when none did. */
  lagP50: number;
  lagP99: number;
  throttledPerSecond: { table: number; kinesis: number };
};

export type Throttling = {
  changes: number;
  seconds: number;
  first?: { seconds: number; ordersPerSecond: number };
};

export type Simulation = {
  seed: number;
  environment: string;
  profile: Profile;
  warmWriteUnits: number;
  hotShare: number;
  changes: { written: number; delivered: number; deadLetters: number; left: number };
  objects: number;
  lagSeconds: { mean: number; p50: number; p90: number; p99: number; p999: number; most: number };
  throttled: { table: Throttling; kinesis: Throttling };
  backlogMax: Backlog;
  /** From the event's end until the last change is in the lake; absent when that took more than a day. */
  drainedAfterSeconds?: number;
  moments: readonly Moment[];
};

export type SimulationOptions = {
  environment: Environment;
  profile: Profile;
  life: OrderLife;
  warmWriteUnits: number;
  hotShare: number;
  seed: number;
  /** Orders a second so many seconds after the opening, in place of the profile's own curve. */
  curve?: (seconds: number) => number;
  /** In place of AWS's. */
  timings?: Timings;
  progress?: (share: number) => void;
};

const MOMENTS = 288;
const DRAIN_SECONDS_MAX = 86_400;

export function simulate(options: SimulationOptions): Simulation {
  const { profile, life, seed, environment } = options;
  const curve = options.curve ?? ((seconds: number) => ordersPerSecondAt(profile, seconds));
  const chance = seeded(seed);
  const chain = createChain({ ...options, timings: options.timings ?? awsTimings(environment) }, chance);
  const record = createRecord(options, chain);
  const eventSeconds = profile.hours * 3600;
  const slices = Math.ceil(eventSeconds / SLICE_SECONDS);
  for (let slice = 1; slice <= slices; slice++) {
    const ordersPerSecond = curve((slice - 1) * SLICE_SECONDS);
    const arriving = chance.arrivals(ordersPerSecond * life.changesAnOrder * SLICE_SECONDS);
    record.step(slice * SLICE_SECONDS, ordersPerSecond, arriving);
    if (slice % 10_000 === 0) options.progress?.(slice / slices);
  }
  let drained = 0;
  while (sum(chain.backlog()) > 0 && drained < DRAIN_SECONDS_MAX) {
    drained += SLICE_SECONDS;
    record.step(slices * SLICE_SECONDS + drained, 0, 0);
  }
  return record.result(drained);
}

function createRecord(options: SimulationOptions, chain: Chain) {
  const { profile, seed, environment, warmWriteUnits, hotShare } = options;
  const momentSeconds = Math.max(1, (profile.hours * 3600) / MOMENTS);
  const all = countLags();
  const moments: Moment[] = [];
  const changes = { written: 0, delivered: 0, deadLetters: 0, left: 0 };
  const throttled: Simulation['throttled'] = {
    table: { changes: 0, seconds: 0 },
    kinesis: { changes: 0, seconds: 0 },
  };
  const backlogMax = { ...NOTHING };
  let most = { ...NOTHING };
  let objects = 0;
  let lags = countLags();
  let before = { seconds: 0, table: 0, kinesis: 0 };

  function endMoment(seconds: number, ordersPerSecond: number): void {
    const length = seconds - before.seconds;
    moments.push({
      ...most,
      ...{ seconds, ordersPerSecond, ...quantilesOf(lags) },
      throttledPerSecond: {
        table: (throttled.table.changes - before.table) / length,
        kinesis: (throttled.kinesis.changes - before.kinesis) / length,
      },
    });
    before = { seconds, table: throttled.table.changes, kinesis: throttled.kinesis.changes };
    lags = countLags();
    most = { ...NOTHING };
  }

  return {
    step(now: number, ordersPerSecond: number, arriving: number): void {
      const slice = chain.step(now, arriving, (lag, count) => {
        all.add(lag, count);
        lags.add(lag, count);
      });
      changes.written += slice.arrived;
      changes.deadLetters += slice.deadLetters;
      objects += slice.objects;
      for (const hop of ['table', 'kinesis'] as const)
        noteThrottling(throttled[hop], slice.throttled[hop], now, ordersPerSecond);
      const backlog = chain.backlog();
      for (const hop of HOPS_THAT_KEEP) {
        most[hop] = Math.max(most[hop], backlog[hop]);
        backlogMax[hop] = Math.max(backlogMax[hop], backlog[hop]);
      }
      if (now - before.seconds >= momentSeconds) endMoment(now, ordersPerSecond);
    },
    result(drainedAfterSeconds: number): Simulation {
      const left = sum(chain.backlog());
      return {
        ...{ seed, environment: environment.name, profile, warmWriteUnits, hotShare },
        changes: { ...changes, delivered: all.count(), left },
        objects,
        lagSeconds: {
          mean: all.mean(),
          p50: all.quantile(0.5),
          p90: all.quantile(0.9),
          p99: all.quantile(0.99),
          p999: all.quantile(0.999),
          most: all.highest(),
        },
        ...{ throttled, backlogMax, moments },
        ...(left === 0 ? { drainedAfterSeconds } : {}),
      };
    },
  };
}

const NOTHING: Backlog = { table: 0, stream: 0, pipe: 0, kinesis: 0, firehose: 0 };
const HOPS_THAT_KEEP = [
  'table',
  'stream',
  'pipe',
  'kinesis',
  'firehose',
] as const satisfies (keyof Backlog)[];

function noteThrottling(of: Throttling, changes: number, seconds: number, ordersPerSecond: number): void {
  if (changes === 0) return;
  of.changes += changes;
  of.seconds += SLICE_SECONDS;
  of.first ??= { seconds, ordersPerSecond };
}

function quantilesOf(lags: Lags): { lagP50: number; lagP99: number } {
  return { lagP50: lags.quantile(0.5), lagP99: lags.quantile(0.99) };
}

function sum(backlog: Backlog): number {
  return Object.values(backlog).reduce((total, each) => total + each, 0);
}
