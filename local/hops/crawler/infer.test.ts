/** What users see in the catalog after a crawl: columns, partitions, names, parameters. */

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import fc from 'fast-check';
import { SAMPLE_BYTES } from './sample.ts';
import { json, type Lake, lake } from './testing.ts';

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

async function crawled(files: Record<string, string>, block: Record<string, unknown> = {}): Promise<Lake> {
  const at = lakeOf(block);
  for (const [key, content] of Object.entries(files)) at.put(key, content);
  const { LastCrawl } = await at.crawl();
  assert.equal(LastCrawl?.Status, 'SUCCEEDED', LastCrawl?.ErrorMessage);
  return at;
}

const columns = async (at: Lake, table = 0) =>
  (await at.tables())[table]?.StorageDescriptor.Columns.map(({ Name, Type }) => `${Name} ${Type}`).join(', ');
const names = async (at: Lake) => (await at.tables()).map(({ Name }) => Name);
const COMBINE = '{"Version":1.0,"Grouping":{"TableGroupingPolicy":"CombineCompatibleSchemas"}}';

test('a table has the types of all records, and what Glue writes beside them', async () => {
  const at = lakeOf({ table_prefix: 'projection_' });
  const rows = json({ OrderId: 'a', price: 27, items: [{ sku: 1 }] }, { price: 27.5, items: [{ qty: 1 }] });
  at.putGzip('orders/dt=2026-07-07/hour=10/a.gz', rows);
  await at.crawl();
  const [table] = await at.tables();
  assert.equal(table?.Name, 'projection_orders');
  assert.equal(await columns(at), 'orderid string, price double, items array<struct<sku:int,qty:int>>');
  assert.deepEqual(table?.PartitionKeys, [
    { Name: 'dt', Type: 'string' },
    { Name: 'hour', Type: 'string' },
  ]);
  const { sizeKey, ...parameters } = table?.Parameters ?? {};
  assert.ok(Number(sizeKey) > 0);
  assert.deepEqual(parameters, {
    CrawlerSchemaDeserializerVersion: '1.0',
    CrawlerSchemaSerializerVersion: '1.0',
    UPDATED_BY_CRAWLER: 'c',
    averageRecordSize: String(Math.round(rows.length / 2)),
    classification: 'json',
    compressionType: 'gzip',
    objectCount: '1',
    recordCount: '2',
    typeOfData: 'file',
    'partition_filtering.enabled': 'true',
  });
  const {
    Columns: _columns,
    Parameters: _parameters,
    ...storage
  } = table?.StorageDescriptor ?? { Columns: [], Parameters: {} };
  assert.deepEqual(storage, {
    Location: 's3://lake/orders/',
    InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
    OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
    Compressed: true,
    NumberOfBuckets: -1,
    SerdeInfo: {
      SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
      Parameters: { paths: 'OrderId,items,price' },
    },
    BucketColumns: [],
    SortColumns: [],
    StoredAsSubDirectories: false,
  });
  const [partition] = await at.partitions('projection_orders');
  assert.deepEqual(partition?.Values, ['2026-07-07', '10']);
  assert.equal(partition?.StorageDescriptor.Location, 's3://lake/orders/dt=2026-07-07/hour=10/');
});

test('folders without a key are partitions by number', async () => {
  const at = await crawled({
    'orders/2026/07/a.json': json({ id: 1 }),
    'orders/2026/08/a.json': json({ id: 1 }),
  });
  assert.deepEqual(
    (await at.tables())[0]?.PartitionKeys.map(({ Name }) => Name),
    ['partition_0', 'partition_1'],
  );
  assert.deepEqual(
    (await at.partitions('orders')).map(({ Values }) => Values),
    [
      ['2026', '07'],
      ['2026', '08'],
    ],
  );
});

test('a list at the top is one column, until a classifier takes it apart', async () => {
  const files = { 'orders/a.json': '[{"id":1},{"id":2}]' };
  assert.equal(await columns(await crawled(files)), 'array array<struct<id:int>>');
  const at = await crawled(files, { classifiers: ['list'] });
  assert.equal(await columns(at), 'id int');
  assert.equal((await at.tables())[0]?.Parameters['jsonPath'], '$[*]');
  assert.equal((await at.tables())[0]?.Parameters['recordCount'], '2');
});

const TWO_KINDS = {
  'orders/year=2017/a.json': json({ A: 1, B: 2 }),
  'orders/year=2018/b.json': json({ C: 3, D: 4 }),
};

test('folders that have nothing in common are tables of their own, unless they are to be combined', async () => {
  assert.deepEqual(await names(await crawled(TWO_KINDS)), ['year_2017', 'year_2018']);
  const at = await crawled(TWO_KINDS, { configuration: COMBINE });
  assert.deepEqual(await names(at), ['orders']);
  assert.equal(await columns(at), 'a int, b int, c int, d int');
});

test('one odd folder in four is of the table, one in three is not', async () => {
  const same = json({ id: 1 });
  const odd = json({ other: 1 });
  const four = { 'orders/a/f': same, 'orders/b/f': same, 'orders/c/f': same, 'orders/d/f': odd };
  assert.deepEqual(await names(await crawled(four)), ['orders']);
  const three = { 'orders/a/f': same, 'orders/b/f': same, 'orders/d/f': odd };
  assert.deepEqual(await names(await crawled(three)), ['a', 'b', 'd']);
});

test('files of one folder that have nothing in common are tables named after them', async () => {
  const at = await crawled({ 'orders/a.json': json({ a: 1 }), 'orders/b.json': json({ b: 1 }) });
  assert.deepEqual(await names(at), ['a_json', 'b_json']);
  assert.equal((await at.tables())[0]?.StorageDescriptor.Location, 's3://lake/orders/a.json');
});

