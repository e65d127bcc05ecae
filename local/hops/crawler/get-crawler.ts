/** GetCrawler, GetCrawlers and ListCrawlers: the stack's crawlers and where each one stands. */

import { transaction } from '../../operation.ts';
import type { Operation } from '../../ports.ts';
import type { Read } from '../../store/store.ts';
import type { CrawlerConfig } from './config.ts';
import type { LastCrawl } from './crawl-record.ts';
import { LOG_GROUP } from './event.ts';
import { type Crawlers, crawlerOperation, pageOf, parsePage } from './operation.ts';
import { stateOf } from './state.ts';

export function getCrawler(crawlers: Crawlers): Operation {
  return crawlerOperation(crawlers, 'GetCrawler', (tx, config) => ({
    Crawler: output(crawlers, tx, config),
  }));
}

export function getCrawlers(crawlers: Crawlers): Operation {
  return transaction({
    service: 'glue',
    name: 'GetCrawlers',
    parse: parsePage,
    permissions: () => [{ action: 'glue:GetCrawlers', resource: '*' }],
    run(tx, input) {
      const { shown, next } = pageOf(crawlers, input);
      return { Crawlers: shown.map((config) => output(crawlers, tx, config)), ...next };
    },
  });
}

export function listCrawlers(crawlers: Crawlers): Operation {
  return transaction({
    service: 'glue',
    name: 'ListCrawlers',
    parse: parsePage,
    permissions: () => [{ action: 'glue:ListCrawlers', resource: '*' }],
    run(_tx, input) {
      const { shown, next } = pageOf(crawlers, input);
      return { CrawlerNames: shown.map(({ name }) => name), ...next };
    },
  });
}

/** https://docs.aws.amazon.com/glue/latest/webapi/API_Crawler.html */
function output(crawlers: Crawlers, read: Read, config: CrawlerConfig) {
  const now = stateOf(read, config.name);
  const since = now.state === 'READY' ? undefined : now.crawl.startedAt;
  return {
    Name: config.name,
    Role: config.role,
    Targets: {
      S3Targets: config.targets.map(({ path, exclusions, sampleSize }) => ({
        Path: path,
        Exclusions: exclusions,
        ...(sampleSize === undefined ? {} : { SampleSize: sampleSize }),
      })),
      JdbcTargets: [],
      MongoDBTargets: [],
      DynamoDBTargets: [],
      CatalogTargets: [],
      DeltaTargets: [],
      IcebergTargets: [],
      HudiTargets: [],
    },
    DatabaseName: config.database,
    ...(config.description === undefined ? {} : { Description: config.description }),
    Classifiers: config.classifiers,
    RecrawlPolicy: { RecrawlBehavior: config.recrawl },
    SchemaChangePolicy: { UpdateBehavior: config.updateBehavior, DeleteBehavior: config.deleteBehavior },
    LineageConfiguration: { CrawlerLineageSettings: 'DISABLE' },
    State: now.state,
    TablePrefix: config.tablePrefix,
    ...(config.schedule === undefined
      ? {}
      : { Schedule: { ScheduleExpression: config.schedule, State: 'SCHEDULED' } }),
    CrawlElapsedTime: since === undefined ? 0 : crawlers.ports.clock.now() - since,
    CreationTime: new Date(crawlers.createdAt),
    LastUpdated: new Date(crawlers.createdAt),
    ...(now.last ? { LastCrawl: lastCrawl(config.name, now.last) } : {}),
    Version: 1,
    ...(config.configuration === undefined ? {} : { Configuration: config.configuration }),
    LakeFormationConfiguration: { UseLakeFormationCredentials: false, AccountId: '' },
  };
}

/** https://docs.aws.amazon.com/glue/latest/webapi/API_LastCrawlInfo.html */
function lastCrawl(crawler: string, { id, startedAt, ending }: LastCrawl) {
  return {
    Status: ending.status,
    ...(ending.status === 'FAILED' ? { ErrorMessage: ending.message } : {}),
    LogGroup: LOG_GROUP,
    LogStream: crawler,
    MessagePrefix: id,
    StartTime: new Date(startedAt),
  };
}
