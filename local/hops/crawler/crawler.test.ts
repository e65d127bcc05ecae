/** The crawler's promises: states, schedule, events, policies, crashes. What it infers is tested in infer.test.ts. */

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { AwsError } from '../../aws-error.ts';
import { type CrawlerView, json, type Lake, lake } from './testing.ts';

let open: Lake[] = [];
afterEach(async () => {
  for (const each of open) await each.cleanUp();
  open = [];
});
function lakeOf(...blocks: Record<string, unknown>[]): Lake {
  const made = lake(...blocks);
  open.push(made);
  return made;
}

const HOUR = 'orders/dt=2026-07-07/hour=10';
const state = async (at: Lake) =>
  (await at.glue<{ Crawler: CrawlerView }>('GetCrawler', { Name: 'c' })).Crawler.State;
const rejected = (code: string, message: string) => (error: unknown) =>
  error instanceof AwsError && error.code === code && error.message === message;

test('a crawl passes READY, RUNNING, STOPPING and READY, and starts once at a time', async () => {
  const at = lakeOf();
  at.put(`${HOUR}/a.json`, json({ id: 1 }));
  assert.equal(await state(at), 'READY');
  await at.glue('StartCrawler', { Name: 'c' });
  assert.equal(await state(at), 'RUNNING');
  await assert.rejects(
    at.glue('StartCrawler', { Name: 'c' }),
    rejected('CrawlerRunningException', 'Crawler with name c has already started'),
  );
  await at.step();
  assert.equal(await state(at), 'STOPPING');
  assert.equal((await at.tables()).length, 1);
  await at.step();
  assert.equal(await state(at), 'READY');
});

test('a crawler that is not there is named as Glue names it', async () => {
  await assert.rejects(
    lakeOf().glue('StartCrawler', { Name: 'x' }),
    rejected('EntityNotFoundException', 'Crawler entry with name x does not exist'),
  );
});

test('a success tells EventBridge what changed, every number as text', async () => {
  const at = lakeOf();
  at.put(`${HOUR}/a.json`, json({ id: 1 }));
  await at.glue('StartCrawler', { Name: 'c' });
  at.ports.clock.advance(7000);
  await at.step();
  await at.step();
  assert.deepEqual(at.events, [
    {
      accountId: '000000000000',
      crawlerName: 'c',
      startTime: '2026-07-07T00:00:00Z',
      state: 'Started',
      message: 'Crawler Started',
    },
    {
      tablesCreated: '1',
      warningMessage: 'N/A',
      partitionsUpdated: '0',
      tablesUpdated: '0',
      message: 'Crawler Succeeded',
      partitionsDeleted: '0',
      accountId: '000000000000',
      'runningTime (sec)': '7',
      tablesDeleted: '0',
      crawlerName: 'c',
      completionDate: '2026-07-07T00:00:07Z',
      state: 'Succeeded',
      partitionsCreated: '1',
      cloudWatchLogLink:
        'https://console.aws.amazon.com/cloudwatch/home?region=us-east-2#logEventViewer:group=/aws-glue/crawlers;stream=c',
    },
  ]);
});

test('a crawl that may not read fails, says so, and leaves the catalog as it was', async () => {
  const at = lakeOf();
  at.put(`${HOUR}/a.json`, json({ id: 1 }));
  at.ports.deny('s3:GetObject');
  const { LastCrawl } = await at.crawl();
  assert.equal(LastCrawl?.Status, 'FAILED');
  assert.match(LastCrawl?.ErrorMessage ?? '', /s3:GetObject.*AccessDeniedException/);
  assert.deepEqual(await at.tables(), []);
  assert.equal(at.events[1]?.['state'], 'Failed');
  assert.equal(at.status()?.failed, 1);
});

test('a crawl that may not write all of its tables and partitions writes none', async () => {
  const at = lakeOf();
  at.put(`${HOUR}/a.json`, json({ id: 1 }));
  at.ports.deny('glue:BatchCreatePartition');
  assert.equal((await at.crawl()).LastCrawl?.Status, 'FAILED');
  assert.deepEqual(await at.tables(), []);
});

test('an empty target makes no table and succeeds with a warning', async () => {
  const at = lakeOf();
  assert.equal((await at.crawl()).LastCrawl?.Status, 'SUCCEEDED');
  assert.deepEqual(await at.tables(), []);
  assert.equal(at.events[1]?.['warningMessage'], 'Nothing lies under s3://lake/orders/.');
});

