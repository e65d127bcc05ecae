import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { EngineError } from '../../aws-error.ts';
import { ADMINISTRATOR, openPart, type TestPorts, testPorts, testStack } from '../../testing/ports.ts';
import { kinesis } from './kinesis.ts';

type Put = {
  FailedRecordCount: number;
  Records: { ShardId?: string; SequenceNumber?: string; ErrorCode?: string; ErrorMessage?: string }[];
};
type Got = {
  Records: { SequenceNumber: string; Data: Uint8Array; PartitionKey: string; EncryptionType?: string }[];
  NextShardIterator: string;
  MillisBehindLatest: number;
};

const SHARD = 'shardId-000000000000';
let ports: TestPorts;
beforeEach(() => {
  ports = testPorts();
});
afterEach(() => ports.cleanUp());

function open(config: Record<string, unknown> = {}) {
  const stack = testStack({ 'aws_kinesis_stream.orders': { name: 'orders', shard_count: 1, ...config } });
  return openPart(kinesis, stack, ports);
}
const call = <O>(operation: string, input: object) =>
  ports.call<O>(ADMINISTRATOR, 'kinesis', operation, { StreamName: 'orders', ...input });
const record = (text: string, key = text) => ({
  Data: Buffer.from(text).toString('base64'),
  PartitionKey: key,
});
const put = (...texts: string[]) => call<Put>('PutRecords', { Records: texts.map((text) => record(text)) });
async function iterator(type: string, more: object = {}, shard = SHARD): Promise<string> {
  const input = { ShardId: shard, ShardIteratorType: type, ...more };
  return (await call<{ ShardIterator: string }>('GetShardIterator', input)).ShardIterator;
}
const get = (ShardIterator: string, more: object = {}) =>
  ports.call<Got>(ADMINISTRATOR, 'kinesis', 'GetRecords', { ShardIterator, ...more });
const texts = (got: Got) => got.Records.map(({ Data }) => Buffer.from(Data).toString());
async function readAll(type: string, more: object = {}): Promise<string[]> {
  return texts(await get(await iterator(type, more)));
}
const fails = (promise: Promise<unknown>, name: string, message: RegExp) =>
  assert.rejects(promise, (error: Error) => error.name === name && message.test(error.message));

test('what is put is read back in order, with growing sequence numbers', async () => {
  open();
  const answer = await put('a', 'b', 'c');
  const got = await get(await iterator('TRIM_HORIZON'));
  assert.deepEqual(texts(got), ['a', 'b', 'c']);
  assert.deepEqual(
    got.Records.map((each) => each.SequenceNumber),
    answer.Records.map((each) => each.SequenceNumber),
  );
  assert.deepEqual(
    [...got.Records].map((each) => each.SequenceNumber).sort(),
    got.Records.map((each) => each.SequenceNumber),
  );
  assert.equal(got.MillisBehindLatest, 0);
});

test('a partition key goes to the shard that owns its MD5, an explicit hash key to its own', async () => {
  open({ shard_count: 4 });
  const answer = await call<Put>('PutRecords', {
    Records: [
      record('x', 'a'), // md5 0cc1…
      record('x', 'b'), // md5 92eb…
      { ...record('x', 'a'), ExplicitHashKey: String(2n ** 128n - 1n) },
      { ...record('x', 'b'), ExplicitHashKey: '0' },
      { ...record('x'), ExplicitHashKey: String(2n ** 126n - 1n) },
      { ...record('x'), ExplicitHashKey: String(2n ** 126n) },
    ],
  });
  assert.deepEqual(
    answer.Records.map(({ ShardId }) => Number(ShardId?.slice(-1))),
    [0, 2, 3, 0, 0, 1],
  );
  await fails(
    call('PutRecord', { ...record('x'), ExplicitHashKey: String(2n ** 128n) }),
    'InvalidArgumentException',
    /range: \[0, 2\^128-1\]/,
  );
});

test('the hash key ranges of the shards cover all keys without a gap', async () => {
  open({ shard_count: 3 });
  const { Shards } = await call<{
    Shards: { HashKeyRange: { StartingHashKey: string; EndingHashKey: string } }[];
  }>('ListShards', {});
  let next = 0n;
  for (const { HashKeyRange } of Shards) {
    assert.equal(BigInt(HashKeyRange.StartingHashKey), next);
    next = BigInt(HashKeyRange.EndingHashKey) + 1n;
  }
  assert.equal(next, 2n ** 128n);
});

test('a PutRecords takes 500 records, not 501', async () => {
  open();
  const many = (count: number) => put(...Array.from({ length: count }, (_, n) => String(n)));
  assert.equal((await many(500)).FailedRecordCount, 0);
  await fails(
    many(501),
    'ValidationException',
    /at 'records' failed to satisfy constraint: Member must have length less than or equal to 500/,
  );
});

