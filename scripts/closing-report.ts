/**
 * Holds what was written against what the lake and the views say, by asking AWS's APIs, and says whether the numbers
 * agree. It trusts no counter on the way: rows are counted by Athena, errors by reading the objects under `errors/`,
 * dead letters by asking their queue.
 */

import { gunzipSync } from 'node:zlib';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetPartitionsCommand } from '@aws-sdk/client-glue';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, ListQueuesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { ask } from './athena.ts';
import type { Clients, Pipeline } from './discover.ts';
import type { Written } from './write-orders.ts';

export type Report = {
  /** By this run's generator. */
  written: Written | undefined;
  /** Change records of the table since its data was made. */
  captured: number;
  lakeRows: number;
  viewChanges: number;
  tableOrders: number;
  viewOrders: number;
  /** Records that lie under errors/. */
  errorRecords: number;
  /** Where the first of them lie. */
  errorKeys: string[];
  /** Batches that the pipe gave up on. */
  deadLetters: number;
  latency: { toLake: Percentiles; toQueryable: Percentiles } | undefined;
  /** What does not agree; empty when all does. */
  disagreements: string[];
};

export type Percentiles = { p50: number; p99: number };

export type ReportInput = {
  clients: Clients & { s3: S3Client; sqs: SQSClient };
  pipeline: Required<Pipeline>;
  written: Written | undefined;
  captured: number;
  /** When the table acknowledged an order of this run, milliseconds since the epoch, by order id. */
  acknowledgedAt: ReadonlyMap<string, number>;
};

/** A change of the table has such an id; a row that somebody else put into the lake seldom does. */
const EVENT_ID = '^[0-9a-f]{32}$';

export async function closingReport(input: ReportInput): Promise<Report> {
  const { clients, pipeline } = input;
  const objects = await objectsUnder(clients.s3, pipeline.crawler.target);
  const bucket = bucketOf(pipeline.crawler.target);
  const errors = await errorRecords(clients.s3, bucket);
  const numbers = objects.size > 0 ? await countRows(input) : { lakeRows: 0, viewChanges: 0, viewOrders: 0 };
  const facts = {
    written: input.written,
    captured: input.captured,
    ...numbers,
    tableOrders: await tableCount(input),
    errorRecords: errors.count,
    errorKeys: errors.keys,
    deadLetters: await deadLetters(clients.sqs),
  };
  const latency =
    input.acknowledgedAt.size > 0 && objects.size > 0 ? await latencies(input, objects) : undefined;
  return { ...facts, latency, disagreements: disagreements(facts) };
}

type Facts = Omit<Report, 'latency' | 'disagreements'>;

/** Sentences for what does not add up. A record given up on is accounted for: it lies where the report says. */
export function disagreements(facts: Facts): string[] {
  const found: string[] = [];
  const acknowledged = facts.written
    ? facts.written.placed + facts.written.advanced + facts.written.deleted
    : 0;
  if (acknowledged > facts.captured)
    found.push(`${acknowledged} changes were acknowledged, but the stream captured ${facts.captured}.`);
  const delivered = facts.viewChanges + facts.errorRecords;
  if (facts.deadLetters === 0 && delivered !== facts.captured)
    found.push(
      `${facts.captured} changes were captured, but ${facts.viewChanges} are in order_changes and ${facts.errorRecords} under errors/.`,
    );
  if (facts.viewChanges > facts.lakeRows)
    found.push(`order_changes has ${facts.viewChanges} changes, the lake only ${facts.lakeRows} rows.`);
  const missing = facts.tableOrders - facts.viewOrders;
  if (facts.deadLetters === 0 && (missing < 0 || missing > facts.errorRecords))
    found.push(`The table holds ${facts.tableOrders} orders, orders_current ${facts.viewOrders}.`);
  if (facts.written && facts.written.failed > 0)
    found.push(
      `${facts.written.failed} writes were not acknowledged; the last: ${facts.written.lastFailure}.`,
    );
  return found;
}

async function countRows(
  input: ReportInput,
): Promise<Pick<Report, 'lakeRows' | 'viewChanges' | 'viewOrders'>> {
  const { clients, pipeline } = input;
  const number = async (sql: string): Promise<number> => {
    const question = { sql, workGroup: pipeline.workGroup, database: pipeline.crawler.database };
    return Number((await ask(clients.athena, question)).rows[0]?.[0] ?? 0);
  };
  const table = rawTable(pipeline);
  const ours = `regexp_like(event_id, '${EVENT_ID}')`;
  const [lakeRows, viewChanges, viewOrders] = await Promise.all([
    number(`SELECT count(*) FROM ${table} WHERE ${ours}`),
    number(`SELECT count(*) FROM order_changes WHERE ${ours}`),
    number('SELECT count(*) FROM orders_current'),
  ]);
  return { lakeRows, viewChanges, viewOrders };
}

