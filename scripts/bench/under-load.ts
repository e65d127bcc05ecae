/**
 * What the whole engine does under an open load, over the wire: lag from table to lake, what Kinesis took and refused,
 * what waited before it, and whether driver, engine and machine kept up, as otherwise it tells of them and not of the
 * chain.
 *
 *     load-program → the engine → lake-watch
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Environment } from '../../stacks/environments.ts';
import { changedStack } from './changed-stack.ts';
import { percentile } from './figure.ts';
import { waitsOf, watchLake } from './lake-watch.ts';
import type { Climb } from './load-program.ts';
import { drive, type EngineProcess, openEngine, TABLE } from './processes.ts';
import { refusedBySecond } from './throttles.ts';

export type UnderLoad = {
  lagSeconds: { mean: number; p50: number; p99: number };
  /** Changes a second that Kinesis took in the load's second half. */
  carriedPerSecond: number;
  /** Changes that waited before Kinesis when the load ended. */
  waiting: number;
  /** Changes that Kinesis refused, second by second. */
  refused: number[];
  /** Shares of the machine's processors, and of the engine's event loop. */
  busy: { machine: number; engine: number };
  /** Why all this says nothing of the chain. */
  fellBehind?: string;
};

const CONNECTIONS = 32;
/** Through the whole chain before the clock starts, so that nothing is measured cold, and steps of orders are due. */
const WARM_UP_ORDERS = 600;
/** Requests that were sent later than that show the driver's or the engine's pace, not the chain's. */
const LATE_MS_MAX = 250;
/** An event loop or a machine that is busier than that makes queues of its own. */
const BUSY_SHARE_MAX = { engine: 0.9, machine: 0.95 };

export async function underLoad(environment: Environment, pace: Climb, seconds: number): Promise<UnderLoad> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-stack-'));
  const engine = await openEngine('enforced', await changedStack(environment, directory));
  try {
    const load = { port: engine.port, table: TABLE, operation: 'life', connections: CONNECTIONS } as const;
    await drive({ ...load, from: 0, orders: WARM_UP_ORDERS });
    await engine.drained();
    const watch = watchLake(engine.endpoint);
    const busySince = await startBusy(engine);
    const half = pause(seconds * 500).then(() => taken(engine));
    const orders = Math.round(((pace.from + pace.to) / 2) * seconds);
    const driven = await drive({ ...load, from: WARM_UP_ORDERS, orders, ordersPerSecond: pace });
    const { pipe, kinesis } = await engine.status();
    const [at, atHalf] = [{ in: kinesis.in, at: Date.now() }, await half];
    const busy = await busySince();
    await engine.drained();
    const fellBehind = whyBehind(driven.lateMs, busy);
    return {
      lagSeconds: lagsOf(waitsOf(driven.acknowledgedAt, await watch.end())),
      carriedPerSecond: ((at.in - atHalf.in) * 1_000) / (at.at - atHalf.at),
      waiting: pipe.waiting,
      refused: await refusedBySecond(engine.endpoint, driven.startedAt, seconds),
      busy,
      ...(fellBehind === undefined ? {} : { fellBehind }),
    };
  } finally {
    await engine.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function taken(engine: EngineProcess): Promise<{ in: number; at: number }> {
  const { kinesis } = await engine.status();
  return { in: kinesis.in, at: Date.now() };
}

function lagsOf(waitsMs: readonly number[]): UnderLoad['lagSeconds'] {
  return {
    mean: waitsMs.reduce((sum, wait) => sum + wait, 0) / waitsMs.length / 1_000,
    p50: percentile(waitsMs, 0.5) / 1_000,
    p99: percentile(waitsMs, 0.99) / 1_000,
  };
}

function whyBehind(lateMs: number, busy: UnderLoad['busy']): string | undefined {
  if (lateMs > LATE_MS_MAX)
    return `no comparison: the generator fell behind, requests went out up to ${Math.round(lateMs)} ms late`;
  if (busy.engine > BUSY_SHARE_MAX.engine)
    return `no comparison: the engine's event loop was ${percent(busy.engine)} busy`;
  if (busy.machine > BUSY_SHARE_MAX.machine)
    return `no comparison: the machine was ${percent(busy.machine)} busy`;
  return undefined;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** From now on; the answer says how busy machine and engine have been until it is asked for. */
async function startBusy(engine: EngineProcess): Promise<() => Promise<UnderLoad['busy']>> {
  const before = { at: performance.now(), engine: await engine.busySeconds(), machine: machineTime() };
  return async () => {
    const after = { at: performance.now(), engine: await engine.busySeconds(), machine: machineTime() };
    const all = after.machine.all - before.machine.all;
    return {
      machine: (after.machine.busy - before.machine.busy) / all,
      engine: ((after.engine - before.engine) * 1_000) / (after.at - before.at),
    };
  };
}

function machineTime(): { busy: number; all: number } {
  const times = cpus().map((cpu) => cpu.times);
  const all = times.reduce((sum, each) => sum + Object.values(each).reduce((a, b) => a + b, 0), 0);
  return { all, busy: all - times.reduce((sum, { idle }) => sum + idle, 0) };
}
