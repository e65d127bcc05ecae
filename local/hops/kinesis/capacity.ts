/**
 * A shard's throughput as token buckets on the engine's clock: what a shard may take or give in one second, saved up
 * for at most one second. It remembers nothing over a restart, just as AWS promises nothing about bursts.
 */

import type { Clock } from '../../clock.ts';

/** https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
export const SHARD_WRITE_BYTES_PER_SECOND = 1_048_576;
export const SHARD_WRITE_RECORDS_PER_SECOND = 1000;
export const SHARD_READ_BYTES_PER_SECOND = 2 * 1_048_576;
const SHARD_READ_CALLS_PER_SECOND = 5;

type Bucket = { perSecond: number; level: number; at: number };

export type ShardCapacity = {
  /** Takes a record's bytes and its place, or nothing at all and answers false. */
  write(bytes: number): boolean;
  /** Whether a GetRecords call may start now; a granted one counts. */
  read(): boolean;
  /** Charges what a GetRecords call returned. It may run into debt: the next calls wait until that is paid, as AWS
   * does after a call that returned 10 MB (API_GetRecords). */
  hasRead(bytes: number): void;
};

/** A shard whose quotas are lifted. */
export const UNBOUNDED_SHARD: ShardCapacity = {
  write: () => true,
  read: () => true,
  hasRead() {},
};

export function shardCapacity(clock: Clock): ShardCapacity {
  const writeBytes = full(SHARD_WRITE_BYTES_PER_SECOND, clock.now());
  const writeRecords = full(SHARD_WRITE_RECORDS_PER_SECOND, clock.now());
  const readBytes = full(SHARD_READ_BYTES_PER_SECOND, clock.now());
  const readCalls = full(SHARD_READ_CALLS_PER_SECOND, clock.now());
  return {
    write(bytes) {
      const now = clock.now();
      if (level(writeBytes, now) < bytes || level(writeRecords, now) < 1) return false;
      writeBytes.level -= bytes;
      writeRecords.level -= 1;
      return true;
    },
    read() {
      const now = clock.now();
      if (level(readCalls, now) < 1 || level(readBytes, now) <= 0) return false;
      readCalls.level -= 1;
      return true;
    },
    hasRead(bytes) {
      readBytes.level = level(readBytes, clock.now()) - bytes;
    },
  };
}

function full(perSecond: number, now: number): Bucket {
  return { perSecond, level: perSecond, at: now };
}

function level(bucket: Bucket, now: number): number {
  const refill = (Math.max(0, now - bucket.at) * bucket.perSecond) / 1000;
  bucket.level = Math.min(bucket.perSecond, bucket.level + refill);
  bucket.at = now;
  return bucket.level;
}
