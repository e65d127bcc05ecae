/** What a table measures of writes and reads that stand, and of those that are throttled. */

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { measured, sums } from '../../testing/measured.ts';
import { ADMINISTRATOR, openPart, type TestPorts, testPorts, testStack } from '../../testing/ports.ts';
import { table } from './table.ts';

const TableName = 'ordertable';

let ports: TestPorts;
function open(throughput: object = { billing_mode: 'PAY_PER_REQUEST' }, name = TableName) {
  ports = testPorts();
  const block = { name, hash_key: 'orderid', attribute: [{ name: 'orderid', type: 'S' }], ...throughput };
  openPart(table, testStack({ 'aws_dynamodb_table.table': block }), ports);
}
afterEach(() => ports.cleanUp());

const call = (name: string, input: object) => ports.call(ADMINISTRATOR, 'dynamodb', name, input);
const key = (id: string) => ({ orderid: { S: id } });
const put = (id: string, more: object = {}) => call('PutItem', { TableName, Item: { ...key(id), ...more } });
const batch = (ids: string[]) =>
  call('BatchWriteItem', {
    RequestItems: { [TableName]: ids.map((id) => ({ PutRequest: { Item: key(id) } })) },
  });
const requests = (Operation: string) => measured(ports, { TableName, Operation });

test('each write counts its units, a batch those of each of its items, a transaction twice', async () => {
  open();
  await put('a');
  await put('b', { note: { S: 'x'.repeat(1_024) } });
  await batch(['c', 'd', 'e']);
  await call('TransactWriteItems', { TransactItems: [{ Put: { TableName, Item: key('f') } }] });
  assert.deepEqual(measured(ports, { TableName }), {
    ConsumedWriteCapacityUnits: { sum: 1 + 2 + 3 + 2, minimum: 1, maximum: 2, count: 6 },
  });
});

test('reads count their units apart', async () => {
  open();
  await call('GetItem', { TableName, Key: key('a') });
  await call('GetItem', { TableName, Key: key('a'), ConsistentRead: true });
  assert.deepEqual(sums(ports, { TableName }), { ConsumedReadCapacityUnits: 1.5 });
});

test('each request that succeeds has a latency, by operation and table, however it names the table', async () => {
  open();
  await put('a');
  await batch(['b', 'c']);
  await call('TransactWriteItems', { TransactItems: [{ Put: { TableName, Item: key('f') } }] });
  await call('TransactGetItems', { TransactItems: [{ Get: { TableName, Key: key('f') } }] });
  await call('Scan', { TableName });
  await assert.rejects(put('a', { n: { N: 'x' } }));
  await assert.rejects(
    call('PutItem', { TableName, Item: key('a'), ConditionExpression: 'attribute_not_exists(orderid)' }),
    { name: 'ConditionalCheckFailedException' },
  );
  assert.equal(requests('PutItem')['ThrottledRequests'], undefined);
  for (const operation of ['PutItem', 'BatchWriteItem', 'TransactWriteItems', 'TransactGetItems', 'Scan'])
    assert.equal(requests(operation)['SuccessfulRequestLatency']?.count, 1, operation);
});

test('a throttled write is an event of the table and a throttled request', async () => {
  open({ read_capacity: 1, write_capacity: 1 });
  for (let n = 0; n < 300; n++) await put(`o-${n}`);
  await assert.rejects(put('o'), { name: 'ProvisionedThroughputExceededException' });
  assert.deepEqual(sums(ports, { TableName }), {
    ConsumedWriteCapacityUnits: 300,
    WriteThrottleEvents: 1,
  });
  assert.equal(requests('PutItem')['ThrottledRequests']?.sum, 1);
  assert.equal(requests('PutItem')['SuccessfulRequestLatency']?.count, 300);
});

test('a batch is a throttled request when nothing of it was written, not when some was', async () => {
  open({ read_capacity: 1, write_capacity: 1 });
  for (let n = 0; n < 299; n++) await put(`o-${n}`);
  await batch(['a', 'b', 'c']);
  assert.equal(sums(ports, { TableName })['WriteThrottleEvents'], 2);
  assert.equal(requests('BatchWriteItem')['ThrottledRequests'], undefined);
  await assert.rejects(batch(['a', 'b']), { name: 'ProvisionedThroughputExceededException' });
  assert.equal(sums(ports, { TableName })['WriteThrottleEvents'], 4);
  assert.equal(requests('BatchWriteItem')['ThrottledRequests']?.sum, 1);
});

test('a throttled read is an event of its own', async () => {
  open({ read_capacity: 1, write_capacity: 1 });
  const get = () => call('GetItem', { TableName, Key: key('a'), ConsistentRead: true });
  for (let n = 0; n < 300; n++) await get();
  await assert.rejects(get(), { name: 'ProvisionedThroughputExceededException' });
  assert.equal(sums(ports, { TableName })['ReadThrottleEvents'], 1);
  assert.equal(requests('GetItem')['ThrottledRequests']?.sum, 1);
});
