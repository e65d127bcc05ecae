/** The catalog's promises, asked through its operations as crawler, Athena and SDKs ask them. */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { AwsError } from '../../aws-error.ts';
import { ADMINISTRATOR, openPart, type TestPorts, testPorts, testStack } from '../../testing/ports.ts';
import { catalog } from './catalog.ts';

let ports: TestPorts;
beforeEach(() => {
  ports = testPorts();
  const stack = testStack({
    'aws_glue_catalog_database.sales': { name: 'Sales', description: 'orders' },
    'aws_glue_catalog_database.other': { name: 'other' },
    'aws_glue_classifier.list': { name: 'list', json_classifier: [{ json_path: '$[*]' }] },
  });
  openPart(catalog, stack, ports);
});
afterEach(() => ports.cleanUp());

function glue<O>(operation: string, input: object): Promise<O> {
  return ports.call<O>(ADMINISTRATOR, 'glue', operation, input);
}

const rejected = (code: string, message: string) => (error: unknown) =>
  error instanceof AwsError && error.code === code && error.message === message;

type Table = {
  Name: string;
  VersionId: string;
  CreateTime: Date;
  UpdateTime: Date;
  StorageDescriptor: { Columns: { Name: string; Type: string }[] };
};

const ORDERS = {
  Name: 'Orders',
  TableType: 'EXTERNAL_TABLE',
  PartitionKeys: [
    { Name: 'dt', Type: 'string' },
    { Name: 'hour', Type: 'int' },
  ],
  StorageDescriptor: { Columns: [{ Name: 'orderid', Type: 'string' }], Location: 's3://lake/orders/' },
};

async function withOrders(): Promise<void> {
  await glue('CreateTable', { DatabaseName: 'sales', TableInput: ORDERS });
}

test('a table that was created is found, by a name of any case', async () => {
  await withOrders();
  const { Table } = await glue<{ Table: Table }>('GetTable', { DatabaseName: 'SALES', Name: 'ORDERS' });
  assert.equal(Table.Name, 'orders');
  assert.equal(Table.VersionId, '0');
  assert.deepEqual(Table.StorageDescriptor.Columns, [{ Name: 'orderid', Type: 'string' }]);
  assert.deepEqual(Table.CreateTime, new Date(ports.clock.now()));
});

test('what is missing is named as Glue names it', async () => {
  await withOrders();
  await assert.rejects(
    glue('GetTable', { DatabaseName: 'sales', Name: 'nothing' }),
    rejected('EntityNotFoundException', 'Entity Not Found'),
  );
  await assert.rejects(
    glue('GetTable', { DatabaseName: 'nowhere', Name: 'orders' }),
    rejected('EntityNotFoundException', 'Database nowhere not found.'),
  );
  await assert.rejects(
    glue('DeleteTable', { DatabaseName: 'sales', Name: 'nothing' }),
    rejected('EntityNotFoundException', 'Table nothing not found.'),
  );
  await assert.rejects(
    glue('GetPartition', { DatabaseName: 'sales', TableName: 'orders', PartitionValues: ['a', '1'] }),
    rejected('EntityNotFoundException', 'Cannot find partition.'),
  );
  await assert.rejects(
    glue('GetTable', { Name: 'orders' }),
    rejected(
      'ValidationException',
      "1 validation error detected: Value null at 'databaseName' failed to satisfy constraint: Member must not be null",
    ),
  );
});

test('a table is created once', async () => {
  await withOrders();
  await assert.rejects(withOrders(), rejected('AlreadyExistsException', 'Table already exists.'));
});

