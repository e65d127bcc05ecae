/**
 * The Lambda's entry: publishes the views of `sql/views` after each successful crawl.
 *
 *     crawler → rule → [publish-views] → athena
 *
 * The event is EventBridge's `Glue Crawler State Change`; nothing of it is needed, so an invocation by hand with `{}`
 * does the same. It throws when a view fails: the error is what the alarm counts, and Lambda tries twice more.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { AthenaClient } from '@aws-sdk/client-athena';
import { GlueClient } from '@aws-sdk/client-glue';
import { LAKE_COLUMNS } from './lake-columns.ts';
import { type LogLine, type Published, publishViews } from './publish.ts';
import { VIEWS } from './views.ts';

const athena = new AthenaClient({});
const glue = new GlueClient({});

export async function handler(event: { detail?: { crawlerName?: string } } = {}): Promise<Published> {
  const crawler = event.detail?.crawlerName;
  log({ level: 'info', message: 'publishing views', because: crawler ? `crawled by ${crawler}` : 'invoked' });
  return publishViews(
    { athena, glue, pause, log },
    {
      database: variable('DATABASE'),
      workGroup: variable('WORKGROUP'),
      views: VIEWS,
      table: { name: variable('ORDERS_TABLE'), columns: LAKE_COLUMNS },
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
