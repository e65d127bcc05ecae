/**
 * How fast a table may be read and written. A partition serves 1,000 write units and 3,000 read units a second; a
 * provisioned table has its capacity and saves up to 300 seconds of it; an on-demand table has as many partitions as it
 * serves units at once (`growth.ts`), at most its declared maximum and AWS's quota of a table.
 *
 * A request is admitted while units are left and pays afterwards, when its size is known, so a bucket can go below
 * zero; the debt is waited off. Units are counted in memory: a restart begins with full buckets. A partition is not
 * split for its hot items.
 */

import { AwsError } from '../../aws-error.ts';
import type { Clock } from '../../clock.ts';
import type { Throughput, Units } from './config.ts';
import { createGrowth, higher, NEW_ON_DEMAND, type Peaks } from './growth.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html */
export const PARTITION_WRITE_UNITS_PER_SECOND = 1_000;
const PARTITION_READ_UNITS_PER_SECOND = 3_000;
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html */
const BURST_SECONDS = 300;
/** On demand, each of reads and writes; AWS raises it when asked.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#default-limits-throughput */
export const TABLE_UNITS_PER_SECOND_MAX = 40_000;

const READ_BYTES_PER_UNIT = 4_096;
const WRITE_BYTES_PER_UNIT = 1_024;

type Direction = 'read' | 'write';
/** How AWS names the limit that was met (API_ThrottlingReason). */
type LimitType =
  | 'KeyRangeThroughputExceeded'
  | 'ProvisionedThroughputExceeded'
  | 'MaxOnDemandThroughputExceeded'
  | 'AccountLimitExceeded';

export type Meter = {
  /** Throws AWS's throttling error when the table, or the partition of that key, has no units left. */
  admit(direction: Direction, key: string | undefined): void;
  /** Without a key, as of a scan, all partitions share the units. */
  charge(direction: Direction, key: string | undefined, units: number): void;
  /** Units a second that the table serves at once. */
  warm(): Units;
  /** What of its traffic must outlast the engine, when that has changed. */
  unkept(): Peaks | undefined;
};

export function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / WRITE_BYTES_PER_UNIT));
}

export function readUnits(bytes: number, consistent: boolean): number {
  return Math.max(1, Math.ceil(bytes / READ_BYTES_PER_UNIT)) * (consistent ? 1 : 0.5);
}

/** What the table serves before it has grown. */
function startOf(throughput: Throughput): Units {
  if (throughput.mode === 'provisioned') return throughput;
  return throughput.warm ? higher(NEW_ON_DEMAND, throughput.warm) : NEW_ON_DEMAND;
}

/** Partitions of a new table. */
export function partitionsOf(throughput: Throughput): number {
  return partitionsFor(startOf(throughput));
}

function partitionsFor(units: Units): number {
  return Math.max(
    1,
    Math.ceil(units.writeUnits / PARTITION_WRITE_UNITS_PER_SECOND),
    Math.ceil(units.readUnits / PARTITION_READ_UNITS_PER_SECOND),
  );
}

/** Which of `count` equal ranges of the hash a key falls into. A key's text begins with 24 bits of its hash. */
export function rangeOf(key: string, count: number): number {
  return Math.floor((Number.parseInt(key.slice(0, 6), 16) * count) / 2 ** 24);
}

type Bucket = { perSecond: number; most: number; left: number; at: number };
type TableLimit = { bucket: Bucket; type: LimitType };

