/**
 * How a table grows in the simulation, beside the engine's own table under the same traffic: both take as much at first,
 * and both take twice that from the same minute on.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMeter, isThrottling } from '../../../local/hops/table/throughput.ts';
import { ENVIRONMENTS } from '../../../stacks/environments.ts';
import { measureOrderLife } from '../order-life.ts';
import { createChain, SLICE_SECONDS } from './chain.ts';
import { seeded } from './chance.ts';
import { awsTimings } from './timings.ts';

/** Half as much again as a new table takes. */
const WRITE_UNITS_PER_SECOND = 6_000;
const MINUTES = 40;
/** A refusal costs time; writes of so many units keep them few. */
const UNITS_A_WRITE = 50;

/** Write units that the engine's table takes in each minute. */
function minutesOfTheEngine(): number[] {
  let milliseconds = 0;
  const clock = { now: () => milliseconds, after: () => () => undefined };
  const meter = createMeter({ mode: 'on-demand' }, '', clock, undefined);
  const writes = WRITE_UNITS_PER_SECOND / UNITS_A_WRITE;
  const taken = new Array<number>(MINUTES).fill(0);
  for (let second = 0; second < MINUTES * 60; second++)
    for (let i = 0; i < writes; i++) {
      milliseconds = (second + i / writes) * 1_000;
      // Seven has no factor in common with the number of writes, so the keys go round evenly.
      const key = Math.floor(((i * 7) % writes) * (2 ** 24 / writes))
        .toString(16)
        .padStart(6, '0');
      try {
        meter.admit('write', key);
        meter.charge('write', key, UNITS_A_WRITE);
        taken[Math.floor(second / 60)] = (taken[Math.floor(second / 60)] ?? 0) + UNITS_A_WRITE;
      } catch (error) {
        if (!isThrottling(error)) throw error;
      }
    }
  return taken;
}

/** Those that the simulation's takes; what it refused is tried again, so that it takes all it can. */
function minutesOfTheSimulation(): number[] {
  const life = measureOrderLife();
  const units = life.writeUnitsAnOrder / life.changesAnOrder;
  const environment = ENVIRONMENTS.prod;
  const chain = createChain(
    { environment, life, warmWriteUnits: 0, hotShare: 0, timings: awsTimings(environment) },
    seeded(1),
  );
  const arriving = Math.round((WRITE_UNITS_PER_SECOND / units) * SLICE_SECONDS);
  const taken: number[] = [];
  let waiting = 0;
  for (let minute = 0; minute < MINUTES; minute++) {
    let changes = 0;
    for (let slice = 1; slice <= 60 / SLICE_SECONDS; slice++) {
      chain.step(minute * 60 + slice * SLICE_SECONDS, arriving, () => undefined);
      changes += arriving;
    }
    const { table } = chain.backlog();
    taken.push((changes - (table - waiting)) * units);
    waiting = table;
  }
  return taken;
}

test('a table of the simulation grows in the minute in which the engine’s does', (context) => {
  const grownIn = (minutes: number[]) => minutes.findIndex((units) => units / 60 > 4_500);
  const engine = minutesOfTheEngine();
  const simulation = minutesOfTheSimulation();
  assert.equal(grownIn(engine), 31);
  assert.equal(grownIn(simulation), 31);
  for (const minutes of [engine, simulation])
    assert.ok(
      Math.abs((minutes[10] as number) / 60 - 4_000) < 100,
      `${(minutes[10] as number) / 60} units/s`,
    );
  context.diagnostic(
    `units/s before and after: ${[10, 35].map((n) => Math.round((engine[n] as number) / 60))}`,
  );
});
