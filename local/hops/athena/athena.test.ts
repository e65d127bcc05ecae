import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { catalog } from '../../services/catalog/catalog.ts';
import { ADMINISTRATOR, openPart, type TestPorts, testPorts, testStack } from '../../testing/ports.ts';
import { lake } from '../lake/lake.ts';
import { athena } from './athena.ts';
import type { Execution } from './execution.ts';

const STACK = testStack({
  'aws_s3_bucket.lake': { bucket: 'lake' },
  'aws_glue_catalog_database.db': { name: 'shop' },
  'aws_athena_workgroup.wg': {
    name: 'wg',
    configuration: {
      result_configuration: { output_location: 's3://lake/results/' },
      bytes_scanned_cutoff_per_query: 10_000_000,
    },
  },
});

let ports: TestPorts;
let close: () => Promise<void>;
beforeEach(() => {
  ports = testPorts();
  openPart(lake, STACK, ports);
  openPart(catalog, STACK, ports);
  const open = openPart(athena, STACK, ports);
  close = open.close as () => Promise<void>;
});
afterEach(async () => {
  await close();
  await ports.cleanUp();
});

const call = <O = Record<string, never>>(
  service: 'athena' | 'glue' | 's3',
  name: string,
  input: object,
): Promise<O> => ports.call<O>(ADMINISTRATOR, service, name, input);