/** The crawler names a table after its prefix and the target's last folder. */
function rawTable({ crawler }: Required<Pipeline>): string {
  return `projection_${crawler.target.replace(/\/+$/, '').split('/').at(-1)}`;
}

async function tableCount({ clients, pipeline }: ReportInput): Promise<number> {
  let count = 0;
  let ExclusiveStartKey: Record<string, never> | undefined;
  do {
    const page = await clients.dynamodb.send(
      new ScanCommand({
        TableName: pipeline.table,
        Select: 'COUNT',
        ConsistentRead: true,
        ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
      }),
    );
    count += page.Count ?? 0;
    ExclusiveStartKey = page.LastEvaluatedKey as Record<string, never> | undefined;
  } while (ExclusiveStartKey);
  return count;
}

/** When each object under an `s3://` address was written, by its address. */
async function objectsUnder(client: S3Client, address: string): Promise<Map<string, number>> {
  const bucket = bucketOf(address);
  const prefix = address.slice(`s3://${bucket}/`.length);
  const objects = new Map<string, number>();
  let ContinuationToken: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        ...(ContinuationToken ? { ContinuationToken } : {}),
      }),
    );
    for (const { Key, LastModified } of page.Contents ?? [])
      objects.set(`s3://${bucket}/${Key}`, LastModified?.getTime() ?? 0);
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  return objects;
}

async function errorRecords(client: S3Client, bucket: string): Promise<{ count: number; keys: string[] }> {
  const objects = [...(await objectsUnder(client, `s3://${bucket}/errors/`)).keys()];
  let count = 0;
  for (const address of objects) {
    const Key = address.slice(`s3://${bucket}/`.length);
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
    count += text.split('\n').filter((line) => line.trim() !== '').length;
  }
  return { count, keys: objects.slice(0, 3) };
}

async function deadLetters(client: SQSClient): Promise<number> {
  const { QueueUrls = [] } = await client.send(new ListQueuesCommand({}));
  let waiting = 0;
  for (const QueueUrl of QueueUrls) {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
    );
    waiting += Number(Attributes['ApproximateNumberOfMessages'] ?? 0);
  }
  return waiting;
}

/** An order can be queried once its object is there and the crawler has registered the object's partition. */
async function latencies(
  input: ReportInput,
  objects: ReadonlyMap<string, number>,
): Promise<Report['latency']> {
  const { clients, pipeline, acknowledgedAt } = input;
  const registered = await partitionTimes(input);
  const question = {
    sql: `SELECT orderid, "$path" FROM ${rawTable(pipeline)} WHERE event_name = 'INSERT'`,
    workGroup: pipeline.workGroup,
    database: pipeline.crawler.database,
  };
  const toLake: number[] = [];
  const toQueryable: number[] = [];
  for (const [orderid, path] of (await ask(clients.athena, question)).rows) {
    const at = acknowledgedAt.get(orderid ?? '');
    const written = objects.get(path ?? '');
    if (at === undefined || written === undefined || path === null || path === undefined) continue;
    const partition = registered.find(({ location }) => path.startsWith(location));
    toLake.push(Math.max(0, written - at));
    toQueryable.push(Math.max(0, Math.max(written, partition?.at ?? written) - at));
  }
  if (toLake.length === 0) return undefined;
  return { toLake: percentiles(toLake), toQueryable: percentiles(toQueryable) };
}

async function partitionTimes({
  clients,
  pipeline,
}: ReportInput): Promise<{ location: string; at: number }[]> {
  const times: { location: string; at: number }[] = [];
  let NextToken: string | undefined;
  do {
    const page = await clients.glue.send(
      new GetPartitionsCommand({
        DatabaseName: pipeline.crawler.database,
        TableName: rawTable(pipeline),
        ...(NextToken ? { NextToken } : {}),
      }),
    );
    for (const { StorageDescriptor, CreationTime } of page.Partitions ?? [])
      times.push({ location: StorageDescriptor?.Location ?? '', at: CreationTime?.getTime() ?? 0 });
    NextToken = page.NextToken;
  } while (NextToken);
  return times;
}

export function percentiles(values: readonly number[]): Percentiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

function bucketOf(address: string): string {
  return address.slice('s3://'.length).split('/')[0] ?? '';
}
