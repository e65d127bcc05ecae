/**
 * Time and chance, the only place in the engine that reads either. Everything else takes them as arguments, so a
 * test can advance a clock and a simulation can replay a seed. The test twins live in `local/testing/clock.ts`.
 */

import { randomBytes, randomUUID } from 'node:crypto';

export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `wake` once, `milliseconds` from now; the answer cancels it. */
  after(milliseconds: number, wake: () => void): () => void;
};

export type Chance = {
  /** A random (version 4) UUID. */
  uuid(): string;
  bytes(count: number): Buffer;
  /** A number in [0, 1). */
  fraction(): number;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, wake) {
    const timer = setTimeout(wake, milliseconds);
    return () => clearTimeout(timer);
  },
};

export const systemChance: Chance = {
  uuid: () => randomUUID(),
  bytes: (count) => randomBytes(count),
  fraction: () => Math.random(),
};
