/**
 * How fast a table may be read and written. A partition serves 1,000 write units and 3,000 read units a second; a
 * provisioned table has its capacity and saves up to 300 seconds of it; an on-demand table has as many partitions as
 * its declared maximum needs, or the four that AWS gives a new one. AWS grows an on-demand table with its traffic:
 * here it stands from the start at what the stack declares, and does not grow.
 *
 * A request is admitted while units are left and pays afterwards, when its size is known, so a bucket can go below
 * zero; the debt is waited off. Units are counted in memory: a restart begins with full buckets.
 */

import { AwsError } from '../../aws-error.ts';
import type { Clock } from '../../clock.ts';
import type { Throughput, Units } from './config.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html */
const PARTITION_WRITE_UNITS_PER_SECOND = 1_000;
const PARTITION_READ_UNITS_PER_SECOND = 3_000;
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html */
const BURST_SECONDS = 300;
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html, "Initial throughput" */
const NEW_ON_DEMAND: Units = { writeUnits: 4_000, readUnits: 12_000 };

const READ_BYTES_PER_UNIT = 4_096;
const WRITE_BYTES_PER_UNIT = 1_024;

type Direction = 'read' | 'write';

export type Meter = {
  /** Throws AWS's throttling error when the table, or the partition of that key, has no units left. */
  admit(direction: Direction, key: string | undefined): void;
  charge(direction: Direction, key: string | undefined, units: number): void;
};

export function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / WRITE_BYTES_PER_UNIT));
}

export function readUnits(bytes: number, consistent: boolean): number {
  return Math.max(1, Math.ceil(bytes / READ_BYTES_PER_UNIT)) * (consistent ? 1 : 0.5);
}

/** What the table can serve once it has the partitions that the stack's numbers ask for. */
export function capacityOf(throughput: Throughput): Units {
  if (throughput.mode === 'provisioned')
    return { readUnits: throughput.readUnits, writeUnits: throughput.writeUnits };
  return {
    readUnits: Math.max(throughput.warm?.readUnits ?? NEW_ON_DEMAND.readUnits, throughput.readUnitsMax ?? 0),
    writeUnits: Math.max(
      throughput.warm?.writeUnits ?? NEW_ON_DEMAND.writeUnits,
      throughput.writeUnitsMax ?? 0,
    ),
  };
}

export function partitionsOf(throughput: Throughput): number {
  const capacity = capacityOf(throughput);
  return Math.max(
    1,
    Math.ceil(capacity.writeUnits / PARTITION_WRITE_UNITS_PER_SECOND),
    Math.ceil(capacity.readUnits / PARTITION_READ_UNITS_PER_SECOND),
  );
}

/** Which of `count` equal ranges of the hash a key falls into. A key's text begins with 24 bits of its hash. */
export function rangeOf(key: string, count: number): number {
  return Math.floor((Number.parseInt(key.slice(0, 6), 16) * count) / 2 ** 24);
}

type Bucket = { perSecond: number; most: number; left: number; at: number };

export function createMeter(throughput: Throughput, clock: Clock): Meter {
  const partitions = partitionsOf(throughput);
  const now = clock.now();
  const bucket = (perSecond: number, seconds: number): Bucket => {
    const most = perSecond * seconds;
    return { perSecond, most, left: most, at: now };
  };
  const ofPartitions = (perSecond: number) => Array.from({ length: partitions }, () => bucket(perSecond, 1));
  const limits = {
    read: {
      table: tableLimit(throughput, 'read'),
      partitions: ofPartitions(PARTITION_READ_UNITS_PER_SECOND),
    },
    write: {
      table: tableLimit(throughput, 'write'),
      partitions: ofPartitions(PARTITION_WRITE_UNITS_PER_SECOND),
    },
  };

  function tableLimit(of: Throughput, direction: Direction): Bucket | undefined {
    if (of.mode === 'provisioned')
      return bucket(direction === 'read' ? of.readUnits : of.writeUnits, BURST_SECONDS);
    const most = direction === 'read' ? of.readUnitsMax : of.writeUnitsMax;
    return most === undefined ? undefined : bucket(most, 1);
  }

  function bucketsFor(direction: Direction, key: string | undefined): Bucket[] {
    const { table, partitions: all } = limits[direction];
    const found = table ? [table] : [];
    const partition = key === undefined ? undefined : all[rangeOf(key, partitions)];
    if (partition) found.push(partition);
    return found;
  }

  return {
    admit(direction, key) {
      const time = clock.now();
      for (const each of bucketsFor(direction, key)) {
        refill(each, time);
        if (each.left <= 0) throw throttled(throughput);
      }
    },
    charge(direction, key, units) {
      for (const each of bucketsFor(direction, key)) each.left -= units;
    },
  };
}

function refill(bucket: Bucket, now: number): void {
  bucket.left = Math.min(bucket.most, bucket.left + ((now - bucket.at) / 1_000) * bucket.perSecond);
  bucket.at = now;
}

export function isThrottling(error: unknown): boolean {
  const code = error instanceof AwsError ? error.code : '';
  return code === 'ThrottlingException' || code === 'ProvisionedThroughputExceededException';
}

function throttled(throughput: Throughput): AwsError {
  return throughput.mode === 'provisioned'
    ? new AwsError(
        'ProvisionedThroughputExceededException',
        'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
      )
    : new AwsError(
        'ThrottlingException',
        'Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly. If exceptions persist, check if you have a hot key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html',
      );
}