test('a record with its partition key takes 1 MiB, not a byte more', async () => {
  open();
  const whole = { Data: new Uint8Array(1_048_575), PartitionKey: 'k' };
  await call('PutRecord', whole);
  ports.clock.advance(1000);
  await fails(
    call('PutRecord', { ...whole, PartitionKey: 'kk' }),
    'ValidationException',
    /'data'.*less than or equal to 1048576/,
  );
});

test('a PutRecords takes 10 MiB, not a byte more', async () => {
  open({ shard_count: 20 });
  const width = 2n ** 128n / 20n;
  const records = (last: number) =>
    Array.from({ length: 10 }, (_, n) => ({
      Data: new Uint8Array(n === 9 ? last : 1_048_575),
      PartitionKey: 'k',
      ExplicitHashKey: String(width * BigInt(n)),
    }));
  assert.equal((await call<Put>('PutRecords', { Records: records(1_048_575) })).FailedRecordCount, 0);
  const over = [...records(1_048_575), { Data: new Uint8Array(0), PartitionKey: 'k' }];
  await fails(call('PutRecords', { Records: over }), 'InvalidArgumentException', /10 MB/);
});

test('a shard takes 1,000 records a second; the next one is refused alone, with AWS’s sentence', async () => {
  open();
  for (const _ of [1, 2]) await put(...Array.from({ length: 500 }, (_, n) => String(n)));
  const answer = await put('late');
  assert.deepEqual(answer, {
    FailedRecordCount: 1,
    Records: [
      {
        ErrorCode: 'ProvisionedThroughputExceededException',
        ErrorMessage:
          'Rate exceeded for shard shardId-000000000000 in stream orders under account 000000000000.',
      },
    ],
  });
  await fails(
    call('PutRecord', record('late')),
    'ProvisionedThroughputExceededException',
    /^Rate exceeded for shard/,
  );
  ports.clock.advance(1);
  assert.equal((await put('in time', 'too many')).FailedRecordCount, 1);
});

test('a shard takes 1 MiB a second, and after a refusal nothing of the same call overtakes', async () => {
  open();
  const bytes = (count: number) => ({ Data: new Uint8Array(count), PartitionKey: 'k' });
  const answer = await call<Put>('PutRecords', { Records: [bytes(600_000), bytes(600_000), bytes(1)] });
  assert.deepEqual(
    answer.Records.map(({ ErrorCode }) => ErrorCode === undefined),
    [true, false, false],
  );
  ports.clock.advance(1000);
  assert.equal(
    (await call<Put>('PutRecords', { Records: [bytes(600_000), bytes(448_574)] })).FailedRecordCount,
    0,
  );
});

test('without quotas a shard is written and read at any rate, and a call holds no more than before', async () => {
  await ports.cleanUp();
  ports = testPorts('lifted');
  open();
  const five = Array.from({ length: 500 }, (_, n) => String(n));
  for (const _ of [1, 2, 3]) assert.equal((await put(...five)).FailedRecordCount, 0);
  const at = await iterator('TRIM_HORIZON');
  for (let n = 0; n < 6; n++) assert.equal((await get(at)).Records.length, 1_500);
  await fails(put(...five, 'one more'), 'ValidationException', /less than or equal to 500/);
});

test('one shard without throughput does not hold up another', async () => {
  open({ shard_count: 2 });
  const to = (key: string) => ({ ...record('x'), ExplicitHashKey: key });
  for (const _ of [1, 2]) await call('PutRecords', { Records: Array.from({ length: 500 }, () => to('0')) });
  const answer = await call<Put>('PutRecords', { Records: [to('0'), to(String(2n ** 127n))] });
  assert.deepEqual(
    answer.Records.map(({ ErrorCode }) => ErrorCode === undefined),
    [false, true],
  );
});

test('the five kinds of iterator begin where their names say', async () => {
  open();
  const { Records } = await put('a', 'b');
  ports.clock.advance(1000);
  const between = ports.clock.now();
  await put('c');
  const sequence = { StartingSequenceNumber: Records[1]?.SequenceNumber };
  assert.deepEqual(await readAll('TRIM_HORIZON'), ['a', 'b', 'c']);
  assert.deepEqual(await readAll('LATEST'), []);
  assert.deepEqual(await readAll('AT_SEQUENCE_NUMBER', sequence), ['b', 'c']);
  assert.deepEqual(await readAll('AFTER_SEQUENCE_NUMBER', sequence), ['c']);
  assert.deepEqual(await readAll('AT_TIMESTAMP', { Timestamp: between / 1000 }), ['c']);
  ports.clock.advance(1000);
  assert.deepEqual(await readAll('AT_TIMESTAMP', { Timestamp: (between - 1000) / 1000 }), ['a', 'b', 'c']);
  assert.deepEqual(await readAll('AT_TIMESTAMP', { Timestamp: new Date(between + 1) }), []);
});

