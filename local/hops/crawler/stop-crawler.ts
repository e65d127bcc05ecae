/** StopCrawler: the running crawl ends without writing to the catalog. */

import { AwsError } from '../../aws-error.ts';
import type { Operation } from '../../ports.ts';
import { type Crawlers, crawlerOperation } from './operation.ts';
import { stateOf, stop } from './state.ts';

export function stopCrawler(crawlers: Crawlers): Operation {
  return crawlerOperation(crawlers, 'StopCrawler', (tx, { name }) => {
    const now = stateOf(tx, name);
    switch (now.state) {
      case 'READY':
        throw new AwsError('CrawlerNotRunningException', `Crawler with name ${name} isn't running`);
      case 'STOPPING':
        throw new AwsError('CrawlerStoppingException', `Crawler with name ${name} is stopping`);
      case 'RUNNING':
        stop(tx, name, now.crawl, { status: 'CANCELLED' });
        return {};
    }
  });
}
