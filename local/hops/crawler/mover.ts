/**
 * The crawler's mover: starts a crawl when its schedule is due, runs it, and lets it end. One step is one change of
 * state, so whoever watches through GetCrawler sees them all. A schedule's moment that comes while a crawl runs is
 * passed over, as AWS passes over it.
 */

import { nextCron } from '../../cron/cron.ts';
import type { Mover, Outcome, Ports, Principal } from '../../ports.ts';
import type { CrawlerConfig } from './config.ts';
import { crawl, type Progress } from './crawl.ts';
import type { Crawl, Ending } from './crawl-record.ts';
import { failedEvent, succeededEvent } from './event.ts';
import { finish, start, stateOf, stop, topicOf } from './state.ts';

export type Tally = { objects: number; written: number; failed: number; lastFailure?: string };

export function crawlerMover(ports: Ports, config: CrawlerConfig, role: Principal, tally: Tally): Mover {
  let dueAt = nextDue(config, ports.clock.now());
  const progress: Progress = {
    objects: (count) => {
      tally.objects += count;
    },
    written: (summary) => {
      tally.written +=
        summary.tablesCreated + summary.tablesUpdated + summary.partitionsCreated + summary.partitionsUpdated;
    },
  };

  async function whenReady(): Promise<Outcome> {
    if (dueAt === undefined) return { kind: 'idle' };
    if (ports.clock.now() < dueAt) return { kind: 'idle', wakeAt: dueAt };
    await ports.store.transact((tx) => {
      if (stateOf(tx, config.name).state === 'READY') start(tx, ports, config);
    });
    dueAt = nextDue(config, ports.clock.now());
    return { kind: 'delivered', records: 0 };
  }

  async function whenRunning(current: Crawl): Promise<Outcome> {
    const before = tally.objects;
    try {
      await crawl(ports, config, role, current, progress);
    } catch (error) {
      const message = error instanceof Error ? `${error.message} (${error.name})` : String(error);
      ports.log('error', `The crawler ${config.name} failed: ${message}`, { crawl: current.id });
      const ending: Ending = { status: 'FAILED', message };
      await ports.store.transact((tx) => stop(tx, config.name, current, ending));
    }
    return { kind: 'delivered', records: tally.objects - before };
  }

  async function whenStopping(current: Crawl, ending: Ending): Promise<Outcome> {
    await ports.store.transact((tx) => {
      finish(tx, config.name, current, ending, ports.clock.now());
      if (ending.status === 'SUCCEEDED')
        succeededEvent(tx, ports, config.name, current, ending.summary, ending.warning);
      if (ending.status === 'FAILED') failedEvent(tx, ports, config.name, ending.message);
    });
    if (ending.status === 'FAILED') {
      tally.failed += 1;
      tally.lastFailure = ending.message;
    }
    const now = ports.clock.now();
    if (dueAt !== undefined && dueAt <= now) dueAt = nextDue(config, now);
    return { kind: 'delivered', records: 0 };
  }

  return {
    name: `crawler/${config.name}`,
    listensTo: [topicOf(config.name)],
    async step() {
      const now = stateOf(ports.store, config.name);
      switch (now.state) {
        case 'READY':
          return whenReady();
        case 'RUNNING':
          return whenRunning(now.crawl);
        case 'STOPPING':
          return whenStopping(now.crawl, now.ending);
      }
    },
  };
}

function nextDue(config: CrawlerConfig, after: number): number | undefined {
  return config.schedule === undefined ? undefined : nextCron(config.schedule, after);
}
