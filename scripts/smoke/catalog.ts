/**
 * Whether the catalog knows the partition that an object lies in, and the crawl that makes it known. A crawl is billed
 * ten minutes at least, so one is started only when it is needed, and a running one is waited for.
 */

import {
  CrawlerRunningException,
  EntityNotFoundException,
  GetCrawlerCommand,
  GetPartitionsCommand,
  type GlueClient,
  StartCrawlerCommand,
} from '@aws-sdk/client-glue';
import type { Places } from './places.ts';

/** `idle` has the reason why a crawl did not do it, if one of ours ended. */
export type Crawl = { kind: 'catalogued' } | { kind: 'crawling' } | { kind: 'in vain'; reason: string };

export type CatalogWatch = {
  look(): Promise<Crawl>;
  /** How many crawls were started. */
  crawls(): number;
};

export function watchCatalog(glue: GlueClient, places: Places, address: string): CatalogWatch {
  let started = 0;

  async function start(): Promise<void> {
    try {
      await glue.send(new StartCrawlerCommand({ Name: places.crawler }));
      started += 1;
    } catch (error) {
      // Somebody else's began at this moment; it may have passed the object already, so ours follows.
      if (!(error instanceof CrawlerRunningException)) throw error;
    }
  }

  return {
    crawls: () => started,
    async look() {
      if (await isCatalogued(glue, places, address)) return { kind: 'catalogued' };
      const { Crawler } = await glue.send(new GetCrawlerCommand({ Name: places.crawler }));
      if (Crawler?.State !== 'READY') return { kind: 'crawling' };
      if (started === 0) {
        await start();
        return { kind: 'crawling' };
      }
      // It may have ended between the two questions.
      if (await isCatalogued(glue, places, address)) return { kind: 'catalogued' };
      const { Status = 'unknown', ErrorMessage } = Crawler.LastCrawl ?? {};
      return { kind: 'in vain', reason: `${Status}${ErrorMessage ? `, ${ErrorMessage}` : ''}` };
    },
  };
}

async function isCatalogued(glue: GlueClient, places: Places, address: string): Promise<boolean> {
  const [, day = '', hour = ''] = /\/dt=([^/]+)\/hour=([^/]+)\//.exec(address) ?? [];
  try {
    const { Partitions = [] } = await glue.send(
      new GetPartitionsCommand({
        DatabaseName: places.database,
        TableName: places.crawled,
        Expression: `dt='${day}' AND hour='${hour}'`,
      }),
    );
    return Partitions.length > 0;
  } catch (error) {
    // Before the first crawl there is no table.
    if (error instanceof EntityNotFoundException) return false;
    throw error;
  }
}
