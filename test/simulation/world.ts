/**
 * One life of the engine: the real parts of the chain over a real store, joined as `local/engine.ts` joins them, save
 * that everything they wait for passes by `turns` and what they call may fail. A crash ends it in the middle of
 * whatever it does; the next world opens the same directory.
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createApi } from '../../local/api.ts';
import { firehose } from '../../local/hops/firehose/firehose.ts';
import { kinesis } from '../../local/hops/kinesis/kinesis.ts';
import { lake } from '../../local/hops/lake/lake.ts';
import { pipe } from '../../local/hops/pipe/pipe.ts';
import { stream } from '../../local/hops/stream/stream.ts';
import { table } from '../../local/hops/table/table.ts';
import { createMetrics } from '../../local/metrics/metrics.ts';
import type { HopStatus, Mover, OpenPart, Part, Ports } from '../../local/ports.ts';
import { createScheduler } from '../../local/scheduler.ts';
import { queue } from '../../local/services/queue/queue.ts';
import type { Stack } from '../../local/stack/stack.ts';
import { openStore } from '../../local/store/store.ts';
import type { TestClock } from '../../local/testing/clock.ts';
import type { Faults } from './faults.ts';
import { invokeTransform } from './function.ts';
import { createTurns, type Task, type Turns } from './turns.ts';

const PARTS: readonly Part[] = [table, stream, pipe, kinesis, firehose, lake, queue];

export type World = {
  ports: Ports;
  turns: Turns;
  status(part: Part['name']): HopStatus;
  /** Ends it as a kill would; of the works that wait for the store, the `kept` oldest are on disk first. */
  crash(kept: number): Promise<void>;
  /** Closes what it held, once the simulation is over. */
  bury(): Promise<void>;
};

export type Surroundings = {
  directory: string;
  stack: Stack;
  clock: TestClock;
  chance: Ports['chance'];
  faults: Faults;
  note(what: string): void;
};

export function openWorld({ directory, stack, clock, chance, faults, note }: Surroundings): World {
  let alive = true;
  const store = openStore(join(directory, 'store'));
  const turns = createTurns(store);
  const api = createApi(
    turns.store,
    () => {},
    () => chance.uuid(),
  );
  const ports: Ports = {
    store: turns.store,
    // The timers of a dead engine ring for nobody.
    clock: { now: clock.now, after: (ms, wake) => clock.after(ms, () => alive && wake()) },
    chance,
    account: '000000000000',
    region: 'us-east-2',
    quotas: 'enforced',
    endpoint: () => 'http://127.0.0.1:4566',
    directory(name) {
      mkdirSync(join(directory, name), { recursive: true });
      return join(directory, name);
    },
    async call<O>(...[principal, service, name, input]: Parameters<Ports['call']>): Promise<O> {
      const isEffect = api.find(service, name).kind === 'effect';
      if (isEffect) await turns.turn(`${service}:${name} begins`);
      faults.before(service, name);
      const output = await api.call<O>(principal, service, name, input);
      if (isEffect) await turns.turn(`${service}:${name} ends`);
      faults.after(service, name);
      return output;
    },
    callIn<O>(...[tx, principal, service, name, input]: Parameters<Ports['callIn']>): O {
      faults.before(service, name);
      return api.callIn<O>(tx, principal, service, name, input);
    },
    credentials: () => ({ accessKeyId: '', secretAccessKey: '', sessionToken: '' }),
    measuring: createMetrics(clock).measuring,
    // The directory's name is the one thing that no seed decides.
    log: (level, message, about) =>
      note(`${level}: ${message} ${JSON.stringify(about ?? {}).replaceAll(directory, '')}`),
  };

  api.register([invokeTransform(faults)], []);
  const open = new Map<Part['name'], OpenPart>();
  for (const part of PARTS) {
    const opened = part.open(stack, ports);
    open.set(part.name, opened);
    api.register(opened.operations, opened.refusals ?? []);
  }
  const scheduler = createScheduler(ports);
  for (const { movers } of open.values())
    for (const mover of movers ?? []) scheduler.add(inTurns(mover, turns));

  return {
    ports,
    turns,
    status: (part) => open.get(part)?.status?.(store) as HopStatus,
    async crash(kept) {
      if (kept > 0) await turns.commit(kept, 'unheard');
      alive = false;
      await store.close();
    },
    async bury() {
      const stopped = scheduler.stop();
      turns.abandon();
      await stopped;
      if (alive) await store.close();
      alive = false;
    },
  };
}

function inTurns(mover: Mover, turns: Turns): Mover {
  const task: Task = { name: mover.name, running: 0, waiting: 0 };
  return {
    ...mover,
    step: () =>
      turns.run(task, async () => {
        await turns.turn('step');
        return mover.step();
      }),
  };
}
