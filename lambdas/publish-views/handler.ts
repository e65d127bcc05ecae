/**
 * Called by the crawler's success event:
 *
 *     crawler → rule → [publish-views] → athena
 *
 * It says which crawl called it and where it would publish (the stack gives DATABASE, ORDERS_TABLE and WORKGROUP); it
 * does not publish the views of sql/ yet.
 */

import type { EventBridgeEvent } from 'aws-lambda';

type CrawlerStateChange = EventBridgeEvent<
  'Glue Crawler State Change',
  { crawlerName: string; state: string }
>;

export async function handler({ detail }: CrawlerStateChange): Promise<void> {
  const { DATABASE: database, WORKGROUP: workgroup } = process.env;
  const line = {
    message: 'crawl seen',
    crawler: detail.crawlerName,
    state: detail.state,
    database,
    workgroup,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
