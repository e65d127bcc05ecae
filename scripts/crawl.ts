/**
 * What `npm start` does as an operator would: the first crawl once there is data, the wait until every hop is empty,
 * and a last crawl whose end publishes the views.
 */

import { setTimeout as pause } from 'node:timers/promises';
import {
  CrawlerRunningException,
  GetCrawlerCommand,
  GetTablesCommand,
  StartCrawlerCommand,
} from '@aws-sdk/client-glue';
import type { Engine } from '../local/engine.ts';
import type { Clients, Pipeline } from './discover.ts';

/** How long the views may take after a crawl before the report goes on without them. */
const VIEWS_WAIT_MS = 20_000;
const POLL_MS = 50;
/** Longer than a passing trouble, such as throttling, keeps a mover from moving. */
const STUCK_MS = 30_000;
/** A function that a crawl's event starts has begun by then. */
const QUIET_MS = 3_000;

/** The first crawl makes the table, as an operator's would after a deployment; the schedule goes on from there. */
export async function crawlOnceThereIsData(
  engine: Engine,
  clients: Clients,
  pipeline: Pipeline,
  stop: AbortSignal,
): Promise<void> {
  if (!pipeline.crawler) return;
  const { TableList = [] } = await clients.glue.send(
    new GetTablesCommand({ DatabaseName: pipeline.crawler.database }),
  );
  if (TableList.length > 0) return;
  while (!stop.aborted && engine.status().firehose.out === 0) await pause(POLL_MS);
  if (!stop.aborted) await startCrawler(clients, pipeline.crawler.name);
}

/**
 * Until no mover has anything to carry any more. One that gathers (a buffer's time has not passed) is waited for; when
 * one only repeats what cannot work, such as writing to a bucket that is not there, the wait ends and its sentence is
 * the answer.
 */
export async function drain(engine: Pick<Engine, 'status'>, stuckMs = STUCK_MS): Promise<string | undefined> {
  let seen = '';
  let movedAt = Date.now();
  for (;;) {
    const { pipe, firehose } = engine.status();
    const waiting = Object.entries({ pipe, firehose }).filter(([, status]) => status.waiting > 0);
    if (waiting.length === 0) return undefined;
    const carried = [pipe, firehose].map(({ out, failed }) => `${out} ${failed}`).join();
    if (carried !== seen) movedAt = Date.now();
    seen = carried;
    const stuck = waiting.find(([, { retrying }]) => retrying !== undefined);
    if (stuck && Date.now() - movedAt > stuckMs)
      return `${stuck[0]} holds ${stuck[1].waiting} records that it cannot pass on: ${stuck[1].retrying}`;
    await pause(POLL_MS);
  }
}

/** A whole crawl that began after the last object was written, and the views that its end publishes. */
export async function crawlToTheEnd(
  engine: Engine,
  { glue, ...clients }: Clients,
  { crawler }: Pipeline,
): Promise<void> {
  if (!crawler) return;
  await crawlerIsReady({ glue, ...clients }, crawler.name);
  await startCrawler({ glue, ...clients }, crawler.name);
  await crawlerIsReady({ glue, ...clients }, crawler.name);
  const until = Date.now() + VIEWS_WAIT_MS;
  let busyAt = Date.now();
  while (Date.now() < until) {
    const { TableList = [] } = await glue.send(new GetTablesCommand({ DatabaseName: crawler.database }));
    const names = new Set(TableList.map(({ Name }) => Name));
    const published = names.size === 0 || (names.has('order_changes') && names.has('orders_current'));
    // A function that waits is the one that publishes, or its retry.
    const { transform, athena } = engine.status();
    if (transform.waiting > 0 || athena.waiting > 0) busyAt = Date.now();
    else if (published || Date.now() - busyAt > QUIET_MS) return;
    await pause(POLL_MS);
  }
}

async function startCrawler({ glue }: Clients, Name: string): Promise<void> {
  try {
    await glue.send(new StartCrawlerCommand({ Name }));
  } catch (error) {
    if (!(error instanceof CrawlerRunningException)) throw error;
  }
}

async function crawlerIsReady({ glue }: Clients, Name: string): Promise<void> {
  while ((await glue.send(new GetCrawlerCommand({ Name }))).Crawler?.State !== 'READY') await pause(POLL_MS);
}
