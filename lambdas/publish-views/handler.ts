/**
 * The Lambda's entry: publishes the views of `sql/views` after each successful crawl.
 *
 *     crawler → rule → [publish-views] → athena
 *     hourly  → rule ↗
 *
 * The event is EventBridge's `Glue Crawler State Change`, which is sent at best effort and may come twice; a schedule
 * makes up for one that was lost, and a run with nothing to do changes nothing. Nothing of the event is needed, so an
 * invocation by hand with `{}` does the same. It throws when a view fails: the error is what the alarm counts, and
 * Lambda tries twice more.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { AthenaClient } from '@aws-sdk/client-athena';
import { GlueClient } from '@aws-sdk/client-glue';
import { CONTRACT } from './contract.ts';
import { type LogLine, type Published, publishViews } from './publish.ts';
import { VIEWS } from './views.ts';

/** Throttling is waited out by the SDK, with jitter: half a minute in all. */
const PATIENT = { maxAttempts: 8 };
const athena = new AthenaClient(PATIENT);
const glue = new GlueClient(PATIENT);

export async function handler(event: { detail?: { crawlerName?: string } } = {}): Promise<Published> {
  const crawler = event.detail?.crawlerName;
  log({ level: 'info', message: 'publishing views', because: crawler ? `crawled by ${crawler}` : 'invoked' });
  return publishViews(
    { athena, glue, pause, log },
    {
      database: variable('DATABASE'),
      workGroup: variable('WORKGROUP'),
      views: VIEWS,
      table: { name: variable('ORDERS_TABLE'), contract: CONTRACT },
      by: 'deployed',
    },
  );
}

function variable(name: 'DATABASE' | 'WORKGROUP' | 'ORDERS_TABLE'): string {
  const value = process.env[name];
  if (!value) throw new Error(`The function's variable ${name} is not set; stacks/publish-views.ts sets it.`);
  return value;
}

function log(line: LogLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
