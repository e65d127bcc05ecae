/**
 * Runs the movers: calls a mover's step again while it delivers, lets it rest while it is idle or has to retry, and
 * wakes it when one of its topics is signalled or its time has come. It owns time, so a mover has none of its own.
 *
 *     store topics, clock → [scheduler] → Mover.step()
 *
 * One step of a mover runs at a time; different movers' steps interleave.
 */

import type { Mover, Outcome, Ports } from './ports.ts';

export type Scheduler = {
  add(mover: Mover): void;
  /** Lets the steps that are under way end and starts no more. */
  stop(): Promise<void>;
};

/** After an exception that a mover did not turn into an outcome: a defect, so slow down and say so. */
const UNEXPECTED_PAUSE_MS = 1_000;

/** The shortest rest that a signal ends. Under load there is a signal for every commit; a mover that gathers for so long
 * carries them all in one step, as AWS's pollers do. */
const GATHER_MS = 100;

/** What ends a mover's rest: its time, a signal about new records, or both. */
type Rest = { signalled: boolean; until?: number };

export function createScheduler({ store, clock, log }: Pick<Ports, 'store' | 'clock' | 'log'>): Scheduler {
  const loops: Promise<void>[] = [];
  const wakers = new Set<() => void>();
  let stopped = false;

  async function run(mover: Mover): Promise<void> {
    let signals = 0;
    let wake = () => {};
    const leave = mover.listensTo.map((topic) =>
      store.listen(topic, () => {
        signals++;
        wake();
      }),
    );

    /** A signal that came while the step ran counts: the step may not have seen what it announced. */
    function resting(rest: Rest, seen: number): Promise<void> {
      return new Promise((resolve) => {
        const since = clock.now();
        const cancel =
          rest.until === undefined ? () => {} : clock.after(Math.max(0, rest.until - since), end);
        let cancelGathering: (() => void) | undefined;
        function endOnceGathered(): void {
          const left = since + GATHER_MS - clock.now();
          if (left <= 0) end();
          else cancelGathering ??= clock.after(left, end);
        }
        function end(): void {
          cancel();
          cancelGathering?.();
          wakers.delete(end);
          wake = () => {};
          resolve();
        }
        wakers.add(end);
        if (rest.signalled) wake = endOnceGathered;
        if (stopped) end();
        else if (rest.signalled && signals > seen) endOnceGathered();
      });
    }

    while (!stopped) {
      const seen = signals;
      const rest = restAfter(await attempt(mover));
      if (rest) await resting(rest, seen);
    }
    for (const each of leave) each();
  }

  async function attempt(mover: Mover): Promise<Outcome> {
    try {
      const outcome = await mover.step();
      if (outcome.kind === 'retry')
        log('warn', `${mover.name} will try again`, { reason: outcome.reason, afterMs: outcome.afterMs });
      if (outcome.kind === 'gave-up')
        log('error', `${mover.name} gave up on ${outcome.records} record(s)`, { reason: outcome.reason });
      return outcome;
    } catch (error) {
      log('error', `${mover.name} failed in a way it does not know`, {
        reason: error instanceof Error ? error.message : String(error),
        error: (error as Error).stack ?? String(error),
      });
      return { kind: 'retry', afterMs: UNEXPECTED_PAUSE_MS, reason: String(error) };
    }
  }

  function restAfter(outcome: Outcome): Rest | undefined {
    switch (outcome.kind) {
      case 'delivered':
      case 'gave-up':
        return undefined;
      case 'idle':
        return outcome.wakeAt === undefined
          ? { signalled: true }
          : { signalled: true, until: outcome.wakeAt };
      case 'retry':
        // News of newer records says nothing about why these failed, so a signal does not cut the pause short.
        return { signalled: false, until: clock.now() + outcome.afterMs };
    }
  }

  return {
    add: (mover) => void loops.push(run(mover)),
    async stop() {
      stopped = true;
      for (const end of [...wakers]) end();
      await Promise.all(loops);
    },
  };
}