test('an update counts the version up and keeps the one before', async () => {
  await withOrders();
  ports.clock.advance(1000);
  await glue('UpdateTable', { DatabaseName: 'sales', TableInput: { ...ORDERS, Description: 'second' } });
  const { Table } = await glue<{ Table: Table }>('GetTable', { DatabaseName: 'sales', Name: 'orders' });
  assert.equal(Table.VersionId, '1');
  assert.equal(Table.UpdateTime.getTime() - Table.CreateTime.getTime(), 1000);
  const { TableVersions } = await glue<{ TableVersions: { VersionId: string }[] }>('GetTableVersions', {
    DatabaseName: 'sales',
    TableName: 'orders',
  });
  assert.deepEqual(
    TableVersions.map(({ VersionId }) => VersionId),
    ['1', '0'],
  );
  await assert.rejects(
    glue('UpdateTable', { DatabaseName: 'sales', TableInput: ORDERS, VersionId: '0' }),
    rejected('ConcurrentModificationException', 'Update table failed due to concurrent modifications.'),
  );
});

test('tables come in pages, by name, and by a pattern that holds for the whole name', async () => {
  for (const Name of ['c', 'a', 'ab', 'b'])
    await glue('CreateTable', { DatabaseName: 'sales', TableInput: { Name } });
  const names = async (input: object) => {
    const answer = await glue<{ TableList: Table[]; NextToken?: string }>('GetTables', {
      DatabaseName: 'sales',
      ...input,
    });
    return { names: answer.TableList.map(({ Name }) => Name).join(), NextToken: answer.NextToken };
  };
  assert.deepEqual(await names({}), { names: 'a,ab,b,c', NextToken: undefined });
  const first = await names({ MaxResults: 3 });
  assert.equal(first.names, 'a,ab,b');
  assert.deepEqual(await names({ MaxResults: 3, NextToken: first.NextToken }), {
    names: 'c',
    NextToken: undefined,
  });
  assert.equal((await names({ Expression: 'a' })).names, 'a');
  assert.equal((await names({ Expression: 'a.*' })).names, 'a,ab');
  await assert.rejects(
    names({ Expression: '(' }),
    rejected('InvalidInputException', 'Invalid regular expression: ('),
  );
});

test('a page holds at most 100 tables', async () => {
  await glue('GetTables', { DatabaseName: 'sales', MaxResults: 100 });
  await assert.rejects(
    glue('GetTables', { DatabaseName: 'sales', MaxResults: 101 }),
    rejected(
      'ValidationException',
      "1 validation error detected: Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100",
    ),
  );
});

test('a deleted table takes its partitions along, and a batch names those it did not find', async () => {
  await withOrders();
  await glue('CreatePartition', {
    DatabaseName: 'sales',
    TableName: 'orders',
    PartitionInput: { Values: ['2026-07-07', '1'] },
  });
  const answer = await glue<{ Errors: unknown[] }>('BatchDeleteTable', {
    DatabaseName: 'sales',
    TablesToDelete: ['orders', 'nothing'],
  });
  assert.deepEqual(answer.Errors, [
    {
      TableName: 'nothing',
      ErrorDetail: { ErrorCode: 'EntityNotFoundException', ErrorMessage: 'Table nothing not found.' },
    },
  ]);
  await withOrders();
  const { Partitions } = await glue<{ Partitions: unknown[] }>('GetPartitions', {
    DatabaseName: 'sales',
    TableName: 'orders',
  });
  assert.deepEqual(Partitions, []);
});

type Partitions = { Partitions: { Values: string[] }[]; NextToken?: string };

test('partitions come by value, filtered by their keys, in pages', async () => {
  await withOrders();
  const all = ['2026-07-06', '2026-07-07'].flatMap((dt) => ['10', '9', '11'].map((hour) => [dt, hour]));
  await glue('BatchCreatePartition', {
    DatabaseName: 'sales',
    TableName: 'orders',
    PartitionInputList: all.map((Values) => ({ Values })),
  });
  const get = async (input: object) => {
    const answer = await glue<Partitions>('GetPartitions', {
      DatabaseName: 'sales',
      TableName: 'orders',
      ...input,
    });
    return { values: answer.Partitions.map(({ Values }) => Values.join('/')), NextToken: answer.NextToken };
  };
  assert.equal((await get({})).values.length, 6);
  assert.deepEqual((await get({ Expression: "dt='2026-07-07' AND hour >= 10" })).values, [
    '2026-07-07/10',
    '2026-07-07/11',
  ]);
  const seen: string[] = [];
  let token: string | undefined;
  do {
    const page = await get({ MaxResults: 2, NextToken: token, Expression: 'hour < 11' });
    seen.push(...page.values);
    token = page.NextToken;
  } while (token !== undefined);
  assert.deepEqual(seen, ['2026-07-06/10', '2026-07-06/9', '2026-07-07/10', '2026-07-07/9']);
  const segments = await Promise.all(
    [0, 1, 2].map((SegmentNumber) => get({ Segment: { SegmentNumber, TotalSegments: 3 } })),
  );
  assert.equal(segments.flatMap(({ values }) => values).length, 6);
});

