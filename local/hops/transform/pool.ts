/**
 * A function's execution environments: warm ones are used again, one invocation at a time, and no more are started
 * than a laptop can bear. Who finds none free waits for a turn.
 */

import type { Environment } from './worker.ts';

/** Ours: environments of one function at a time. Lambda would start as many as the concurrency allows. */
const ENVIRONMENTS_MAX = 4;

export type Pool = {
  /** Invocations that run or wait for an environment. */
  running(): number;
  /** Runs `work` in an environment that is free; `isFirst` when no invocation ran in it before. */
  use<T>(work: (environment: Environment, isFirst: boolean) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

export function createPool(start: () => Environment): Pool {
  const idle: Environment[] = [];
  const all = new Set<Environment>();
  const used = new WeakSet<Environment>();
  const turns: (() => void)[] = [];
  let busy = 0;

  function take(): Environment {
    let environment = idle.pop();
    while (environment && !environment.alive()) {
      all.delete(environment);
      environment = idle.pop();
    }
    environment ??= start();
    all.add(environment);
    return environment;
  }

  return {
    running: () => busy + turns.length,
    async use(work) {
      // A turn is handed on by whoever ends, so `busy` does not fall in between.
      if (busy >= ENVIRONMENTS_MAX) await new Promise<void>((resolve) => turns.push(resolve));
      else busy++;
      const environment = take();
      try {
        return await work(environment, !used.has(environment));
      } finally {
        used.add(environment);
        if (environment.alive()) idle.push(environment);
        else {
          all.delete(environment);
          void environment.stop();
        }
        const next = turns.shift();
        if (next) next();
        else busy--;
      }
    },
    async close() {
      await Promise.all([...all].map((environment) => environment.stop()));
    },
  };
}
