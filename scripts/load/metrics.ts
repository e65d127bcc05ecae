/**
 * What every hop counted while a run lasted, from CloudWatch, by the period: the engine and AWS are asked by the same
 * call, and only the period differs. Which hop gave way is judged elsewhere.
 *
 *     CloudWatch → [metrics] → backlog, gave-way
 */

import { setTimeout as pause } from 'node:timers/promises';
import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import { BASE_NAMES, type BaseName, type EnvironmentName, nameIn } from '../../stacks/names.ts';

type Source = { namespace: string; metric: string; dimension: string; of: BaseName };

const TABLE = { namespace: 'AWS/DynamoDB', dimension: 'TableName', of: BASE_NAMES.table };
const PIPE = { namespace: 'AWS/EventBridge/Pipes', dimension: 'PipeName', of: BASE_NAMES.pipe };
const STREAM = { namespace: 'AWS/Kinesis', dimension: 'StreamName', of: BASE_NAMES.stream };
const DELIVERY = {
  namespace: 'AWS/Firehose',
  dimension: 'DeliveryStreamName',
  of: BASE_NAMES.deliveryStream,
};
const TRANSFORM = { namespace: 'AWS/Lambda', dimension: 'FunctionName', of: BASE_NAMES.transform };

/** The sums that are read. The orders of the model are below 1 KB, so a write unit of the table is a change. */
const SOURCES = {
  taken: { ...TABLE, metric: 'ConsumedWriteCapacityUnits' },
  put: { ...STREAM, metric: 'IncomingRecords' },
  putBytes: { ...STREAM, metric: 'IncomingBytes' },
  read: { ...DELIVERY, metric: 'DataReadFromKinesisStream.Records' },
  delivered: { ...DELIVERY, metric: 'DeliveryToS3.Records' },
  tableThrottles: { ...TABLE, metric: 'WriteThrottleEvents' },
  pipeThrottles: { ...PIPE, metric: 'ExecutionThrottled' },
  kinesisThrottles: { ...STREAM, metric: 'WriteProvisionedThroughputExceeded' },
  firehoseThrottles: { ...DELIVERY, metric: 'ThrottledGetRecords' },
  transformThrottles: { ...TRANSFORM, metric: 'Throttles' },
} as const satisfies Record<string, Source>;

export type Metric = keyof typeof SOURCES;
const NAMES = Object.keys(SOURCES) as Metric[];
/** Each change passes all of these. */
const PASSED = ['taken', 'put', 'read', 'delivered'] as const satisfies Metric[];

export type Measured = {
  periodSeconds: number;
  /** Where the first period begins, seconds since the epoch. */
  from: number;
  /** A sum a period; nothing that was told is a zero. */
  sums: Readonly<Record<Metric, readonly number[]>>;
};

/** Of a metric, what each period summed up to: the shape of GetMetricData, for a recorded one too. */
export type AskMetrics = (request: {
  queries: MetricDataQuery[];
  from: number;
  until: number;
}) => Promise<{ id: string; points: (readonly [second: number, value: number])[] }[]>;

/** AWS's own services publish by the minute; the engine keeps seconds for three hours, as CloudWatch does. */
export function periodSecondsOf(place: 'here' | 'aws', runSeconds: number): number {
  if (place === 'aws' || runSeconds > 7_200) return 60;
  return runSeconds > 300 ? 5 : 1;
}

export async function readMetrics(
  ask: AskMetrics,
  environment: EnvironmentName,
  periodSeconds: number,
  began: number,
  ended: number,
): Promise<Measured> {
  const from = Math.floor(began / periodSeconds) * periodSeconds;
  const periods = Math.max(1, Math.ceil((ended - from) / periodSeconds));
  const queries = NAMES.map((name) => queryOf(name, environment, periodSeconds));
  const sums = Object.fromEntries(NAMES.map((name) => [name, new Array<number>(periods).fill(0)]));
  for (const { id, points } of await ask({ queries, from, until: from + periods * periodSeconds }))
    for (const [second, value] of points) {
      const at = Math.floor((second - from) / periodSeconds);
      const of = sums[id];
      if (of && at >= 0 && at < periods) of[at] = (of[at] ?? 0) + value;
    }
  return { periodSeconds, from, sums: sums as Record<Metric, number[]> };
}

function queryOf(name: Metric, environment: EnvironmentName, Period: number): MetricDataQuery {
  const { namespace: Namespace, metric: MetricName, dimension: Name, of } = SOURCES[name];
  const Dimensions = [{ Name, Value: nameIn(environment, of) }];
  return { Id: name, MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period, Stat: 'Sum' } };
}

/** Whether all the changes of a run have been counted at every hop. */
export function countedAll({ sums }: Measured, changes: number): boolean {
  return PASSED.every((name) => total(sums[name]) >= changes);
}

/** CloudWatch may tell minutes late, and what was told last may still grow. */
const PATIENCE_MS = { here: 10_000, aws: 5 * 60_000 };
const POLL_MS = { here: 1_000, aws: 20_000 };

/** Reads until all changes are counted at every hop, or patience ends; `whole` says which. */
export async function settledMetrics(
  read: () => Promise<Measured>,
  changes: number,
  place: 'here' | 'aws',
  tell: (line: string) => void,
): Promise<{ measured: Measured; whole: boolean }> {
  const until = Date.now() + PATIENCE_MS[place];
  for (;;) {
    const measured = await read();
    if (countedAll(measured, changes)) return { measured, whole: true };
    if (Date.now() >= until) return { measured, whole: false };
    tell('waiting for CloudWatch to have counted the last changes');
    await pause(POLL_MS[place]);
  }
}

export function askCloudWatch(client: CloudWatchClient): AskMetrics {
  return async ({ queries, from, until }) => {
    const found: Awaited<ReturnType<AskMetrics>> = [];
    let NextToken: string | undefined;
    do {
      const page = await client.send(
        new GetMetricDataCommand({
          MetricDataQueries: queries,
          StartTime: new Date(from * 1_000),
          EndTime: new Date(until * 1_000),
          ScanBy: 'TimestampAscending',
          ...(NextToken ? { NextToken } : {}),
        }),
      );
      for (const { Id = '', Timestamps = [], Values = [] } of page.MetricDataResults ?? [])
        found.push({ id: Id, points: Timestamps.map((at, k) => [at.getTime() / 1_000, Values[k] ?? 0]) });
      NextToken = page.NextToken;
    } while (NextToken);
    return found;
  };
}

export function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
