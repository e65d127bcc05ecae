/**
 * What each hop did, as CloudWatch tells it: orders are written through the table and counted at every hop by AWS's own
 * client, under AWS's own names. The tests follow one another; each goes on where the one before it stopped.
 */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CloudWatchClient, GetMetricDataCommand, paginateListMetrics } from '@aws-sdk/client-cloudwatch';
import { BatchWriteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { STREAM_LABEL } from '../local/store/changes.ts';
import { BASE_NAMES } from '../stacks/names.ts';
import { KEY, type Laptop, REGION, startLaptop, TABLE, waitFor } from './laptop/laptop.ts';

type Subject = { Namespace: string; dimensions: Record<string, string> };

const table: Subject = { Namespace: 'AWS/DynamoDB', dimensions: { TableName: TABLE } };
const pipe: Subject = { Namespace: 'AWS/EventBridge/Pipes', dimensions: { PipeName: BASE_NAMES.pipe } };
const kinesis: Subject = { Namespace: 'AWS/Kinesis', dimensions: { StreamName: BASE_NAMES.stream } };
const firehose: Subject = {
  Namespace: 'AWS/Firehose',
  dimensions: { DeliveryStreamName: BASE_NAMES.deliveryStream },
};
const transform: Subject = { Namespace: 'AWS/Lambda', dimensions: { FunctionName: BASE_NAMES.transform } };
const at = ({ Namespace, dimensions }: Subject, more: Record<string, string>): Subject => ({
  Namespace,
  dimensions: { ...dimensions, ...more },
});

const ORDERS = 30;

const directory = mkdtempSync(join(tmpdir(), 'metrics-'));
let laptop: Laptop;
let cloudwatch: CloudWatchClient;
let kinesisClient: KinesisClient;
before(async () => {
  laptop = await startLaptop(directory);
  const settings = { endpoint: laptop.engine.endpoint, region: REGION, credentials: KEY };
  cloudwatch = new CloudWatchClient(settings);
  kinesisClient = new KinesisClient(settings);
});
after(async () => {
  cloudwatch?.destroy();
  kinesisClient?.destroy();
  await laptop?.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Over the last hour, to this second. */
async function total(
  { Namespace, dimensions }: Subject,
  MetricName: string,
  Stat = 'Sum',
): Promise<number | undefined> {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const { MetricDataResults = [] } = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(Date.now() - 3_600_000),
      EndTime: new Date(Date.now() + 60_000),
      MetricDataQueries: [
        { Id: 'total', MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: 60, Stat } },
      ],
    }),
  );
  const [result] = MetricDataResults;
  assert.equal(result?.StatusCode, 'Complete');
  return result.Values?.length ? result.Values.reduce((sum, value) => sum + value, 0) : undefined;
}

const order = (n: number) => ({
  orderid: { S: `o-${n}` },
  product_name: { S: 'Lamp' },
  quantity: { N: '1' },
  price: { N: '9.10' },
});

test('each order that was written is counted at every hop', async () => {
  for (let n = 0; n < 5; n++)
    await laptop.dynamodb.send(new PutItemCommand({ TableName: TABLE, Item: order(n) }));
  const batch = Array.from({ length: ORDERS - 5 }, (_, index) => ({
    PutRequest: { Item: order(index + 5) },
  }));
  await laptop.dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [TABLE]: batch } }));
  await waitFor(
    'all orders in the lake',
    async () => (await total(firehose, 'DeliveryToS3.Records')) === ORDERS,
  );

  assert.equal(await total(table, 'ConsumedWriteCapacityUnits', 'SampleCount'), ORDERS);
  const puts = at(table, { Operation: 'PutItem' });
  assert.equal(await total(puts, 'SuccessfulRequestLatency', 'SampleCount'), 5);
  const reads = at(table, { StreamLabel: STREAM_LABEL, Operation: 'GetRecords' });
  const returned = (await total(reads, 'ReturnedRecordsCount')) ?? 0;
  assert.ok(returned >= ORDERS, `The stream returned ${returned} records of ${ORDERS}.`);
  assert.equal(await total(pipe, 'EventCount'), ORDERS);
  assert.equal(await total(kinesis, 'IncomingRecords'), ORDERS);
  assert.equal(await total(kinesis, 'PutRecords.SuccessfulRecords'), ORDERS);
  assert.equal(await total(firehose, 'DataReadFromKinesisStream.Records'), ORDERS);
  assert.equal(await total(firehose, 'SucceedProcessing.Records'), ORDERS);
  const invocations = (await total(transform, 'Invocations')) ?? 0;
  assert.ok(invocations >= 1, 'The transform was not invoked.');
  assert.equal(await total(transform, 'Duration', 'SampleCount'), invocations);
});

test('where nothing was throttled or failed, it is zero or was not measured', async () => {
  assert.equal(await total(table, 'WriteThrottleEvents'), undefined);
  assert.equal(await total(pipe, 'ExecutionFailed'), 0);
  assert.equal(await total(kinesis, 'WriteProvisionedThroughputExceeded'), 0);
  assert.equal(await total(transform, 'Errors'), 0);
  assert.equal(await total(firehose, 'ThrottledGetRecords'), 0);
});

test('what one shard refuses is what CloudWatch counts as throttled', async () => {
  const calls = await Promise.all(
    Array.from({ length: 6 }, () =>
      kinesisClient.send(
        new PutRecordsCommand({
          StreamName: BASE_NAMES.stream,
          Records: Array.from({ length: 500 }, () => ({
            Data: Buffer.from('x'),
            PartitionKey: 'hot',
          })),
        }),
      ),
    ),
  );
  const refused = calls.reduce((sum, { FailedRecordCount = 0 }) => sum + FailedRecordCount, 0);
  assert.ok(refused > 0, 'Three thousand records at once went into one shard of a thousand a second.');
  assert.equal(await total(kinesis, 'WriteProvisionedThroughputExceeded'), refused);
  assert.equal(await total(kinesis, 'IncomingRecords'), ORDERS + 3_000 - refused);
});

test('every hop that carries or keeps orders in AWS’s services is listed', async () => {
  const found = new Set<string | undefined>();
  for await (const { Metrics = [] } of paginateListMetrics({ client: cloudwatch }, {}))
    for (const { Namespace } of Metrics) found.add(Namespace);
  assert.deepEqual(
    [...found].sort(),
    [table, pipe, firehose, kinesis, transform].map(({ Namespace }) => Namespace).sort(),
  );
});