test('a crawl that was stopped is cancelled and leaves the catalog as it was', async () => {
  const at = lakeOf();
  at.put(`${HOUR}/a.json`, json({ id: 1 }));
  await assert.rejects(at.glue('StopCrawler', { Name: 'c' }), { name: 'CrawlerNotRunningException' });
  await at.glue('StartCrawler', { Name: 'c' });
  const crawling = at.step();
  await at.glue('StopCrawler', { Name: 'c' });
  await assert.rejects(at.glue('StopCrawler', { Name: 'c' }), { name: 'CrawlerStoppingException' });
  await crawling;
  await at.step();
  const { Crawler } = await at.glue<{ Crawler: CrawlerView }>('GetCrawler', { Name: 'c' });
  assert.equal(Crawler.LastCrawl?.Status, 'CANCELLED');
  assert.deepEqual(await at.tables(), []);
});

test('a crawl that a crash cut off goes on after the restart', async () => {
  const at = lakeOf();
  at.put(`${HOUR}/a.json`, json({ id: 1 }));
  await at.glue('StartCrawler', { Name: 'c' });
  at.reopen();
  assert.equal(await state(at), 'RUNNING');
  await at.step();
  await at.step();
  assert.equal(await state(at), 'READY');
  assert.equal((await at.tables()).length, 1);
});

test('the schedule starts a crawl when it is due, not before', async () => {
  const at = lakeOf({ schedule: 'cron(0/5 * * * ? *)' });
  at.ports.clock.advance(1000);
  const due = Date.UTC(2026, 6, 7, 0, 5);
  assert.deepEqual(await at.step(), { kind: 'idle', wakeAt: due });
  at.ports.clock.advance(due - at.ports.clock.now() - 1);
  assert.equal((await at.step())?.kind, 'idle');
  at.ports.clock.advance(1);
  assert.equal((await at.step())?.kind, 'delivered');
  assert.equal(await state(at), 'RUNNING');
  at.ports.clock.advance(599_000);
  await at.step();
  await at.step();
  assert.deepEqual(await at.step(), { kind: 'idle', wakeAt: Date.UTC(2026, 6, 7, 0, 15) });
});

test('a second crawl reads what is new or changed alone, and what it read is in the table', async () => {
  const at = lakeOf();
  at.put(`${HOUR}/a.json`, json({ id: 1 }));
  at.put(`${HOUR}/b.json`, json({ id: 1 }));
  await at.crawl();
  at.reads.length = 0;
  at.put(`${HOUR}/b.json`, json({ id: 2.5 }));
  at.put(`${HOUR}/c.json`, json({ id: 1, name: 'x' }));
  await at.crawl();
  assert.deepEqual(at.reads, [`${HOUR}/b.json`, `${HOUR}/c.json`]);
  assert.deepEqual((await at.tables())[0]?.StorageDescriptor.Columns, [
    { Name: 'id', Type: 'double' },
    { Name: 'name', Type: 'string' },
  ]);
});

test('a crawl over a lake that did not change writes nothing', async () => {
  const at = lakeOf();
  at.put(`${HOUR}/a.json`, json({ id: 1 }));
  await at.crawl();
  await at.crawl();
  assert.equal((await at.tables())[0]?.VersionId, '0');
  assert.equal(at.events[3]?.['tablesUpdated'], '0');
  assert.equal(at.events[3]?.['partitionsUpdated'], '0');
});

test('statistics follow the lake without counting as a change of the table', async () => {
  const at = lakeOf();
  at.put(`${HOUR}/a.json`, json({ id: 1 }));
  await at.crawl();
  at.put(`${HOUR}/b.json`, json({ id: 1 }, { id: 2 }));
  await at.crawl();
  const [table] = await at.tables();
  assert.equal(table?.Parameters['recordCount'], '3');
  assert.equal(table?.Parameters['objectCount'], '2');
  assert.equal(at.events[3]?.['tablesUpdated'], '0');
});

const REMOVED = { delete_behavior: 'DELETE_FROM_DATABASE', update_behavior: 'UPDATE_IN_DATABASE' };

test('gone files take tables and partitions along only by DELETE_FROM_DATABASE', async () => {
  for (const [delete_behavior, tables, deprecated] of [
    ['LOG', 1, undefined],
    ['DEPRECATE_IN_DATABASE', 1, 'c'],
    ['DELETE_FROM_DATABASE', 0, undefined],
  ] as const) {
    const at = lakeOf({ schema_change_policy: { ...REMOVED, delete_behavior } });
    at.put(`${HOUR}/a.json`, json({ id: 1 }));
    at.put(`${HOUR.replace('10', '11')}/a.json`, json({ id: 1 }));
    await at.crawl();
    at.remove(`${HOUR}/a.json`);
    await at.crawl();
    const partitions = await at.partitions('orders');
    assert.equal(partitions.length, tables + 1, delete_behavior);
    assert.equal(partitions[0]?.Parameters['DEPRECATED_BY_CRAWLER'], deprecated);
    at.remove(`${HOUR.replace('10', '11')}/a.json`);
    await at.crawl();
    assert.equal((await at.tables()).length, tables, delete_behavior);
    assert.equal((await at.tables())[0]?.Parameters['DEPRECATED_BY_CRAWLER'], deprecated);
  }
});

