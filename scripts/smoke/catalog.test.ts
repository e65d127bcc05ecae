import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CrawlerRunningException, EntityNotFoundException, type GlueClient } from '@aws-sdk/client-glue';
import { watchCatalog } from './catalog.ts';
import { placesIn } from './places.ts';

const ADDRESS = 's3://lake/orders/dt=2026-07-08/hour=09/a.gz';

/** Glue as it stands: `partitions` is undefined as long as there is no table. */
type Glue = { partitions?: number; crawler: 'READY' | 'RUNNING'; asked: string[]; lastCrawl?: object };

function clientOf(glue: Glue): GlueClient {
  const send = async (command: { constructor: { name: string }; input: { Expression?: string } }) => {
    glue.asked.push(command.constructor.name.replace('Command', ''));
    switch (command.constructor.name) {
      case 'GetPartitionsCommand':
        assert.equal(command.input.Expression, "dt='2026-07-08' AND hour='09'");
        if (glue.partitions === undefined)
          throw new EntityNotFoundException({ message: 'no table', $metadata: {} });
        return { Partitions: Array.from({ length: glue.partitions }, () => ({})) };
      case 'GetCrawlerCommand':
        return { Crawler: { State: glue.crawler, LastCrawl: glue.lastCrawl } };
      case 'StartCrawlerCommand':
        if (glue.crawler !== 'READY')
          throw new CrawlerRunningException({ message: 'running', $metadata: {} });
        glue.crawler = 'RUNNING';
        return {};
      default:
        throw new Error(command.constructor.name);
    }
  };
  return { send } as unknown as GlueClient;
}

const watch = (glue: Glue) => watchCatalog(clientOf(glue), placesIn('dev', '000000000000'), ADDRESS);

test('where the hour is catalogued nothing is crawled', async () => {
  const glue: Glue = { partitions: 1, crawler: 'READY', asked: [] };
  assert.deepEqual(await watch(glue).look(), { kind: 'catalogued' });
  assert.deepEqual(glue.asked, ['GetPartitions']);
});

test('an hour that is new, and a table that is not there yet, have one crawl', async () => {
  for (const partitions of [{ partitions: 0 }, {}]) {
    const glue: Glue = { ...partitions, crawler: 'READY', asked: [] };
    const catalog = watch(glue);
    assert.deepEqual(await catalog.look(), { kind: 'crawling' });
    assert.deepEqual(await catalog.look(), { kind: 'crawling' });
    glue.crawler = 'READY';
    glue.partitions = 1;
    assert.deepEqual(await catalog.look(), { kind: 'catalogued' });
    assert.equal(catalog.crawls(), 1);
  }
});

test('a crawl that somebody else began is waited for; ours follows if it passed the object by', async () => {
  const glue: Glue = { partitions: 0, crawler: 'RUNNING', asked: [] };
  const catalog = watch(glue);
  assert.deepEqual(await catalog.look(), { kind: 'crawling' });
  assert.equal(catalog.crawls(), 0);
  glue.crawler = 'READY';
  assert.deepEqual(await catalog.look(), { kind: 'crawling' });
  assert.equal(catalog.crawls(), 1);
});

test('a crawl of ours that ended without the hour is in vain, and says how it ended', async () => {
  const glue: Glue = { partitions: 0, crawler: 'READY', asked: [] };
  const catalog = watch(glue);
  await catalog.look();
  glue.crawler = 'READY';
  glue.lastCrawl = { Status: 'FAILED', ErrorMessage: 'no right to read' };
  assert.deepEqual(await catalog.look(), { kind: 'in vain', reason: 'FAILED, no right to read' });
});
