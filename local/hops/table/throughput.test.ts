/** How fast a table may go, on both sides of each limit. */

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { AwsError } from '../../aws-error.ts';
import type { Quotas } from '../../ports.ts';
import { ADMINISTRATOR, openPart, type TestPorts, testPorts, testStack } from '../../testing/ports.ts';
import { table } from './table.ts';
import { partitionsOf } from './throughput.ts';

let ports: TestPorts;
const call = <O = Record<string, unknown>>(name: string, input: object): Promise<O> =>
  ports.call<O>(ADMINISTRATOR, 'dynamodb', name, input);
const item = (id: string) => ({ orderid: { S: id } });
const put = (id: string) => call('PutItem', { TableName: 'ordertable', Item: item(id) });
const code = (error: AwsError) => error.code;

function open(declared: object, quotas?: Quotas): void {
  ports = testPorts(quotas);
  const block = {
    name: 'ordertable',
    hash_key: 'orderid',
    attribute: [{ name: 'orderid', type: 'S' }],
    ...declared,
  };
  openPart(table, testStack({ 'aws_dynamodb_table.table': block }), ports);
}
afterEach(() => ports.cleanUp());

test('a hot item gets a thousand writes a second, and no more', async () => {
  open({ billing_mode: 'PAY_PER_REQUEST' });
  for (let i = 0; i < 1_000; i++) await put('hot');
  assert.equal(await put('hot').catch(code), 'ThrottlingException');
  ports.clock.advance(1);
  assert.notEqual(await put('hot').catch(code), 'ThrottlingException');
  assert.equal(await put('hot').catch(code), 'ThrottlingException');
});

test('a provisioned table saves up to 300 seconds of its capacity', async () => {
  open({ read_capacity: 1, write_capacity: 2 });
  for (let i = 0; i < 600; i++) await put(`o-${i}`);
  assert.equal(await put('o').catch(code), 'ProvisionedThroughputExceededException');
  ports.clock.advance(500);
  await put('o');
  assert.equal(await put('o').catch(code), 'ProvisionedThroughputExceededException');
});

test('an on-demand table keeps to its declared maximum, and says that it is that', async () => {
  open({ billing_mode: 'PAY_PER_REQUEST', on_demand_throughput: { max_write_request_units: 10 } });
  for (let i = 0; i < 10; i++) await put(`o-${i}`);
  const refusal = await put('o').catch((error: AwsError) => error);
  assert.ok(refusal instanceof AwsError, 'the eleventh write was taken');
  assert.deepEqual(
    [refusal.code, refusal.message, refusal.status, refusal.members],
    [
      'ThrottlingException',
      'Throughput exceeds the maximum OnDemandThroughput configured on table or index',
      400,
      {
        throttlingReasons: [
          {
            reason: 'TableWriteMaxOnDemandThroughputExceeded',
            resource: 'arn:aws:dynamodb:us-east-2:000000000000:table/ordertable',
          },
        ],
      },
    ],
  );
});

test('without quotas a hot item and a declared maximum are written at any rate, and nothing oversized', async () => {
  open({ billing_mode: 'PAY_PER_REQUEST', on_demand_throughput: { max_write_request_units: 10 } }, 'lifted');
  for (let i = 0; i < 2_000; i++) await put('hot');
  const Item = { ...item('large'), text: { S: 'x'.repeat(410_000) } };
  assert.equal(await call('PutItem', { TableName: 'ordertable', Item }).catch(code), 'ValidationException');
});

test('a batch gives back what is throttled, and fails when all is', async () => {
  open({ billing_mode: 'PAY_PER_REQUEST', on_demand_throughput: { max_write_request_units: 10 } });
  const batch = (from: number, count: number) =>
    call<{ UnprocessedItems: Record<string, unknown[]> }>('BatchWriteItem', {
      RequestItems: {
        ordertable: Array.from({ length: count }, (_, i) => ({
          PutRequest: { Item: item(`o-${from + i}`) },
        })),
      },
    });
  const first = await batch(0, 25);
  const left = first.UnprocessedItems['ordertable'] ?? [];
  assert.equal(left.length, 15);
  assert.deepEqual(left[0], { PutRequest: { Item: item('o-10') } });
  assert.equal(await batch(0, 5).catch(code), 'ThrottlingException');
  ports.clock.advance(1_000);
  assert.deepEqual((await batch(0, 5)).UnprocessedItems, {});
});

test('a read costs by its size, half when it need not be consistent', async () => {
  open({ read_capacity: 1, write_capacity: 100 });
  await call('PutItem', {
    TableName: 'ordertable',
    Item: { ...item('large'), text: { S: 'x'.repeat(399_000) } },
  });
  const get = (ConsistentRead: boolean) =>
    call('GetItem', { TableName: 'ordertable', Key: item('large'), ConsistentRead });
  // 98 units, of 300 saved: the fourth is admitted with 6 left, the fifth is not.
  for (let i = 0; i < 4; i++) await get(true);
  assert.equal(await get(true).catch(code), 'ProvisionedThroughputExceededException');
  ports.clock.advance(300_000);
  // 208 are left by now, and 49 are paid.
  for (let i = 0; i < 5; i++) await get(false);
  assert.equal(await get(false).catch(code), 'ProvisionedThroughputExceededException');
});

test('partitions are as many as a new table needs', () => {
  ports = testPorts();
  assert.equal(partitionsOf({ mode: 'on-demand' }), 4);
  assert.equal(partitionsOf({ mode: 'on-demand', writeUnitsMax: 12_000 }), 4);
  assert.equal(partitionsOf({ mode: 'on-demand', warm: { writeUnits: 12_000, readUnits: 1 } }), 12);
  assert.equal(partitionsOf({ mode: 'on-demand', warm: { writeUnits: 12_001, readUnits: 1 } }), 13);
  assert.equal(partitionsOf({ mode: 'on-demand', warm: { writeUnits: 1, readUnits: 1 } }), 4);
  assert.equal(partitionsOf({ mode: 'provisioned', readUnits: 5, writeUnits: 5 }), 1);
  assert.equal(partitionsOf({ mode: 'provisioned', readUnits: 6_001, writeUnits: 5 }), 3);
});
