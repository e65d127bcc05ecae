/**
 * Who goes next. Whatever runs here (a mover's step, a client's request) stops at each point where a real engine would
 * wait for something outside, and goes on when the simulation says so: one at a time, in an order that the seed draws.
 * Work for the store waits in the order in which it was asked for, as it does in the store itself.
 *
 *     movers, clients → [turns] → store
 *
 * It draws nothing itself.
 */

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Store, Tx } from '../../local/store/store.ts';

/** Something that runs: it is settled when it has ended or stands at a point. */
export type Task = {
  name: string;
  running: number;
  waiting: number;
  /** Told of each commit of this task's work, whether or not the task itself ever hears of it. */
  committed?: (value: unknown) => void;
};

type Point = { task: Task | undefined; label: string; go(): void; fail(reason: unknown): void };
type Work = {
  point: Point;
  work: (tx: Tx) => unknown;
  resolve(value: unknown): void;
};

/** What becomes of a commit. `unheard`: it is on disk, but who asked for it never learns. */
export type Fate = 'kept' | 'failed' | 'unheard';

export class Abandoned extends Error {}

/** Far more turns of the event loop than any file operation takes. */
const SETTLE_TURNS_MAX = 5_000_000;

export type Turns = ReturnType<typeof createTurns>;

export function createTurns(store: Store) {
  const current = new AsyncLocalStorage<Task>();
  const tasks = new Set<Task>();
  const points: Point[] = [];
  let works: Work[] = [];
  /** `open` lets everything pass, for looking at the outcome. */
  let state: 'drawn' | 'open' | 'abandoned' = 'drawn';

  function pointOf(label: string, go: () => void, fail: (reason: unknown) => void): Point {
    const task = current.getStore();
    if (task) task.waiting++;
    const leave = (): void => {
      if (task) task.waiting--;
    };
    return {
      task,
      label: `${task?.name ?? 'opening'}: ${label}`,
      go() {
        leave();
        go();
      },
      fail(reason) {
        leave();
        fail(reason);
      },
    };
  }

  function alive(): Store {
    if (state === 'abandoned') throw new Abandoned();
    return store;
  }

  /** Stands until it is this point's turn. */
  function turn(label: string): Promise<void> {
    if (state === 'open') return Promise.resolve();
    if (state === 'abandoned') return Promise.reject(new Abandoned());
    return new Promise((resolve, reject) => points.push(pointOf(label, resolve, reject)));
  }

  function transact<T>(work: (tx: Tx) => T): Promise<T> {
    if (state === 'open') return store.transact(work);
    if (state === 'abandoned') return Promise.reject(new Abandoned());
    return new Promise<T>((resolve, reject) => {
      let value: unknown;
      const point = pointOf('commit', () => resolve(value as T), reject);
      works.push({
        point,
        work,
        resolve(kept) {
          value = kept;
          point.go();
        },
      });
    });
  }

  /** Commits the `count` oldest works together. An engine whose very first commits fail never begins: those succeed. */
  async function commit(count: number, wanted: Fate): Promise<string[]> {
    const batch = works.slice(0, count);
    works = works.slice(count);
    const isOpening = batch.some(({ point }) => !point.task);
    const fate = isOpening && wanted === 'failed' ? 'kept' : wanted;
    const outcomes = await Promise.allSettled(
      batch.map(({ work }) =>
        store.transact((tx) => {
          const value = work(tx);
          // As when the disk is full: the works have run, and nothing of them is kept.
          if (fate === 'failed') throw new Error('ENOSPC: no space left on device');
          return value;
        }),
      ),
    );
    outcomes.forEach((outcome, index) => {
      const { point, resolve } = batch[index] as Work;
      if (outcome.status === 'fulfilled') point.task?.committed?.(outcome.value);
      if (fate === 'unheard') points.push(point);
      else if (outcome.status === 'fulfilled') resolve(outcome.value);
      else point.fail(outcome.reason);
    });
    return batch.map(({ point }) => `${point.label} ${fate}`);
  }

  /** Waits until everything that runs stands at a point. */
  async function settle(): Promise<void> {
    for (let turns = 0; turns < SETTLE_TURNS_MAX; turns++) {
      await new Promise((resolve) => setImmediate(resolve));
      const busy = [...tasks].some(({ running, waiting }) => running > 0 && waiting === 0);
      if (!busy) return;
    }
    const names = [...tasks].filter(({ running, waiting }) => running > 0 && waiting === 0);
    throw new Error(`${names.map(({ name }) => name).join(', ')} neither ends nor waits`);
  }

  async function run<T>(task: Task, work: () => Promise<T>): Promise<T> {
    tasks.add(task);
    return current.run(task, async () => {
      task.running++;
      try {
        return await work();
      } finally {
        task.running--;
      }
    });
  }

  return {
    turn,
    commit,
    settle,
    run,
    store: {
      ...store,
      get: (key) => alive().get(key),
      range: (range) => alive().range(range),
      transact,
    } as Store,
    points: () => points.length,
    /** Whether somebody stands at a point whose label names this. */
    standAt: (what: string) => points.some(({ label }) => label.includes(what)),
    works: () => works.length,
    /** Lets the point of that index go on. */
    go(index: number): string {
      const [point] = points.splice(index, 1) as [Point];
      point.go();
      return point.label;
    },
    open() {
      state = 'open';
    },
    /** Ends what was left standing by an error, so that files are closed. To be called when all is over. */
    abandon() {
      state = 'abandoned';
      for (const point of [...points.splice(0), ...works.splice(0).map((each) => each.point)])
        point.fail(new Abandoned());
    },
  };
}
