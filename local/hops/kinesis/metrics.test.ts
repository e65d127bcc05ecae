/** What a stream measures of puts and reads that stand, and of those that are throttled. */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { measured, sums } from '../../testing/measured.ts';
import { ADMINISTRATOR, openPart, type TestPorts, testPorts, testStack } from '../../testing/ports.ts';
import { kinesis } from './kinesis.ts';

const OF_THE_STREAM = { StreamName: 'orders' };

let ports: TestPorts;
beforeEach(() => {
  ports = testPorts();
  openPart(kinesis, testStack({ 'aws_kinesis_stream.orders': { name: 'orders', shard_count: 1 } }), ports);
});
afterEach(() => ports.cleanUp());

const call = <O>(operation: string, input: object) =>
  ports.call<O>(ADMINISTRATOR, 'kinesis', operation, { StreamName: 'orders', ...input });
const record = { Data: Buffer.from('12345678').toString('base64'), PartitionKey: 'ab' };
const putRecords = (count: number) => call('PutRecords', { Records: Array(count).fill(record) });

async function iterator(): Promise<{ ShardIterator: string }> {
  return call('GetShardIterator', {
    ShardId: 'shardId-000000000000',
    ShardIteratorType: 'TRIM_HORIZON',
  });
}
async function read(Limit: number) {
  const { ShardIterator } = await iterator();
  return ports.call(ADMINISTRATOR, 'kinesis', 'GetRecords', { ShardIterator, Limit });
}

test('a put counts its records and their bytes, keys included', async () => {
  await putRecords(3);
  await call('PutRecord', record);
  assert.deepEqual(sums(ports, OF_THE_STREAM), {
    WriteProvisionedThroughputExceeded: 0,
    'PutRecords.Success': 1,
    'PutRecords.TotalRecords': 3,
    'PutRecords.SuccessfulRecords': 3,
    'PutRecords.ThrottledRecords': 0,
    IncomingRecords: 4,
    IncomingBytes: 40,
    'PutRecords.Bytes': 30,
    'PutRecord.Success': 1,
    'PutRecord.Bytes': 10,
  });
});

test('extremes are those of a call', async () => {
  await putRecords(3);
  await putRecords(5);
  assert.deepEqual(measured(ports, OF_THE_STREAM)['IncomingRecords'], {
    sum: 8,
    minimum: 3,
    maximum: 5,
    count: 2,
  });
});

test('what a shard of a thousand records a second refuses is throttled, in part and as a whole', async () => {
  await putRecords(500);
  await putRecords(490);
  await putRecords(30);
  await putRecords(7);
  await assert.rejects(call('PutRecord', record), { name: 'ProvisionedThroughputExceededException' });
  const found = measured(ports, OF_THE_STREAM);
  assert.equal(found['IncomingRecords']?.sum, 1_000);
  assert.deepEqual(found['WriteProvisionedThroughputExceeded'], {
    sum: 28,
    minimum: 0,
    maximum: 20,
    count: 5,
  });
  assert.equal(found['PutRecords.SuccessfulRecords']?.sum, 1_000);
  assert.equal(found['PutRecords.ThrottledRecords']?.sum, 27);
  assert.deepEqual(found['PutRecords.Success'], { sum: 3, minimum: 0, maximum: 1, count: 4 });
});

test('a unit of work that fails has put nothing', async () => {
  const failing = ports.store.transact((tx) => {
    ports.callIn(tx, ADMINISTRATOR, 'kinesis', 'PutRecords', { StreamName: 'orders', Records: [record] });
    throw new Error('no');
  });
  await assert.rejects(failing, /no/);
  assert.deepEqual(sums(ports, OF_THE_STREAM), {});
});

test('a read counts its records, and how old the last is while newer ones wait', async () => {
  await putRecords(4);
  ports.clock.advance(2_000);
  await read(3);
  await read(4);
  const found = measured(ports, OF_THE_STREAM);
  assert.deepEqual(found['GetRecords.Records'], { sum: 7, minimum: 3, maximum: 4, count: 2 });
  assert.equal(found['GetRecords.Bytes']?.sum, 70);
  assert.deepEqual(found['GetRecords.IteratorAgeMilliseconds'], {
    sum: 2_000,
    minimum: 0,
    maximum: 2_000,
    count: 2,
  });
});

test('the sixth read of a shard in a second is throttled', async () => {
  for (let n = 0; n < 5; n++) await read(1);
  await assert.rejects(read(1), { name: 'ProvisionedThroughputExceededException' });
  const found = measured(ports, OF_THE_STREAM);
  assert.deepEqual(found['ReadProvisionedThroughputExceeded'], { sum: 1, minimum: 0, maximum: 1, count: 6 });
  assert.equal(found['GetRecords.Success']?.sum, 5);
});
