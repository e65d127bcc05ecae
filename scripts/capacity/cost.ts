/**
 * What orders cost at list prices, hop by hop: a million of them, a whole event, and the load test that rehearses it.
 * Not in it: KMS requests, logs, metrics, alarms, queries, the machines that make the load, free tiers and discounts.
 */

import type { HopName } from '../../schemas/hops.ts';
import type { Environment } from '../../stacks/environments.ts';
import { monthlyOf } from '../prices/fixed.ts';
import { costOfUnits, MONTH_HOURS, type PriceName } from '../prices/price-list.ts';
import { executionsAnOrder, partitionsOf } from './constraints.ts';
import type { OrderLife } from './order-life.ts';
import { ordersOf, type Profile } from './profiles.ts';
import { quota } from './quotas.ts';

/** Dollars that an order costs, and dollars that an hour costs whether or not an order comes. */
type Line = { hop: HopName; what: string; anOrder: number; anHour: number };

export type CostLine = { hop: HopName; what: string; perMillion: number; event: number; test: number };

export type LoadTest = { ordersPerSecond: number; seconds: number };

const MILLION = 1_000_000;
const MEGABYTE = 1024 ** 2;
const GIBIBYTE = 1024 ** 3;
const FIREHOSE_RECORD_BYTES = 5 * 1024;
const PAYLOAD_UNIT_BYTES = 25 * 1024;
const PIPE_REQUEST_BYTES = 64 * 1024;
const EXTENDED_FROM_HOURS = 24;

export function costLines(
  environment: Environment,
  profile: Profile,
  life: OrderLife,
  warmWriteUnits: number,
  test: LoadTest,
): readonly CostLine[] {
  const lines = [...usage(environment, life), ...hourly(environment, partitionsOf(warmWriteUnits))];
  return lines.map(({ hop, what, anOrder, anHour }) => ({
    ...{ hop, what },
    perMillion: anOrder * MILLION,
    event: anOrder * ordersOf(profile) + anHour * profile.hours,
    test: anOrder * test.ordersPerSecond * test.seconds + (anHour * test.seconds) / 3600,
  }));
}

function usage(environment: Environment, life: OrderLife): Line[] {
  const changes = life.changesAnOrder;
  const line = (hop: HopName, what: string, price: PriceName, units: number): Line => ({
    ...{ hop, what, anHour: 0 },
    anOrder: costOfUnits(price, units),
  });
  const units = (bytes: number): number => Math.ceil(life.changeBytes / bytes);
  const { transform, firehose } = environment;
  const calls = (changes * life.changeBytes) / (firehose.transformBufferMegabytes * MEGABYTE);
  const gigabyteSeconds = executionsAnOrder(environment, life) * (transform.memoryMegabytes / 1024);
  const recordBytes = Math.ceil(life.changeBytes / FIREHOSE_RECORD_BYTES) * FIREHOSE_RECORD_BYTES;
  const objects = (changes * life.rowBytes) / (firehose.bufferMegabytes * MEGABYTE);
  return [
    line('table', 'writes', 'dynamodb-write-request-units', life.writeUnitsAnOrder),
    line('table', 'a month of what is kept', 'dynamodb-storage-gb-month', life.itemBytes / GIBIBYTE),
    line('pipe', 'requests', 'pipe-requests', changes * units(PIPE_REQUEST_BYTES)),
    line('kinesis', 'PUT units', 'kinesis-put-payload-units', changes * units(PAYLOAD_UNIT_BYTES)),
    line('firehose', '5 KB a record', 'firehose-gb', (changes * recordBytes) / GIBIBYTE),
    line('transform', 'calls', 'lambda-requests', calls),
    line('transform', 'time', 'lambda-arm-gb-seconds', gigabyteSeconds),
    line('lake', 'objects put', 's3-put-requests', objects),
    line('lake', 'a month of what is kept', 's3-standard-gb-month', (changes * life.rowGzipBytes) / GIBIBYTE),
  ];
}

function hourly({ kinesis, crawler }: Environment, streamShards: number): Line[] {
  const line = (hop: HopName, what: string, price: PriceName, unitsAnHour: number): Line => ({
    ...{ hop, what, anOrder: 0 },
    anHour: costOfUnits(price, unitsAnHour),
  });
  const polls = streamShards * quota('stream-polls-a-shard') * 3600;
  const crawls = monthlyOf('aws_glue_crawler', { schedule: crawler.schedule });
  const extended = kinesis.retentionHours > EXTENDED_FROM_HOURS ? kinesis.shards : 0;
  return [
    line('stream', 'the pipe’s reads', 'dynamodb-stream-read-request-units', polls),
    line('kinesis', `${kinesis.shards} shards`, 'kinesis-shard-hour', kinesis.shards),
    line('kinesis', `kept ${kinesis.retentionHours} h`, 'kinesis-extended-retention-shard-hour', extended),
    {
      ...{ hop: 'crawler', what: 'crawls', anOrder: 0 },
      anHour: crawls.kind === 'priced' ? crawls.dollars / MONTH_HOURS : 0,
    },
  ];
}
