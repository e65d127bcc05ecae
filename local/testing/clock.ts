/** A clock that stands still until a test advances it, and chance that repeats from a seed. */

import { createHash } from 'node:crypto';
import type { Chance, Clock } from '../clock.ts';

export type TestClock = Clock & {
  /** Moves time on, calling what falls due on the way, in order of its time. */
  advance(milliseconds: number): void;
};

export function testClock(start = Date.UTC(2026, 6, 7)): TestClock {
  let now = start;
  let timers: { at: number; wake: () => void }[] = [];
  return {
    now: () => now,
    after(milliseconds, wake) {
      const timer = { at: now + milliseconds, wake };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
    advance(milliseconds) {
      const until = now + milliseconds;
      for (;;) {
        const next = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        timers = timers.filter((each) => each !== next);
        now = Math.max(now, next.at);
        next.wake();
      }
      now = until;
    },
  };
}

export function testChance(seed = 'seed'): Chance {
  let drawn = 0;
  const bytes = (count: number): Buffer => {
    const chunks: Buffer[] = [];
    for (let have = 0; have < count; have += 32)
      chunks.push(createHash('sha256').update(`${seed}/${drawn++}`).digest());
    return Buffer.concat(chunks).subarray(0, count);
  };
  return {
    bytes,
    uuid() {
      const hex = bytes(16).toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
    fraction: () => bytes(6).readUIntBE(0, 6) / 2 ** 48,
  };
}
