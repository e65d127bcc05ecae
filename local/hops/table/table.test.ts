/** The table through the operations that a client calls, over a real store. */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { AwsError } from '../../aws-error.ts';
import { ADMINISTRATOR, openPart, type TestPorts, testPorts, testStack } from '../../testing/ports.ts';
import { table } from './table.ts';

let ports: TestPorts;
const call = <O = Record<string, unknown>>(name: string, input: object): Promise<O> =>
  ports.call<O>(ADMINISTRATOR, 'dynamodb', name, input);
const order = (id: string, more: object = {}) => ({ orderid: { S: id }, price: { N: '9.90' }, ...more });

beforeEach(() => {
  ports = testPorts();
  openPart(
    table,
    testStack({
      'aws_dynamodb_table.table': {
        name: 'ordertable',
        billing_mode: 'PAY_PER_REQUEST',
        hash_key: 'orderid',
        attribute: [{ name: 'orderid', type: 'S' }],
        stream_enabled: true,
        stream_view_type: 'NEW_AND_OLD_IMAGES',
      },
      'aws_dynamodb_table.deals': {
        name: 'deals',
        billing_mode: 'PAY_PER_REQUEST',
        hash_key: 'deal',
        range_key: 'at',
        attribute: [
          { name: 'deal', type: 'S' },
          { name: 'at', type: 'N' },
          { name: 'region', type: 'S' },
        ],
        global_secondary_index: [
          { name: 'by-region', hash_key: 'region', range_key: 'at', projection_type: 'KEYS_ONLY' },
        ],
      },
    }),
    ports,
  );
});
afterEach(() => ports.cleanUp());

test('an item that was put is got, with its binary values as bytes', async () => {
  const proof = new Uint8Array([0, 255, 128]);
  await call('PutItem', { TableName: 'ordertable', Item: order('o-1', { proof: { B: proof } }) });
  const { Item } = await call('GetItem', { TableName: 'ordertable', Key: { orderid: { S: 'o-1' } } });
  assert.deepEqual({ ...(Item as object) }, { ...order('o-1'), price: { N: '9.9' }, proof: { B: proof } });
});