/** `peaks` are those that an earlier engine kept. */
export function createMeter(
  throughput: Throughput,
  tableArn: string,
  clock: Clock,
  peaks: Peaks | undefined,
): Meter {
  const growth =
    throughput.mode === 'on-demand' ? createGrowth(startOf(throughput), clock.now(), peaks) : undefined;
  const warm = () => growth?.serves() ?? startOf(throughput);
  const limits: Record<Direction, TableLimit> = {
    read: tableLimit(throughput, 'read', clock.now()),
    write: tableLimit(throughput, 'write', clock.now()),
  };
  let partitions = partitionBuckets(warm(), clock.now());

  return {
    admit(direction, key) {
      const now = clock.now();
      if (growth?.passTo(now)) partitions = partitionBuckets(growth.serves(), now);
      const { bucket, type } = limits[direction];
      if (isSpent(bucket, now)) throw throttled(direction, type, throughput, tableArn);
      const all = partitions[direction];
      const spent =
        key === undefined
          ? all.every((each) => isSpent(each, now))
          : isSpent(all[rangeOf(key, all.length)] as Bucket, now);
      if (spent) throw throttled(direction, 'KeyRangeThroughputExceeded', throughput, tableArn);
    },
    charge(direction, key, units) {
      growth?.count(direction === 'read' ? { readUnits: units } : { writeUnits: units });
      limits[direction].bucket.left -= units;
      const all = partitions[direction];
      if (key !== undefined) (all[rangeOf(key, all.length)] as Bucket).left -= units;
      else for (const each of all) each.left -= units / all.length;
    },
    warm,
    unkept: () => growth?.unkept(),
  };
}

/** A table whose quotas are lifted: it takes what comes, and what came is no peak. */
export function withoutLimits(throughput: Throughput): Meter {
  return {
    admit() {},
    charge() {},
    warm: () => startOf(throughput),
    unkept: () => undefined,
  };
}

function tableLimit(throughput: Throughput, direction: Direction, now: number): TableLimit {
  const member = direction === 'read' ? 'readUnits' : 'writeUnits';
  if (throughput.mode === 'provisioned')
    return {
      bucket: full(throughput[member], BURST_SECONDS, now),
      type: 'ProvisionedThroughputExceeded',
    };
  const declared = throughput[`${member}Max`] ?? Number.POSITIVE_INFINITY;
  return declared <= TABLE_UNITS_PER_SECOND_MAX
    ? { bucket: full(declared, 1, now), type: 'MaxOnDemandThroughputExceeded' }
    : { bucket: full(TABLE_UNITS_PER_SECOND_MAX, 1, now), type: 'AccountLimitExceeded' };
}

function partitionBuckets(units: Units, now: number): Record<Direction, Bucket[]> {
  const count = partitionsFor(units);
  const each = (perSecond: number) => Array.from({ length: count }, () => full(perSecond, 1, now));
  return { read: each(PARTITION_READ_UNITS_PER_SECOND), write: each(PARTITION_WRITE_UNITS_PER_SECOND) };
}

function full(perSecond: number, seconds: number, now: number): Bucket {
  const most = perSecond * seconds;
  return { perSecond, most, left: most, at: now };
}

function isSpent(bucket: Bucket, now: number): boolean {
  bucket.left = Math.min(bucket.most, bucket.left + ((now - bucket.at) / 1_000) * bucket.perSecond);
  bucket.at = now;
  return bucket.left <= 0;
}

const THROTTLING_CODES: readonly string[] = [
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
];

export function isThrottling(error: unknown): boolean {
  return error instanceof AwsError && THROTTLING_CODES.includes(error.code);
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/throttling-diagnosing.html */
function throttled(direction: Direction, type: LimitType, { mode }: Throughput, resource: string): AwsError {
  const reasons = [{ reason: `Table${direction === 'read' ? 'Read' : 'Write'}${type}`, resource }];
  if (type === 'AccountLimitExceeded')
    return new AwsError(
      'RequestLimitExceeded',
      'Throughput exceeds the current throughput limit for your account. Please contact AWS Support at https://aws.amazon.com/support request a limit increase',
      400,
      { ThrottlingReasons: reasons },
    );
  if (mode === 'provisioned')
    return new AwsError(
      'ProvisionedThroughputExceededException',
      'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
      400,
      { ThrottlingReasons: reasons },
    );
  return new AwsError(
    'ThrottlingException',
    type === 'MaxOnDemandThroughputExceeded'
      ? 'Throughput exceeds the maximum OnDemandThroughput configured on table or index'
      : 'Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly. If exceptions persist, check if you have a hot key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html',
    400,
    // The one error that spells this member small.
    { throttlingReasons: reasons },
  );
}