test('a batch of partitions says which were there already, and creates the others', async () => {
  await withOrders();
  const batch = (...values: string[][]) =>
    glue<{ Errors: unknown[] }>('BatchCreatePartition', {
      DatabaseName: 'sales',
      TableName: 'orders',
      PartitionInputList: values.map((Values) => ({ Values })),
    });
  await batch(['a', '1']);
  const { Errors } = await batch(['a', '1'], ['a', '2'], ['a']);
  assert.deepEqual(Errors, [
    {
      PartitionValues: ['a', '1'],
      ErrorDetail: { ErrorCode: 'AlreadyExistsException', ErrorMessage: 'Partition already exists.' },
    },
    {
      PartitionValues: ['a'],
      ErrorDetail: {
        ErrorCode: 'InvalidInputException',
        ErrorMessage: 'The number of partition keys do not match the number of partition values',
      },
    },
  ]);
  await batch(...Array.from({ length: 100 }, (_, n) => ['b', String(n)]));
  await assert.rejects(
    batch(...Array.from({ length: 101 }, (_, n) => ['c', String(n)])),
    /ValidationException|less than or equal to 100/,
  );
});

test('a partition is updated in place, moved by its values, and deleted', async () => {
  await withOrders();
  const at = { DatabaseName: 'sales', TableName: 'orders' };
  await glue('CreatePartition', { ...at, PartitionInput: { Values: ['a', '1'] } });
  await glue('UpdatePartition', {
    ...at,
    PartitionValueList: ['a', '1'],
    PartitionInput: { Values: ['a', '2'], Parameters: { n: '1' } },
  });
  const { Partition } = await glue<{ Partition: { Parameters: unknown } }>('GetPartition', {
    ...at,
    PartitionValues: ['a', '2'],
  });
  assert.deepEqual(Partition.Parameters, { n: '1' });
  await glue('DeletePartition', { ...at, PartitionValues: ['a', '2'] });
  const { Partitions } = await glue<Partitions>('GetPartitions', at);
  assert.deepEqual(Partitions, []);
});

test('the stack owns databases and classifiers', async () => {
  const { DatabaseList } = await glue<{ DatabaseList: { Name: string }[] }>('GetDatabases', {});
  assert.deepEqual(
    DatabaseList.map(({ Name }) => Name),
    ['other', 'sales'],
  );
  const { Classifier } = await glue<{ Classifier: { JsonClassifier: { JsonPath: string } } }>(
    'GetClassifier',
    { Name: 'list' },
  );
  assert.equal(Classifier.JsonClassifier.JsonPath, '$[*]');
  await assert.rejects(glue('CreateDatabase', { DatabaseInput: { Name: 'x' } }), /the stack owns/);
});

test('a table needs rights on catalog, database and table', async () => {
  await withOrders();
  ports.calls.length = 0;
  await glue('GetTable', { DatabaseName: 'sales', Name: 'orders' });
  assert.deepEqual(
    ports.calls.map(({ action, resource }) => `${action} ${resource}`),
    [
      'glue:GetTable arn:aws:glue:us-east-2:000000000000:catalog',
      'glue:GetTable arn:aws:glue:us-east-2:000000000000:database/sales',
      'glue:GetTable arn:aws:glue:us-east-2:000000000000:table/sales/orders',
    ],
  );
});
