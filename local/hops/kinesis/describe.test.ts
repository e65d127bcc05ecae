import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { EngineError } from '../../aws-error.ts';
import { ADMINISTRATOR, openPart, type TestPorts, testPorts, testStack } from '../../testing/ports.ts';
import { kinesis } from './kinesis.ts';
import { evenShards, explicitHashKey, shardOf } from './shards.ts';

let ports: TestPorts;
beforeEach(() => {
  ports = testPorts();
});
afterEach(() => ports.cleanUp());

const open = (config: Record<string, unknown>) =>
  openPart(kinesis, testStack({ 'aws_kinesis_stream.orders': { name: 'orders', ...config } }), ports);
const call = <O>(operation: string, input: object) =>
  ports.call<O>(ADMINISTRATOR, 'kinesis', operation, input);
const ids = (shards: { ShardId: string }[]) => shards.map(({ ShardId }) => Number(ShardId.slice(-2)));
type Listed = { Shards: { ShardId: string }[]; NextToken?: string };

test('ListShards pages through all shards, and its token goes without a stream name', async () => {
  open({ shard_count: 5 });
  const first = await call<Listed>('ListShards', { StreamName: 'orders', MaxResults: 3 });
  assert.deepEqual(ids(first.Shards), [0, 1, 2]);
  const second = await call<Listed>('ListShards', { NextToken: first.NextToken });
  assert.deepEqual([ids(second.Shards), second.NextToken], [[3, 4], undefined]);
  await assert.rejects(call('ListShards', { StreamName: 'orders', NextToken: first.NextToken }), {
    name: 'InvalidArgumentException',
  });
  ports.clock.advance(300_001);
  await assert.rejects(call('ListShards', { NextToken: first.NextToken }), {
    name: 'ExpiredNextTokenException',
  });
});

test('ListShards knows AWS’s filters', async () => {
  open({ shard_count: 3 });
  const filtered = async (ShardFilter: object) =>
    ids((await call<Listed>('ListShards', { StreamName: 'orders', ShardFilter })).Shards);
  for (const Type of ['AT_LATEST', 'AT_TRIM_HORIZON', 'FROM_TRIM_HORIZON'])
    assert.deepEqual(await filtered({ Type }), [0, 1, 2]);
  assert.deepEqual(
    await filtered({ Type: 'FROM_TIMESTAMP', Timestamp: ports.clock.now() / 1000 }),
    [0, 1, 2],
  );
  assert.deepEqual(await filtered({ Type: 'AFTER_SHARD_ID', ShardId: 'shardId-000000000000' }), [1, 2]);
  await assert.rejects(filtered({ Type: 'AFTER_SHARD_ID' }), { name: 'InvalidArgumentException' });
  await assert.rejects(filtered({ Type: 'SOMETIME' }), { name: 'ValidationException' });
});

test('DescribeStream pages by shard id and the summary counts them', async () => {
  open({ shard_count: 3, retention_period: 48 });
  type Described = { StreamDescription: Listed & { HasMoreShards: boolean; RetentionPeriodHours: number } };
  const { StreamDescription: first } = await call<Described>('DescribeStream', {
    StreamName: 'orders',
    Limit: 2,
  });
  assert.deepEqual([ids(first.Shards), first.HasMoreShards, first.RetentionPeriodHours], [[0, 1], true, 48]);
  const { StreamDescription: rest } = await call<Described>('DescribeStream', {
    StreamName: 'orders',
    ExclusiveStartShardId: first.Shards[1]?.ShardId,
  });
  assert.deepEqual([ids(rest.Shards), rest.HasMoreShards], [[2], false]);
  const summary = await call<{ StreamDescriptionSummary: { OpenShardCount: number; StreamStatus: string } }>(
    'DescribeStreamSummary',
    { StreamName: 'orders' },
  );
  const { OpenShardCount, StreamStatus } = summary.StreamDescriptionSummary;
  assert.deepEqual([OpenShardCount, StreamStatus], [3, 'ACTIVE']);
});

test('ListStreams names every stream of the stack, paged', async () => {
  const stack = testStack({
    'aws_kinesis_stream.b': { name: 'b', shard_count: 1 },
    'aws_kinesis_stream.a': { name: 'a', shard_count: 1 },
  });
  openPart(kinesis, stack, ports);
  const first = await call<{ StreamNames: string[]; HasMoreStreams: boolean; NextToken: string }>(
    'ListStreams',
    { Limit: 1 },
  );
  assert.deepEqual([first.StreamNames, first.HasMoreStreams], [['a'], true]);
  assert.deepEqual(
    (await call<{ StreamNames: string[] }>('ListStreams', { NextToken: first.NextToken })).StreamNames,
    ['b'],
  );
});

test('an on-demand stream begins with the four shards of 4 MB a second', async () => {
  open({ stream_mode_details: { stream_mode: 'ON_DEMAND' } });
  assert.equal((await call<Listed>('ListShards', { StreamName: 'orders' })).Shards.length, 4);
});

for (const [why, config] of Object.entries({
  'a provisioned stream without shards': {},
  'a shard count for an on-demand stream': {
    shard_count: 1,
    stream_mode_details: { stream_mode: 'ON_DEMAND' },
  },
  'a retention under a day': { shard_count: 1, retention_period: 23 },
  'a retention over a year': { shard_count: 1, retention_period: 8761 },
  'KMS without a key': { shard_count: 1, encryption_type: 'KMS' },
  'an argument that nobody knows': { shard_count: 1, sharding: 'magic' },
}))
  test(`${why} is refused with the block's address`, () => {
    assert.throws(
      () => open(config),
      (error) => error instanceof EngineError && /aws_kinesis_stream\.orders/.test(error.message),
    );
  });

test('every hash key belongs to exactly the shard whose range holds it', () => {
  const key = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), key, (count, value) => {
      const shards = evenShards('arn', count);
      const index = shardOf(shards, explicitHashKey(String(value)) as string);
      const owners = shards.filter(
        (shard) => BigInt(shard.startingHashKey) <= value && value <= BigInt(shard.endingHashKey),
      );
      assert.deepEqual(owners, [shards[index]]);
    }),
  );
});
