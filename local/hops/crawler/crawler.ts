/**
 * The crawler: looks at what lies in the lake, infers tables and partitions as AWS Glue does, and keeps the catalog up
 * to it; when it is done it tells EventBridge, which has the views published.
 *
 *     lake → [crawler] → athena
 *
 * It reads objects in S3 alone, JSON alone, and only those that are new or changed since its last crawl; what it
 * infers is what a crawl over everything would.
 */

import type { HopStatus, Part, Ports, Principal } from '../../ports.ts';
import { type CrawlerConfig, glueCrawler } from './config.ts';
import { getCrawler, getCrawlers, listCrawlers } from './get-crawler.ts';
import { getCrawlerMetrics } from './get-crawler-metrics.ts';
import { crawlerMover, type Tally } from './mover.ts';
import type { Crawlers } from './operation.ts';
import { startCrawler } from './start-crawler.ts';
import { stopCrawler } from './stop-crawler.ts';

const OF_THE_STACK = [
  'CreateCrawler',
  'UpdateCrawler',
  'DeleteCrawler',
  'UpdateCrawlerSchedule',
  'StartCrawlerSchedule',
  'StopCrawlerSchedule',
];

export const crawler: Part = {
  name: 'crawler',
  kinds: [glueCrawler],
  open(stack, ports) {
    const configs = stack.all(glueCrawler);
    const crawlers: Crawlers = {
      ports,
      byName: new Map(configs.map((config) => [config.name, config])),
      createdAt: ports.clock.now(),
    };
    const tally: Tally = { objects: 0, written: 0, failed: 0 };
    return {
      operations: [
        startCrawler(crawlers),
        stopCrawler(crawlers),
        getCrawler(crawlers),
        getCrawlers(crawlers),
        listCrawlers(crawlers),
        getCrawlerMetrics(crawlers),
      ],
      refusals: OF_THE_STACK.map((name) => ({
        service: 'glue',
        name,
        sentence: `${name} is not allowed here: the stack owns crawlers and their schedules. Change the stack and start again.`,
      })),
      movers: configs.map((config) => crawlerMover(ports, config, roleOf(ports, config), tally)),
      status: (): HopStatus => ({
        in: tally.objects,
        out: tally.written,
        waiting: 0,
        failed: tally.failed,
        ...(tally.lastFailure === undefined ? {} : { lastFailure: tally.lastFailure }),
      }),
    };
  },
};

/** The crawler's role, named by ARN or by name alone; Glue's sessions are called AWS-Crawler. */
function roleOf(ports: Ports, { role }: CrawlerConfig): Principal {
  const roleArn = role.startsWith('arn:') ? role : `arn:aws:iam::${ports.account}:role/${role}`;
  return { kind: 'role', roleArn, session: 'AWS-Crawler' };
}
