/**
 * Holds what was written against what the lake and the views say, by asking AWS's APIs, and says whether the numbers
 * agree. It trusts no counter on the way: rows are counted by Athena, errors by reading the objects that Firehose left of them,
 * dead letters by asking their queue.
 */

import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { FirehoseClient } from '@aws-sdk/client-firehose';
import { GetPartitionsCommand, GetTablesCommand, type Table } from '@aws-sdk/client-glue';
import type { S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, ListQueuesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { ask } from './athena.ts';
import type { Clients, Pipeline } from './discover.ts';
import { EVENT_ID, type FailedRecords, failedRecords } from './failed-records.ts';
import { objectsUnder } from './objects.ts';
import type { Written } from './write-orders.ts';

export type Report = {
  /** Whether the run was held to AWS's quotas on rates and concurrency. */
  quotas: 'enforced' | 'lifted';
  /** By this run's generator. */
  written: Written | undefined;
  /** Change records of the table since its data was made. */
  captured: number;
  lakeRows: number;
  /** Distinct changes among the lake's rows; what the views are held against where there are none. */
  lakeChanges: number;
  /** Absent when the stack has no such view. */
  viewChanges?: number;
  tableOrders: number;
  viewOrders?: number;
  /** Records that lie under errors/. */
  failed: FailedRecords;
  /** Messages of the pipe about batches that it gave up on, and the queues that hold them. */
  deadLetters: number;
  deadLetterQueues: string[];
  latency: { toLake: Percentiles; toQueryable: Percentiles } | undefined;
  /** What could not be compared, and why. */
  skipped: string[];
  /** What does not agree; empty when all does. */
  disagreements: string[];
};

export type Percentiles = { p50: number; p99: number };

export type ReportInput = {
  clients: Clients & { s3: S3Client; sqs: SQSClient; firehose: FirehoseClient };
  pipeline: Required<Pipeline>;
  written: Written | undefined;
  quotas: Report['quotas'];
  captured: number;
  /** When the table acknowledged an order of this run, milliseconds since the epoch, by order id. */
  acknowledgedAt: ReadonlyMap<string, number>;
  /** Whether the stack promises the views of sql/: then a missing one is a failure, otherwise it is passed over. */
  viewsPromised: boolean;
};

/** What a crawl found: the tables over the lake that hold changes, and which of the two compared views exist. */
type Catalog = { rawTables: string[]; views: Set<string> };

export async function closingReport(input: ReportInput): Promise<Report> {
  const { clients, pipeline } = input;
  const objects = await objectsUnder(clients.s3, pipeline.crawler.target);
  const catalog = await readCatalog(input);
  const facts = {
    written: input.written,
    captured: input.captured,
    ...(await countRows(input, catalog)),
    tableOrders: await tableCount(input),
    failed: await failedRecords(clients.firehose, clients.s3),
    ...(await deadLetters(clients.sqs)),
  };
  const latency =
    input.acknowledgedAt.size > 0 && objects.size > 0 ? await latencies(input, catalog, objects) : undefined;
  const missing = [CHANGES, CURRENT].filter((view) => !catalog.views.has(view));
  // A lake without rows has no table yet, and so no views: the numbers speak for themselves.
  const lacks = catalog.rawTables.length === 0 ? [] : missing.map(lackSentence(pipeline.crawler.database));
  const found = disagreements(facts);
  const report = { quotas: input.quotas, ...facts, latency };
  return input.viewsPromised
    ? { ...report, skipped: [], disagreements: [...found, ...lacks] }
    : { ...report, skipped: lacks, disagreements: found };
}

const CHANGES = 'order_changes';
const CURRENT = 'orders_current';

function lackSentence(database: string): (view: string) => string {
  return (view) => `The view ${view} is not in ${database}, so it was not counted.`;
}

export type Facts = Omit<Report, 'quotas' | 'latency' | 'skipped' | 'disagreements'>;

/** Sentences for what does not add up. A record given up on is accounted for: it lies where the report says. */
export function disagreements(facts: Facts): string[] {
  const { written, captured, failed, deadLetters, tableOrders, viewOrders } = facts;
  const found: string[] = [];
  const acknowledged = written ? written.placed + written.advanced + written.deleted : 0;
  if (acknowledged > captured)
    found.push(`${acknowledged} changes were acknowledged, but the stream captured ${captured}.`);
  found.push(...deliveryDisagreement(facts));
  if (facts.viewChanges !== undefined && facts.viewChanges > facts.lakeRows)
    found.push(`${CHANGES} has ${facts.viewChanges} changes, the lake only ${facts.lakeRows} rows.`);
  // A lost change may be the one that made an order as well as the one that removed it.
  if (viewOrders !== undefined && deadLetters === 0 && Math.abs(tableOrders - viewOrders) > failed.changes)
    found.push(`The table holds ${tableOrders} orders, ${CURRENT} ${viewOrders}.`);
  if (failed.undelivered > 0)
    found.push(
      `${failed.undelivered} changes lie under errors/ for no fault of theirs: the function broke or could not be called.`,
    );
  if (written && written.failed > 0)
    found.push(`${written.failed} writes were not acknowledged; the last: ${written.lastFailure}`);
  return found;
}

function deliveryDisagreement({ captured, viewChanges, lakeChanges, failed, deadLetters }: Facts): string[] {
  const [there, where] =
    viewChanges === undefined ? [lakeChanges, 'in the lake'] : [viewChanges, `in ${CHANGES}`];
  const delivered = there + failed.changes;
  if (delivered === captured || (delivered < captured && deadLetters > 0)) return [];
  const numbers = `${captured} changes were captured, but ${there} are ${where} and ${failed.changes} under errors/`;
  return delivered > captured
    ? [`${numbers}: something else than the table's stream has put changes into the pipeline.`]
    : [`${numbers}: ${captured - delivered} are missing.`];
}

async function readCatalog({ clients, pipeline }: ReportInput): Promise<Catalog> {
  const { database, target } = pipeline.crawler;
  const tables: Table[] = [];
  let NextToken: string | undefined;
  do {
    const page = await clients.glue.send(
      new GetTablesCommand({ DatabaseName: database, ...(NextToken ? { NextToken } : {}) }),
    );
    tables.push(...(page.TableList ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  const isView = ({ TableType }: Table) => TableType === 'VIRTUAL_VIEW';
  const holdsChanges = ({ StorageDescriptor: at }: Table) =>
    at?.Location?.startsWith(target.replace(/\/+$/, '')) &&
    at.Columns?.some(({ Name }) => Name === 'event_id');
  return {
    rawTables: tables.filter((table) => !isView(table) && holdsChanges(table)).map(({ Name }) => Name ?? ''),
    views: new Set(tables.filter(isView).map(({ Name }) => Name ?? '')),
  };
}

type Rows = Pick<Report, 'lakeRows' | 'lakeChanges' | 'viewChanges' | 'viewOrders'>;

async function countRows({ clients, pipeline }: ReportInput, { rawTables, views }: Catalog): Promise<Rows> {
  const number = async (sql: string): Promise<number> => {
    const question = { sql, workGroup: pipeline.workGroup, database: pipeline.crawler.database };
    return Number((await ask(clients.athena, question)).rows[0]?.[0] ?? 0);
  };
  const sum = async (what: string): Promise<number> => {
    const counts = rawTables.map((table) => number(`SELECT ${what} FROM "${table}" WHERE ${ours}`));
    return (await Promise.all(counts)).reduce((total, each) => total + each, 0);
  };
  const ours = `regexp_like(event_id, '${EVENT_ID}')`;
  const [lakeRows, lakeChanges, viewChanges, viewOrders] = await Promise.all([
    sum('count(*)'),
    sum('count(DISTINCT event_id)'),
    views.has(CHANGES) ? number(`SELECT count(*) FROM ${CHANGES} WHERE ${ours}`) : undefined,
    views.has(CURRENT) ? number(`SELECT count(*) FROM ${CURRENT}`) : undefined,
  ]);
  return {
    lakeRows,
    lakeChanges,
    ...(viewChanges === undefined ? {} : { viewChanges }),
    ...(viewOrders === undefined ? {} : { viewOrders }),
  };
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

async function deadLetters(client: SQSClient): Promise<Pick<Report, 'deadLetters' | 'deadLetterQueues'>> {
  const { QueueUrls = [] } = await client.send(new ListQueuesCommand({}));
  const queues: string[] = [];
  let waiting = 0;
  for (const QueueUrl of QueueUrls) {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
    );
    const messages = Number(Attributes['ApproximateNumberOfMessages'] ?? 0);
    if (messages > 0) queues.push(QueueUrl.split('/').at(-1) ?? QueueUrl);
    waiting += messages;
  }
  return { deadLetters: waiting, deadLetterQueues: queues };
}

/** An order can be queried once its object is there and the crawler has registered the object's partition. */
async function latencies(
  input: ReportInput,
  { rawTables }: Catalog,
  objects: ReadonlyMap<string, number>,
): Promise<Report['latency']> {
  const { clients, pipeline, acknowledgedAt } = input;
  const toLake: number[] = [];
  const toQueryable: number[] = [];
  for (const table of rawTables) {
    const registered = await partitionTimes(input, table);
    const question = {
      sql: `SELECT orderid, "$path" FROM "${table}" WHERE event_name = 'INSERT'`,
      workGroup: pipeline.workGroup,
      database: pipeline.crawler.database,
    };
    for (const [orderid, path] of (await ask(clients.athena, question)).rows) {
      const at = acknowledgedAt.get(orderid ?? '');
      const written = objects.get(path ?? '');
      if (at === undefined || written === undefined || path === null || path === undefined) continue;
      const partition = registered.find(({ location }) => path.startsWith(location));
      toLake.push(Math.max(0, written - at));
      toQueryable.push(Math.max(0, Math.max(written, partition?.at ?? written) - at));
    }
  }
  if (toLake.length === 0) return undefined;
  return { toLake: percentiles(toLake), toQueryable: percentiles(toQueryable) };
}

async function partitionTimes(
  { clients, pipeline }: ReportInput,
  TableName: string,
): Promise<{ location: string; at: number }[]> {
  const times: { location: string; at: number }[] = [];
  let NextToken: string | undefined;
  do {
    const page = await clients.glue.send(
      new GetPartitionsCommand({
        DatabaseName: pipeline.crawler.database,
        TableName,
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