test('an object above the partitions is reported, and the table keeps its partitions', async () => {
  const at = await crawled(
    {
      'orders/dt=1/a.json': json({ id: 1 }),
      'orders/dt=2/a.json': json({ id: 1 }),
      'orders/x.json': json({ id: 1 }),
    },
    { configuration: COMBINE },
  );
  assert.deepEqual(await names(at), ['orders']);
  assert.equal((await at.partitions('orders')).length, 2);
  assert.match(at.events[1]?.['warningMessage'] ?? '', /^1 objects under s3:\/\/lake\/orders\/ lie above/);
});

test('a table level in the configuration decides where tables begin', async () => {
  const configuration = '{"Version":1.0,"Grouping":{"TableLevelConfiguration":3}}';
  const files = { 'orders/eu/dt=1/a.json': json({ id: 1 }), 'orders/us/dt=1/a.json': json({ id: 1 }) };
  assert.deepEqual(await names(await crawled(files, { configuration })), ['eu', 'us']);
});

test('a name that another place has gets a hash of this place', async () => {
  const at = lakeOf();
  await at.glue('CreateTable', { DatabaseName: 'sales', TableInput: { Name: 'orders' } });
  at.put('orders/a.json', json({ id: 1 }));
  await at.crawl();
  await at.crawl();
  const found = await names(at);
  assert.equal(found.length, 2);
  assert.match(found[1] ?? '', /^orders_[0-9a-f]{32}$/);
});

test('names are made of letters, digits and _', async () => {
  const at = await crawled(
    { 'Sales Data-2026/a.json': json({ id: 1 }) },
    { s3_target: { path: 's3://lake/Sales Data-2026' } },
  );
  assert.deepEqual(await names(at), ['sales_data_2026']);
});

test('excluded, hidden and empty objects, and those of no known format, make no table', async () => {
  const at = await crawled(
    {
      'orders/a.tmp': json({ a: 1 }),
      'orders/_SUCCESS': 'x',
      'orders/.hidden': json({ b: 1 }),
      'orders/folder/': '',
      'orders/data.csv': 'id,name\n1,x\n',
      'orders/broken.gz': '\u001f\u008bnot gzip',
    },
    { s3_target: { path: 's3://lake/orders/', exclusions: ['*.tmp'] } },
  );
  assert.deepEqual(await names(at), []);
  assert.match(at.events[1]?.['warningMessage'] ?? '', /UNKNOWN/);
});

test('gzip is known by its bytes, and a broken one spoils nothing', async () => {
  const at = lakeOf();
  at.putGzip('orders/dt=1/a.json', json({ id: 1 }));
  at.put('orders/dt=1/b.gz', Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.from('broken')]));
  assert.equal((await at.crawl()).LastCrawl?.Status, 'SUCCEEDED');
  assert.equal(await columns(at), 'id int');
});

test('the first megabyte decides, as on AWS, and the records behind it are estimated', async () => {
  const filler = json({ id: 1, text: 'x'.repeat(1000) });
  const rows = Math.ceil(SAMPLE_BYTES / filler.length);
  const within = `${filler.repeat(rows - 2)}${json({ id: 1.5 })}${filler.repeat(rows)}`;
  assert.equal(await columns(await crawled({ 'orders/a.json': within })), 'id double, text string');
  const behind = await crawled({ 'orders/a.json': `${filler.repeat(rows + 1)}${json({ id: 1.5 })}` });
  assert.equal(await columns(behind), 'id int, text string');
});

test('sample_size reads so many objects of each folder', async () => {
  const at = await crawled(
    { 'orders/a/1': json({ id: 1 }), 'orders/a/2': json({ id: 1 }), 'orders/b/1': json({ id: 1 }) },
    { s3_target: { path: 's3://lake/orders/', sample_size: 1 } },
  );
  assert.deepEqual(at.reads, ['orders/a/1', 'orders/b/1']);
});

const record = fc.dictionary(
  fc.constantFrom('id', 'price', 'note', 'Nested'),
  fc.oneof(
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string(),
    fc.constant({ a: 1 }),
  ),
  { minKeys: 1 },
);
const change = fc.record({
  key: fc.constantFrom('dt=1/a', 'dt=1/b', 'dt=2/a', 'dt=2/c', 'dt=3/a', 'loose'),
  records: fc.array(record, { minLength: 0, maxLength: 3 }),
  crawl: fc.boolean(),
});

test('crawls that read only changes end where one crawl over everything ends', async () => {
  const policy = { delete_behavior: 'DELETE_FROM_DATABASE', update_behavior: 'UPDATE_IN_DATABASE' };
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 8 }), async (changes) => {
      const [step, whole] = [
        lakeOf({ schema_change_policy: policy }),
        lakeOf({ schema_change_policy: policy }),
      ];
      for (const { key, records, crawl } of changes) {
        for (const at of [step, whole]) {
          if (records.length === 0) at.remove(`orders/${key}`);
          else at.put(`orders/${key}`, json(...records));
        }
        if (crawl) await step.crawl();
      }
      await step.crawl();
      await whole.crawl();
      assert.deepEqual(await view(step), await view(whole));
    }),
    { numRuns: 25 },
  );
});

async function view(at: Lake): Promise<unknown> {
  const tables = await at.tables();
  return Promise.all(
    tables.map(async ({ VersionId: _, ...table }) => ({
      ...table,
      partitions: await at.partitions(table.Name),
    })),
  );
}