test('an iterator whose parts do not fit together is refused', async () => {
  open();
  await fails(iterator('AT_SEQUENCE_NUMBER'), 'InvalidArgumentException', /and no StartingSequenceNumber/);
  await fails(
    iterator('LATEST', { StartingSequenceNumber: '1' }),
    'InvalidArgumentException',
    /and also a StartingSequenceNumber/,
  );
  await fails(iterator('AT_TIMESTAMP'), 'InvalidArgumentException', /timestampInMillis/);
  await fails(
    iterator('AT_SEQUENCE_NUMBER', { StartingSequenceNumber: '123' }),
    'InvalidArgumentException',
    /did not come from this stream/,
  );
  await fails(iterator('OLDEST'), 'ValidationException', /enum value set/);
  await fails(
    iterator('LATEST', {}, 'shardId-000000000009'),
    'ResourceNotFoundException',
    /Shard shardId-000000000009/,
  );
  await fails(get('bm90IG9uZQ=='), 'InvalidArgumentException', /Invalid ShardIterator/);
});

test('an iterator lives five minutes, not longer', async () => {
  open();
  const held = await iterator('LATEST');
  ports.clock.advance(300_000);
  await get(held);
  ports.clock.advance(1);
  await fails(get(held), 'ExpiredIteratorException', /^Iterator expired\. .*300000 milliseconds\.$/);
});

test('reading on with the next iterator sees each record once, and says how far behind it is', async () => {
  open();
  await put('a', 'b');
  ports.clock.advance(700);
  await put('c');
  const first = await get(await iterator('TRIM_HORIZON'), { Limit: 2 });
  assert.deepEqual([texts(first), first.MillisBehindLatest], [['a', 'b'], 700]);
  const second = await get(first.NextShardIterator);
  assert.deepEqual([texts(second), second.MillisBehindLatest], [['c'], 0]);
  assert.deepEqual(texts(await get(second.NextShardIterator)), []);
});

test('a shard is read five times a second, not six, and 2 MiB a second on average', async () => {
  open();
  const at = await iterator('TRIM_HORIZON');
  for (let n = 0; n < 5; n++) await get(at);
  await fails(get(at), 'ProvisionedThroughputExceededException', /^Rate exceeded for shard/);
  for (let n = 0; n < 4; n++) {
    ports.clock.advance(1000);
    await call('PutRecord', { Data: new Uint8Array(1_048_000), PartitionKey: 'k' });
  }
  ports.clock.advance(1000);
  assert.equal((await get(at)).Records.length, 4);
  ports.clock.advance(998);
  await fails(get(at), 'ProvisionedThroughputExceededException', /^Rate exceeded/);
  ports.clock.advance(2);
  await get(at);
});

test('a record is forgotten when its retention has passed, not before', async () => {
  const { movers } = open({ retention_period: 24 });
  const step = () => movers?.[0]?.step();
  await put('old');
  ports.clock.advance(1000);
  await put('new');
  ports.clock.advance(24 * 3_600_000 - 1000);
  const due = await step();
  assert.deepEqual(due, { kind: 'idle', wakeAt: ports.clock.now() + 1 });
  ports.clock.advance(1);
  assert.deepEqual(await step(), { kind: 'delivered', records: 1 });
  assert.deepEqual(await readAll('TRIM_HORIZON'), ['new']);
  assert.deepEqual(await step(), { kind: 'idle', wakeAt: ports.clock.now() + 1000 });
});

test('records, their sequence numbers and old iterators outlast a restart', async () => {
  open();
  const { Records } = await put('a', 'b');
  const held = await iterator('AFTER_SEQUENCE_NUMBER', {
    StartingSequenceNumber: Records[0]?.SequenceNumber,
  });
  open();
  await put('c');
  assert.deepEqual(texts(await get(held)), ['b', 'c']);
});

test('kept data with another number of shards stops the engine with the way out', async () => {
  open();
  await put('a');
  assert.throws(
    () => open({ shard_count: 2 }),
    (error) => error instanceof EngineError && /--fresh/.test(error.nextStep),
  );
});

test('a KMS stream says so in every answer, an unencrypted one does not', async () => {
  open({ encryption_type: 'KMS', kms_key_id: 'alias/orders' });
  const answer = await put('a');
  assert.equal((answer as { EncryptionType?: string }).EncryptionType, 'KMS');
  assert.equal((await get(await iterator('TRIM_HORIZON'))).Records[0]?.EncryptionType, 'KMS');
});

test('a stream is found by its ARN as by its name, and one that is not there is not found', async () => {
  open();
  const arn = 'arn:aws:kinesis:us-east-2:000000000000:stream/orders';
  await ports.call(ADMINISTRATOR, 'kinesis', 'PutRecord', { StreamARN: arn, ...record('a') });
  assert.ok(ports.calls.some(({ action, resource }) => action === 'kinesis:PutRecord' && resource === arn));
  await fails(
    call('PutRecord', { StreamName: 'other', ...record('a') }),
    'ResourceNotFoundException',
    /Stream other under account 000000000000 not found/,
  );
});

test('what the stack owns is refused by name', async () => {
  open();
  await fails(call('CreateStream', {}), 'AccessDeniedException', /CreateStream.*stack owns/);
});