test('a failed condition tells the item that it was about, when asked to', async () => {
  await call('PutItem', { TableName: 'ordertable', Item: order('o-1') });
  const put = {
    TableName: 'ordertable',
    Item: order('o-1'),
    ConditionExpression: 'attribute_not_exists(orderid)',
  };
  await assert.rejects(call('PutItem', put), (error: AwsError) => {
    assert.equal(error.code, 'ConditionalCheckFailedException');
    assert.equal(error.message, 'The conditional request failed');
    assert.deepEqual(error.members, {});
    return true;
  });
  await assert.rejects(
    call('PutItem', { ...put, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    (error: AwsError) => (error.members['Item'] as { orderid: unknown }).orderid !== undefined,
  );
});

test('a query pages through a partition in order, and back', async () => {
  for (let at = 0; at < 100; at++)
    await call('PutItem', { TableName: 'deals', Item: { deal: { S: 'd' }, at: { N: String(at - 50) } } });
  for (const ScanIndexForward of [true, false]) {
    const seen: number[] = [];
    let ExclusiveStartKey: unknown;
    do {
      const page = await call<{ Items: { at: { N: string } }[]; LastEvaluatedKey?: unknown }>('Query', {
        TableName: 'deals',
        KeyConditionExpression: 'deal = :d AND #at >= :from',
        ExpressionAttributeNames: { '#at': 'at' },
        ExpressionAttributeValues: { ':d': { S: 'd' }, ':from': { N: '-30' } },
        Limit: 7,
        ScanIndexForward,
        ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
      });
      seen.push(...page.Items.map(({ at }) => Number(at.N)));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    const expected = Array.from({ length: 80 }, (_, index) => index - 30);
    assert.deepEqual(seen, ScanIndexForward ? expected : expected.reverse());
  }
});

test('a scan sees every item once, over any number of pages and segments', async () => {
  for (let first = 0; first < 200; first += 25)
    await call('BatchWriteItem', {
      RequestItems: {
        ordertable: Array.from({ length: 25 }, (_, i) => ({ PutRequest: { Item: order(`o-${first + i}`) } })),
      },
    });
  const seen: string[] = [];
  for (const Segment of [0, 1, 2]) {
    let ExclusiveStartKey: unknown;
    do {
      const page = await call<{ Items: { orderid: { S: string } }[]; LastEvaluatedKey?: unknown }>('Scan', {
        TableName: 'ordertable',
        TotalSegments: 3,
        Segment,
        Limit: 9,
        ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
      });
      seen.push(...page.Items.map(({ orderid }) => orderid.S));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
  }
  assert.equal(seen.length, 200);
  assert.equal(new Set(seen).size, 200);
});

test('an index holds what has its keys, follows changes, and is paged', async () => {
  const regions = ['eu', 'us'];
  for (let i = 0; i < 60; i++)
    await call('PutItem', {
      TableName: 'deals',
      Item: { deal: { S: `d-${i}` }, at: { N: '1' }, ...(i % 3 ? { region: { S: regions[i % 2] } } : {}) },
    });
  await call('UpdateItem', {
    TableName: 'deals',
    Key: { deal: { S: 'd-1' }, at: { N: '1' } },
    UpdateExpression: 'SET #r = :eu',
    ExpressionAttributeNames: { '#r': 'region' },
    ExpressionAttributeValues: { ':eu': { S: 'eu' } },
  });
  const seen: string[] = [];
  let ExclusiveStartKey: unknown;
  do {
    const page = await call<{ Items: { deal: { S: string } }[]; LastEvaluatedKey?: unknown }>('Query', {
      TableName: 'deals',
      IndexName: 'by-region',
      KeyConditionExpression: '#r = :eu',
      ExpressionAttributeNames: { '#r': 'region' },
      ExpressionAttributeValues: { ':eu': { S: 'eu' } },
      Limit: 4,
      ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
    });
    seen.push(...page.Items.map(({ deal }) => deal.S));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  const expected = Array.from({ length: 60 }, (_, i) => i)
    .filter((i) => i === 1 || (i % 3 && i % 2 === 0))
    .map((i) => `d-${i}`);
  assert.deepEqual(seen.sort(), expected.sort());
});

test('keys of the greatest length are kept apart, and one byte more is refused', async () => {
  const long = (last: string) => ({ orderid: { S: 'k'.repeat(2047) + last } });
  await call('PutItem', { TableName: 'ordertable', Item: { ...long('a'), n: { N: '1' } } });
  await call('PutItem', { TableName: 'ordertable', Item: { ...long('b'), n: { N: '2' } } });
  const { Item } = await call<{ Item: { n: unknown } }>('GetItem', {
    TableName: 'ordertable',
    Key: long('a'),
  });
  assert.deepEqual({ ...(Item.n as object) }, { N: '1' });
  await assert.rejects(call('PutItem', { TableName: 'ordertable', Item: long('aa') }), /2048 bytes/);
});

test('a table counts its items and describes what the stack declares', async () => {
  await call('PutItem', { TableName: 'ordertable', Item: order('o-1') });
  await call('PutItem', { TableName: 'ordertable', Item: order('o-2') });
  await call('DeleteItem', { TableName: 'ordertable', Key: { orderid: { S: 'o-1' } } });
  const { Table } = await call<{ Table: Record<string, unknown> }>('DescribeTable', {
    TableName: 'ordertable',
  });
  assert.equal(Table['ItemCount'], 1);
  assert.equal(Table['TableStatus'], 'ACTIVE');
  assert.equal(
    Table['LatestStreamArn'],
    'arn:aws:dynamodb:us-east-2:000000000000:table/ordertable/stream/2026-01-01T00:00:00.000',
  );
  assert.deepEqual(await call('ListTables', {}), { TableNames: ['deals', 'ordertable'] });
});

test('what the stack owns is refused with a sentence that says so', async () => {
  await assert.rejects(call('CreateTable', { TableName: 'x' }), /the stack owns its tables/);
});