test('update behavior LOG leaves the table, and new partitions still come', async () => {
  const at = lakeOf({ schema_change_policy: { ...REMOVED, update_behavior: 'LOG' } });
  at.put(`${HOUR}/a.json`, json({ id: 1 }));
  await at.crawl();
  at.put('orders/dt=2026-07-08/hour=10/a.json', json({ id: 1, name: 'x' }));
  await at.crawl();
  assert.deepEqual((await at.tables())[0]?.StorageDescriptor.Columns, [{ Name: 'id', Type: 'int' }]);
  assert.equal((await at.partitions('orders')).length, 2);
});

test('MergeNewColumns adds columns and changes none', async () => {
  const configuration =
    '{"Version":1.0,"CrawlerOutput":{"Tables":{"AddOrUpdateBehavior":"MergeNewColumns"}}}';
  const at = lakeOf({ configuration });
  at.put(`${HOUR}/a.json`, json({ id: 1, gone: 'x' }));
  await at.crawl();
  at.put(`${HOUR}/a.json`, json({ name: 'x', id: 1.5 }));
  await at.crawl();
  assert.deepEqual((await at.tables())[0]?.StorageDescriptor.Columns, [
    { Name: 'id', Type: 'int' },
    { Name: 'gone', Type: 'string' },
    { Name: 'name', Type: 'string' },
  ]);
});

test('partitions have columns of their own, or the table’s when they inherit', async () => {
  for (const [configuration, columns] of [
    ['{"Version":1.0}', ['id']],
    [
      '{"Version":1.0,"CrawlerOutput":{"Partitions":{"AddOrUpdateBehavior":"InheritFromTable"}}}',
      ['id', 'name'],
    ],
  ] as const) {
    const at = lakeOf({ configuration });
    at.put(`${HOUR}/a.json`, json({ id: 1 }));
    await at.crawl();
    at.put('orders/dt=2026-07-08/hour=10/a.json', json({ id: 1, name: 'x' }));
    await at.crawl();
    const [first] = await at.partitions('orders');
    assert.deepEqual(
      first?.StorageDescriptor.Columns.map(({ Name }) => Name),
      columns,
    );
  }
});

test('CRAWL_NEW_FOLDERS_ONLY looks at a folder once', async () => {
  const at = lakeOf({
    recrawl_policy: { recrawl_behavior: 'CRAWL_NEW_FOLDERS_ONLY' },
    schema_change_policy: { update_behavior: 'LOG', delete_behavior: 'LOG' },
  });
  at.put(`${HOUR}/a.json`, json({ id: 1 }));
  await at.crawl();
  at.reads.length = 0;
  at.put(`${HOUR}/b.json`, json({ id: 1 }));
  at.put('orders/dt=2026-07-08/hour=10/a.json', json({ id: 1 }));
  await at.crawl();
  assert.deepEqual(at.reads, ['orders/dt=2026-07-08/hour=10/a.json']);
  assert.equal((await at.partitions('orders')).length, 2);
});

test('what a crawler cannot honour stops the start and is named', () => {
  for (const block of [
    { configuration: '{"Version":1.0,"Grouping":{"TableGroupingPolicy":"Other"}}' },
    { configuration: '{"Version":1.0,"Unknown":1}' },
    { configuration: '{' },
    { recrawl_policy: { recrawl_behavior: 'CRAWL_EVENT_MODE' } },
    { recrawl_policy: { recrawl_behavior: 'CRAWL_NEW_FOLDERS_ONLY' } },
    { jdbc_target: [{ connection_name: 'x', path: 'y' }] },
    { s3_target: [{ path: 's3://lake/', event_queue_arn: 'arn' }] },
    { s3_target: [{ path: 's3://lake/', exclusions: ['[a'] }] },
    { schedule: 'every day' },
    { surprise: true },
  ])
    assert.throws(() => lakeOf(block), { name: 'EngineError' }, JSON.stringify(block));
});

test('objects in, tables and partitions out', async () => {
  const at = lakeOf();
  at.put(`${HOUR}/a.json`, json({ id: 1 }));
  at.put(`${HOUR}/b.json`, json({ id: 1 }));
  await at.crawl();
  assert.deepEqual(at.status(), { in: 2, out: 2, waiting: 0, failed: 0 });
});
