/**
 * Fires a rule's schedule: publishes its event when the moment has come. The schedule began when the store first saw
 * it, so a rate keeps its beat over a restart; moments that passed while the engine was down are not made up for.
 */

import { nextScheduled } from '../../cron/cron.ts';
import type { Mover, Ports } from '../../ports.ts';
import type { Bus, Rule } from './bus.ts';

type Beat = { expression: string; startedAt: number };

export function scheduleMover(bus: Bus, rule: Rule, expression: string, ports: Ports): Mover {
  const { store, clock, chance } = ports;
  const key = ['event-schedule', rule.arn];
  let firedUntil = clock.now();

  return {
    name: `events/${rule.name}/schedule`,
    listensTo: [],
    async step() {
      const now = clock.now();
      const kept = store.get<Beat>(key);
      const beat = kept?.expression === expression ? kept : { expression, startedAt: now };
      if (beat !== kept) await store.transact((tx) => tx.put(key, beat));
      const dueAt = nextScheduled(expression, beat.startedAt, firedUntil);
      if (dueAt === Number.POSITIVE_INFINITY) return { kind: 'idle' };
      if (dueAt > now) return { kind: 'idle', wakeAt: dueAt };
      await store.transact((tx) =>
        bus.publishFor(tx, rule, {
          id: chance.uuid(),
          detailType: 'Scheduled Event',
          source: 'aws.events',
          time: dueAt,
          resources: [rule.arn],
          detail: '{}',
        }),
      );
      // A laptop that slept wakes late: the moments that it slept through fire once.
      firedUntil = now;
      return { kind: 'delivered', records: 1 };
    },
  };
}
