/**
 * Where a crawler stands, kept in the store: READY → RUNNING → STOPPING → READY, as GetCrawler shows it. A crawl that a
 * crash cut off is still RUNNING after the restart and goes on, with the objects that it read already remembered.
 */

import type { Ports } from '../../ports.ts';
import type { Key, Read, Tx } from '../../store/store.ts';
import type { CrawlerConfig } from './config.ts';
import type { Crawl, Ending, LastCrawl } from './crawl-record.ts';
import { startedEvent } from './event.ts';

export type CrawlerState = { last: LastCrawl | null; runtimesMs: number[] } & (
  | { state: 'READY' }
  | { state: 'RUNNING'; crawl: Crawl }
  | { state: 'STOPPING'; crawl: Crawl; ending: Ending }
);

/** Runtimes that GetCrawlerMetrics takes its median of. */
const RUNTIMES_KEPT_MAX = 20;

const stateKey = (crawler: string): Key => ['crawler', crawler];
const tablesKey = (crawler: string): Key => ['crawler-tables', crawler];

export function topicOf(crawler: string): string {
  return `crawler/${crawler}`;
}

export function stateOf(read: Read, crawler: string): CrawlerState {
  return read.get<CrawlerState>(stateKey(crawler)) ?? { state: 'READY', last: null, runtimesMs: [] };
}

/** READY → RUNNING, told to EventBridge and to the crawler's mover. */
export function start(tx: Tx, ports: Ports, config: CrawlerConfig): void {
  const { last, runtimesMs } = stateOf(tx, config.name);
  const crawl: Crawl = { id: ports.chance.uuid(), startedAt: ports.clock.now() };
  put(tx, config.name, { state: 'RUNNING', crawl, last, runtimesMs });
  startedEvent(tx, ports, config.name, crawl);
}

/** RUNNING → STOPPING; false when that crawl is no longer running. */
export function stop(tx: Tx, crawler: string, crawl: Crawl, ending: Ending): boolean {
  const { last, runtimesMs, ...now } = stateOf(tx, crawler);
  if (now.state !== 'RUNNING' || now.crawl.id !== crawl.id) return false;
  put(tx, crawler, { state: 'STOPPING', crawl, ending, last, runtimesMs });
  return true;
}

/** STOPPING → READY. */
export function finish(tx: Tx, crawler: string, crawl: Crawl, ending: Ending, endedAt: number): void {
  const { runtimesMs } = stateOf(tx, crawler);
  put(tx, crawler, {
    state: 'READY',
    last: { ...crawl, endedAt, ending },
    runtimesMs: [...runtimesMs, endedAt - crawl.startedAt].slice(-RUNTIMES_KEPT_MAX),
  });
}

function put(tx: Tx, crawler: string, state: CrawlerState): void {
  tx.put(stateKey(crawler), state);
  tx.signal(topicOf(crawler));
}

/** The tables that the crawler's last crawl found, so that the next one sees which are gone. */
export function tablesFound(read: Read, crawler: string): string[] {
  return read.get<string[]>(tablesKey(crawler)) ?? [];
}

export function putTablesFound(tx: Tx, crawler: string, tables: readonly string[]): void {
  tx.put(tablesKey(crawler), tables);
}