async function run(sql: string, workGroup = 'wg'): Promise<Execution> {
  const { QueryExecutionId: id } = await call<{ QueryExecutionId: string }>('athena', 'StartQueryExecution', {
    QueryString: sql,
    WorkGroup: workGroup,
    QueryExecutionContext: { Database: 'shop' },
  });
  for (;;) {
    const execution = ports.store.get<Execution>(['athena-execution', id]);
    if (execution && execution.status.state !== 'QUEUED' && execution.status.state !== 'RUNNING')
      return execution;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function rows(sql: string): Promise<(string | null)[][]> {
  const execution = await run(sql);
  assert.equal(execution.status.state, 'SUCCEEDED', JSON.stringify(execution.status));
  const page = await call<{ ResultSet: { Rows: { Data: { VarCharValue?: string }[] }[] } }>(
    'athena',
    'GetQueryResults',
    {
      QueryExecutionId: execution.id,
    },
  );
  const all = page.ResultSet.Rows.map(({ Data }) => Data.map(({ VarCharValue }) => VarCharValue ?? null));
  return execution.statementType === 'DML' ? all.slice(1) : all;
}

async function reason(sql: string): Promise<string> {
  const { status } = await run(sql);
  return status.state === 'FAILED' ? status.reason : assert.fail(`the query ${status.state}`);
}

const JSON_SERDE = { SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' };

/** A table `orders` partitioned by `dt`, with one partition registered and one not. */
async function orders(lines: object[], columns: Record<string, string>): Promise<void> {
  const Columns = Object.entries(columns).map(([Name, Type]) => ({ Name, Type }));
  const StorageDescriptor = { Columns, Location: 's3://lake/orders/', SerdeInfo: JSON_SERDE };
  const body = gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await call('s3', 'PutObject', { Bucket: 'lake', Key: 'orders/dt=2026-07-07/a.gz', Body: body });
  await call('s3', 'PutObject', { Bucket: 'lake', Key: 'orders/dt=2026-07-08/b.gz', Body: body });
  await call('glue', 'CreateTable', {
    DatabaseName: 'shop',
    TableInput: {
      Name: 'orders',
      TableType: 'EXTERNAL_TABLE',
      PartitionKeys: [{ Name: 'dt', Type: 'string' }],
      StorageDescriptor,
    },
  });
  await call('glue', 'CreatePartition', {
    DatabaseName: 'shop',
    TableName: 'orders',
    PartitionInput: {
      Values: ['2026-07-07'],
      StorageDescriptor: { ...StorageDescriptor, Location: 's3://lake/orders/dt=2026-07-07/' },
    },
  });
}

test('a query reads the registered partitions alone, with their values and paths', async () => {
  await orders(
    [
      { orderid: 'a', price: 27.0 },
      { orderid: 'b', price: 0.5 },
    ],
    { orderid: 'string', price: 'double' },
  );
  assert.deepEqual(await rows('SELECT orderid, price, dt, "$path" FROM orders ORDER BY orderid'), [
    ['a', '27.0', '2026-07-07', 's3://lake/orders/dt=2026-07-07/a.gz'],
    ['b', '0.5', '2026-07-07', 's3://lake/orders/dt=2026-07-07/a.gz'],
  ]);
});

test('keys match columns whatever their case, and missing keys are null', async () => {
  await orders([{ OrderId: 'a' }, { orderid: 'b', price: 1 }], { orderid: 'string', price: 'double' });
  assert.deepEqual(await rows('SELECT orderid, price FROM orders ORDER BY 1'), [
    ['a', null],
    ['b', '1.0'],
  ]);
});

test('an integer column cuts a fraction off as the OpenX SerDe does, and complains about text', async () => {
  await orders([{ price: 27.99 }], { price: 'int' });
  assert.deepEqual(await rows('SELECT price FROM orders'), [['27']]);
  await call('s3', 'PutObject', {
    Bucket: 'lake',
    Key: 'orders/dt=2026-07-07/c.json',
    Body: '{"price":"dear"}\n',
  });
  assert.match(await reason('SELECT price FROM orders'), /^HIVE_BAD_DATA: .*price.*dear/);
});

test('nested columns are read by their catalog type', async () => {
  await orders([{ tags: ['x', 'y'], where: { zip: '1', lat: 2.5 } }], {
    tags: 'array<string>',
    where: 'struct<zip:string,lat:double>',
  });
  assert.deepEqual(await rows('SELECT tags, "where".lat, cardinality(tags) FROM orders'), [
    ['[x, y]', '2.5', '2'],
  ]);
});

test('a view is stored as Athena stores it, answers, and is replaced only when asked to be', async () => {
  await orders([{ orderid: 'a', price: 2 }], { orderid: 'string', price: 'double' });
  await rows(
    'CREATE VIEW totals AS SELECT orderid, CAST(sum(price) AS decimal(18,2)) AS total FROM orders GROUP BY orderid',
  );
  assert.deepEqual(await rows('SELECT * FROM "awsdatacatalog"."shop".totals'), [['a', '2.00']]);
  const { Table } = await call<{ Table: Record<string, never> }>('glue', 'GetTable', {
    DatabaseName: 'shop',
    Name: 'totals',
  });
  const { ViewOriginalText, TableType, StorageDescriptor } = Table as Record<
    string,
    string & { Columns: unknown }
  >;
  assert.equal(TableType, 'VIRTUAL_VIEW');
  assert.deepEqual(StorageDescriptor?.Columns, [
    { Name: 'orderid', Type: 'string' },
    { Name: 'total', Type: 'decimal(18,2)' },
  ]);
  const stored = JSON.parse(
    Buffer.from(/: ([^ ]+) \*\//.exec(ViewOriginalText as string)?.[1] ?? '', 'base64').toString(),
  );
  assert.match(stored.originalSql, /^SELECT orderid, CAST/);
  assert.match(await reason('CREATE VIEW totals AS SELECT 1 AS one'), /View already exists/);
  await rows('CREATE OR REPLACE VIEW totals AS SELECT 1 AS one');
  assert.deepEqual(await rows('SHOW VIEWS'), [['totals']]);
  assert.deepEqual(await rows('SHOW CREATE VIEW totals'), [
    ['CREATE VIEW "shop"."totals" AS '],
    ['SELECT 1 AS one'],
  ]);
  await rows('DROP VIEW totals');
  assert.match(
    await reason('SELECT * FROM totals'),
    /TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog\.shop\.totals'/,
  );
});

test('a view over a column that is gone says which view', async () => {
  await orders([{ price: 2 }], { price: 'double' });
  await rows('CREATE VIEW v AS SELECT price FROM orders');
  const columns = [{ Name: 'other', Type: 'string' }];
  const StorageDescriptor = { Columns: columns, Location: 's3://lake/orders/', SerdeInfo: JSON_SERDE };
  await call('glue', 'UpdateTable', {
    DatabaseName: 'shop',
    TableInput: { Name: 'orders', PartitionKeys: [{ Name: 'dt', Type: 'string' }], StorageDescriptor },
  });
  assert.match(await reason('SELECT * FROM v'), /price/);
});

test("Trino's functions and rules hold", async () => {
  assert.deepEqual(
    await rows(`SELECT 7 / 2, max_by(a, b), date_add('day', 1, timestamp '2026-07-07 00:00:00'),
      from_iso8601_timestamp('2026-07-07T10:00:00.250Z'), CAST(sum(c) AS decimal(10,2)), approx_distinct(b)
      FROM (VALUES (1, 1, DECIMAL '0.10'), (NULL, 2, DECIMAL '0.20')) AS t (a, b, c)`),
    [['3', null, '2026-07-08 00:00:00.000', '2026-07-07 10:00:00.250 UTC', '0.30', '2']],
  );
});

test("dates are formatted and read by Trino's letters, not DuckDB's", async () => {
  assert.deepEqual(
    await rows(`SELECT date_format(timestamp '2026-07-07 09:05:03', '%Y-%m-%d %H:%i:%s %M %e %k %T'),
      date_parse('07/07/2026 09:05', '%d/%m/%Y %H:%i')`),
    [['2026-07-07 09:05:03 July 7 9 09:05:03', '2026-07-07 09:05:00.000']],
  );
});

test('a column without a name is _colN in a result and refused in a view', async () => {
  const { id } = await run('SELECT 1 AS one, count(*), 2 + 3 FROM (VALUES (1)) AS t (n)');
  type Page = { ResultSet: { ResultSetMetadata: { ColumnInfo: { Name: string }[] } } };
  const page = await call<Page>('athena', 'GetQueryResults', { QueryExecutionId: id });
  assert.deepEqual(
    page.ResultSet.ResultSetMetadata.ColumnInfo.map(({ Name }) => Name),
    ['one', '_col1', '_col2'],
  );
  assert.match(
    await reason('CREATE VIEW v AS SELECT count(*) FROM (VALUES (1)) AS t (n)'),
    /Column name not specified at position 1/,
  );
});

test('what is wrong with a query is said in the words of Athena', async () => {
  await orders([{ price: 2 }], { price: 'double' });
  assert.match(
    await reason('SELECT nope FROM orders'),
    /^COLUMN_NOT_FOUND: line 1:8: Column 'nope' cannot be resolved/,
  );
  assert.match(
    await reason('SELECT *\nFROM nowhere'),
    /^TABLE_NOT_FOUND: line 2:6: Table 'awsdatacatalog.shop.nowhere' does/,
  );
  assert.match(await reason('SELECT * FROM other.t'), /^SCHEMA_NOT_FOUND: .*'other' does not exist/);
  assert.match(await reason('SELEC 1'), /mismatched input 'SELEC'/);
  assert.match(await reason('SELECT foo(1)'), /^FUNCTION_NOT_FOUND: .*foo/);
  assert.match(await reason('SELECT 1; SELECT 2'), /Only one sql statement/);
  assert.match(await reason('CREATE TABLE t (a int)'), /NOT_SUPPORTED/);
  assert.match(await reason('INSERT INTO orders VALUES (1)'), /NOT_SUPPORTED: INSERT/);
});

test('a query that may not read the data fails with the refused right', async () => {
  await orders([{ price: 2 }], { price: 'double' });
  ports.deny('s3:ListBucket');
  assert.match(await reason('SELECT * FROM orders'), /PERMISSION_DENIED: .*s3:ListBucket/);
});

test('results are paged, the names first, and lie as CSV where the workgroup says', async () => {
  const { id, outputLocation } = await run(
    "SELECT * FROM (VALUES (1, 'a\"b'), (2, NULL), (3, '')) AS t (n, s) ORDER BY n",
  );
  assert.equal(outputLocation, `s3://lake/results/${id}.csv`);
  type Page = { ResultSet: { Rows: { Data: { VarCharValue?: string }[] }[] }; NextToken?: string };
  const read = (more: object) =>
    call<Page>('athena', 'GetQueryResults', { QueryExecutionId: id, MaxResults: 2, ...more });
  const first = await read({});
  assert.deepEqual(
    first.ResultSet.Rows.map(({ Data }) => Data[0]?.VarCharValue),
    ['n', '1'],
  );
  const second = await read({ NextToken: first.NextToken });
  assert.deepEqual(
    second.ResultSet.Rows.map(({ Data }) => Data[0]?.VarCharValue),
    ['2', '3'],
  );
  assert.equal(second.NextToken, undefined);
  const { Body } = await call<{ Body: AsyncIterable<Uint8Array> }>('s3', 'GetObject', {
    Bucket: 'lake',
    Key: `results/${id}.csv`,
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of Body) chunks.push(chunk);
  assert.equal(Buffer.concat(chunks).toString(), '"n","s"\n"1","a""b"\n"2",\n"3",""\n');
});

test('the same token starts one query, and another query under it is refused', async () => {
  const start = (QueryString: string) =>
    call<{ QueryExecutionId: string }>('athena', 'StartQueryExecution', {
      QueryString,
      WorkGroup: 'wg',
      ClientRequestToken: 't'.repeat(32),
    });
  const first = await start('SELECT 1');
  assert.deepEqual(await start('SELECT 1'), first);
  await assert.rejects(start('SELECT 2'), /Idempotent parameters do not match/);
});

test('SHOW and DESCRIBE answer from the catalog', async () => {
  await orders([{ price: 2 }], { price: 'double' });
  assert.deepEqual(await rows('SHOW TABLES'), [['orders']]);
  assert.deepEqual(await rows("SHOW TABLES 'x*'"), []);
  assert.deepEqual(await rows('SHOW PARTITIONS orders'), [['dt=2026-07-07']]);
  assert.match((await rows('DESCRIBE orders'))[0]?.[0] ?? '', /^price\s+\tdouble/);
  assert.ok((await rows('EXPLAIN SELECT * FROM orders')).length > 1);
});
