/**
 * The simulation beside the engine's own limits: the same changes, by the same chance of keys, against the very code
 * that throttles on the laptop, on a clock that this test moves. docs/capacity.md has the table that it prints.
 */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { shardCapacity } from '../../../local/hops/kinesis/capacity.ts';
import { createMeter, isThrottling } from '../../../local/hops/table/throughput.ts';
import { ENVIRONMENTS, type Environment } from '../../../stacks/environments.ts';
import { measureOrderLife } from '../order-life.ts';
import { capacityPlan } from '../plan.ts';
import { PROFILES, type Profile } from '../profiles.ts';
import { simulate } from './simulate.ts';

const LIFE = measureOrderLife();
const AVERAGE = PROFILES.find(({ name }) => name === 'amazon-average') as Profile;
const SECONDS = 30;
/** Throttling has begun where one change in a thousand is refused. */
const REFUSED_SHARE = 0.001;
const AGREE_WITHIN = 0.2;

/** Whether an engine's hop takes one change. */
type Takes = (key: string, index: number) => boolean;
type Clock = { milliseconds: number; now(): number; after(): () => void };

const clockAt = (): Clock => ({
  milliseconds: 0,
  now() {
    return this.milliseconds;
  },
  after: () => () => undefined,
});

/** Share of the changes that the engine refuses at so many orders a second. */
function refusedByEngine(ordersPerSecond: number, hop: (clock: Clock) => Takes): number {
  const clock = clockAt();
  const takes = hop(clock);
  const changes = Math.round(ordersPerSecond * LIFE.changesAnOrder * SECONDS);
  let refused = 0;
  for (let i = 0; i < changes; i++) {
    clock.milliseconds = (i / changes) * SECONDS * 1_000;
    if (!takes(createHash('md5').update(`order-${i}`).digest('hex'), i)) refused++;
  }
  return refused / changes;
}

/** The lowest rate, within one per cent, at which more than `REFUSED_SHARE` are refused. */
function onset(refused: (ordersPerSecond: number) => number, from: number, to: number): number {
  if (to / from < 1.01) return to;
  const middle = Math.sqrt(from * to);
  return refused(middle) > REFUSED_SHARE ? onset(refused, from, middle) : onset(refused, middle, to);
}

function refusedBySimulation(environment: Environment, warm: number, hop: 'table' | 'kinesis') {
  return (ordersPerSecond: number): number => {
    const { throttled, changes } = simulate({
      ...{ environment, life: LIFE, warmWriteUnits: warm, hotShare: 0, seed: 1 },
      profile: {
        ...AVERAGE,
        ordersPerSecondAverage: ordersPerSecond,
        ordersPerSecondPeak: ordersPerSecond,
        hours: SECONDS / 3_600,
      },
    });
    return throttled[hop].changes / changes.written;
  };
}

function shards(count: number) {
  return (clock: Clock): Takes => {
    const all = Array.from({ length: count }, () => shardCapacity(clock));
    return (key) => {
      const shard = Math.floor((Number.parseInt(key.slice(0, 8), 16) / 2 ** 32) * count);
      return all[shard]?.write(Math.round(LIFE.changeBytes)) ?? false;
    };
  };
}

function table(writeUnitsMax: number) {
  return (clock: Clock): Takes => {
    const warm = { writeUnits: writeUnitsMax, readUnits: 12_000 };
    const meter = createMeter({ mode: 'on-demand', writeUnitsMax, warm }, '', clock, undefined);
    return (key) => {
      try {
        meter.admit('write', key);
      } catch (error) {
        if (!isThrottling(error)) throw error;
        return false;
      }
      meter.charge('write', key, LIFE.writeUnitsAnOrder / LIFE.changesAnOrder);
      return true;
    };
  };
}

function agrees(name: string, found: Record<'engine' | 'simulation' | 'planner', number>): string {
  for (const other of ['simulation', 'planner'] as const) {
    const off = found[other] / found.engine - 1;
    assert.ok(Math.abs(off) < AGREE_WITHIN, `${name}: ${other} ${found[other]}, engine ${found.engine}`);
  }
  const numbers = Object.entries(found).map(([who, rate]) => `${who} ${Math.round(rate)}`);
  return `${name}: ${numbers.join(', ')} orders/s`;
}

for (const count of [1, 4, 8])
  test(`${count} shards begin to throttle where the engine’s do, within a fifth`, (context) => {
    const { prod } = ENVIRONMENTS;
    const environment = { ...prod, kinesis: { ...prod.kinesis, shards: count } };
    const plan = capacityPlan(environment, AVERAGE, { warmWriteUnits: 40_000, testSeconds: 900 });
    const planner = plan.first.ordersPerSecond;
    const engine = onset((rate) => refusedByEngine(rate, shards(count)), planner / 2, planner * 2);
    const refused = refusedBySimulation(environment, 40_000, 'kinesis');
    const simulation = onset(refused, planner / 2, planner * 2);
    context.diagnostic(agrees(`kinesis, ${count}`, { engine, simulation, planner }));
  });

for (const units of [4_000, 8_000])
  test(`a table of ${units} write units begins to throttle where the engine’s does, within a fifth`, (context) => {
    const { prod } = ENVIRONMENTS;
    const environment = { ...prod, table: { ...prod.table, writeUnitsPerSecondMax: units } };
    const planner = units / LIFE.writeUnitsAnOrder;
    const engine = onset((rate) => refusedByEngine(rate, table(units)), planner / 2, planner * 2);
    const simulation = onset(refusedBySimulation(environment, units, 'table'), planner / 2, planner * 2);
    context.diagnostic(agrees(`table, ${units}`, { engine, simulation, planner }));
  });
