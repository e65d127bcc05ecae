/**
 * The stack of `staging`, on this machine: what AWS would throttle of a spike against it is throttled here, with AWS's
 * code and sentence, and what AWS would take is taken. The engine's clock stands still until the test moves it, so a
 * second lasts as long as the machine needs.
 */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  BatchWriteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  PutItemCommand,
  ThrottlingException,
} from '@aws-sdk/client-dynamodb';
import {
  KinesisClient,
  ProvisionedThroughputExceededException,
  PutRecordCommand,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis';
import { type Engine, startEngine } from '../local/engine.ts';
import { type TestClock, testClock } from '../local/testing/clock.ts';
import { synthesize } from '../scripts/synth.ts';
import { ENVIRONMENTS } from '../stacks/environments.ts';
import { BASE_NAMES, nameIn } from '../stacks/names.ts';
import { KEY, REGION } from './laptop/laptop.ts';

const TABLE = nameIn('staging', BASE_NAMES.table);
const STREAM = nameIn('staging', BASE_NAMES.stream);
const BATCH = 25;
const NEW_TABLE_WRITE_UNITS = 4_000;
/** Keys fall by chance, so the fullest of four partitions is met a little before the whole table is. */
const EVEN_ENOUGH = 0.9;

const directory = mkdtempSync(join(tmpdir(), 'quotas-'));
let clock: TestClock;
let engine: Engine;
let dynamodb: DynamoDBClient;
let kinesis: KinesisClient;

before(async () => {
  // Requests are signed with the real time, and the engine compares it with its own.
  clock = testClock(Date.now());
  const { stackFile } = await synthesize('staging');
  const options = { stackFile, dataDirectory: join(directory, 'data'), fresh: true, port: 0, clock };
  engine = await startEngine({ ...options, log: () => {} });
  // Who tries again hides what was throttled.
  const settings = { endpoint: engine.endpoint, region: REGION, credentials: KEY, maxAttempts: 1 };
  dynamodb = new DynamoDBClient(settings);
  kinesis = new KinesisClient(settings);
});
after(async () => {
  dynamodb.destroy();
  kinesis.destroy();
  await engine.close();
  rmSync(directory, { recursive: true });
});

// First, while the pipe has nothing to put there.
test('each of the stream’s shards takes a thousand records a second, and refuses the next with AWS’s sentence', async () => {
  const { shards } = ENVIRONMENTS.staging.kinesis;
  const width = 2n ** 128n / BigInt(shards);
  const record = (shard: number) => ({
    Data: new Uint8Array(1),
    PartitionKey: 'k',
    ExplicitHashKey: String(width * BigInt(shard)),
  });
  const put = (shard: number, count: number) =>
    kinesis.send(
      new PutRecordsCommand({
        StreamName: STREAM,
        Records: Array.from({ length: count }, () => record(shard)),
      }),
    );
  for (let shard = 0; shard < shards; shard++)
    for (const _ of [1, 2]) assert.equal((await put(shard, 500)).FailedRecordCount, 0);
  const beyond = await put(0, 1);
  assert.equal(beyond.Records?.[0]?.ErrorCode, 'ProvisionedThroughputExceededException');
  const one = kinesis.send(new PutRecordCommand({ StreamName: STREAM, ...record(0) }));
  await assert.rejects(one, (error) => {
    assert.ok(error instanceof ProvisionedThroughputExceededException, String(error));
    assert.equal(
      error.message,
      `Rate exceeded for shard shardId-000000000000 in stream ${STREAM} under account 000000000000.`,
    );
    return true;
  });
});

let written = 0;

/** Writes so many orders of one unit in batches, at once; answers how many the table did not take. */
async function spike(orders: number): Promise<number> {
  const batches = Array.from({ length: orders / BATCH }, async () => {
    const requests = Array.from({ length: BATCH }, () => ({
      PutRequest: { Item: { orderid: { S: `order-${written++}` } } },
    }));
    try {
      const RequestItems = { [TABLE]: requests };
      const { UnprocessedItems } = await dynamodb.send(new BatchWriteItemCommand({ RequestItems }));
      return UnprocessedItems?.[TABLE]?.length ?? 0;
    } catch (error) {
      if (error instanceof ThrottlingException) return BATCH;
      throw error;
    }
  });
  return (await Promise.all(batches)).reduce((sum, each) => sum + each, 0);
}

test('the table takes a second of what a new one takes on AWS, though more is declared', async () => {
  assert.ok(ENVIRONMENTS.staging.table.writeUnitsPerSecondMax > NEW_TABLE_WRITE_UNITS, 'nothing to grow to');
  assert.equal(await spike(NEW_TABLE_WRITE_UNITS * EVEN_ENOUGH), 0);
  clock.advance(1_000);
  const refused = await spike(NEW_TABLE_WRITE_UNITS * 2);
  const taken = NEW_TABLE_WRITE_UNITS * 2 - refused;
  assert.ok(taken > NEW_TABLE_WRITE_UNITS * EVEN_ENOUGH && taken <= NEW_TABLE_WRITE_UNITS, `${taken} taken`);
});

test('a throttled write is told AWS’s code, sentence and reason, and is taken a second later', async () => {
  const put = () =>
    dynamodb.send(new PutItemCommand({ TableName: TABLE, Item: { orderid: { S: `order-${written++}` } } }));
  const refusal = await put().catch((error: unknown) => error);
  assert.ok(refusal instanceof ThrottlingException, String(refusal));
  assert.match(
    refusal.message,
    /^Throughput exceeds the current capacity of your table or index\. DynamoDB is automatically scaling/,
  );
  assert.deepEqual(refusal.throttlingReasons, [
    {
      reason: 'TableWriteKeyRangeThroughputExceeded',
      resource: `arn:aws:dynamodb:${REGION}:000000000000:table/${TABLE}`,
    },
  ]);
  clock.advance(1_000);
  await put();
});

test('the table tells what it takes at once', async () => {
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: TABLE }));
  assert.equal(Table?.WarmThroughput?.WriteUnitsPerSecond, NEW_TABLE_WRITE_UNITS);
});
