/**
 * How a stream's key space is divided: each shard owns an even range of the 128-bit hash keys, and a record belongs
 * to the shard that owns the MD5 of its partition key (or its explicit hash key).
 * https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html#partition-key
 *
 * Hash keys are compared as 32 hexadecimal digits: md5 gives them so, and text compares faster than a BigInt.
 */

import { createHash } from 'node:crypto';

export type Shard = {
  id: string;
  /** The log in the store that holds its records: `<stream arn>/<shard id>`. */
  log: string;
  /** First and last hash key, inclusive, decimal as AWS writes them. */
  startingHashKey: string;
  endingHashKey: string;
  /** The last hash key again, as 32 hexadecimal digits. */
  endingHex: string;
};

const HASH_KEYS = 2n ** 128n;

export function evenShards(streamArn: string, count: number): Shard[] {
  const width = HASH_KEYS / BigInt(count);
  return Array.from({ length: count }, (_, index) => {
    const id = `shardId-${String(index).padStart(12, '0')}`;
    const start = width * BigInt(index);
    const end = index === count - 1 ? HASH_KEYS - 1n : start + width - 1n;
    return {
      id,
      log: `${streamArn}/${id}`,
      startingHashKey: String(start),
      endingHashKey: String(end),
      endingHex: hex(end),
    };
  });
}

/** The index of the shard that owns a hash key of 32 hexadecimal digits. */
export function shardOf(shards: readonly Shard[], hashKey: string): number {
  let low = 0;
  let high = shards.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (hashKey <= (shards[middle] as Shard).endingHex) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function hashKeyOf(partitionKey: string): string {
  return createHash('md5').update(partitionKey, 'utf8').digest('hex');
}

/** An explicit hash key as 32 hexadecimal digits; undefined when it lies outside of the 128 bits. */
export function explicitHashKey(decimal: string): string | undefined {
  if (!/^(0|[1-9]\d{0,38})$/.test(decimal)) return undefined;
  const value = BigInt(decimal);
  return value < HASH_KEYS ? hex(value) : undefined;
}

function hex(value: bigint): string {
  return value.toString(16).padStart(32, '0');
}
