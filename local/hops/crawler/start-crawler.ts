/** StartCrawler: a crawl begins now, whatever the schedule says; one at a time. */

import { AwsError } from '../../aws-error.ts';
import type { Operation } from '../../ports.ts';
import { type Crawlers, crawlerOperation } from './operation.ts';
import { start, stateOf } from './state.ts';

export function startCrawler(crawlers: Crawlers): Operation {
  return crawlerOperation(crawlers, 'StartCrawler', (tx, config) => {
    if (stateOf(tx, config.name).state !== 'READY')
      throw new AwsError('CrawlerRunningException', `Crawler with name ${config.name} has already started`);
    start(tx, crawlers.ports, config);
    return {};
  });
}
