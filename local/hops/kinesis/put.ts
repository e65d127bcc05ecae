/** What PutRecord and PutRecords share: a record's constraints, the shard it belongs to, and its place in the log. */

import { AwsError } from '../../aws-error.ts';
import { bytes, inside, type Reader, textOf, violate } from '../../shape.ts';
import { append } from '../../store/log.ts';
import type { Tx } from '../../store/store.ts';
import { explicitHashKey, hashKeyOf, shardOf } from './shards.ts';
import { type OpenStream, type StoredRecord, sequenceOf } from './streams.ts';

/** The default of a stream; AWS lets UpdateMaxRecordSize raise it to 10 MiB, which the provider's schema cannot say.
 * https://docs.aws.amazon.com/streams/latest/dev/large-records.html */
export const RECORD_BYTES_MAX = 1_048_576;
const PARTITION_KEY_CHARACTERS_MAX = 256;

export type NewRecord = {
  data: Uint8Array;
  partitionKey: string;
  /** 32 hexadecimal digits. */
  hashKey: string;
  /** Data and partition key together: what every limit counts. */
  bytes: number;
};

type RawRecord = { Data: Uint8Array; PartitionKey: string; ExplicitHashKey?: string };

export const recordMembers = { Data: bytes, PartitionKey: textOf(1, PARTITION_KEY_CHARACTERS_MAX) };
export const hashKeyMember = { ExplicitHashKey: textOf(0, undefined, '0|([1-9]\\d{0,38})') };

/** A shape with a record's members, its data and partition key together no larger than a record may be. */
export function recordSized<T extends RawRecord>(shape: Reader<T>): Reader<T> {
  return (value, at) => {
    const record = shape(value, at);
    // What is missing was noted, and has no size.
    const size = (record.Data?.length ?? 0) + Buffer.byteLength(record.PartitionKey ?? '');
    if (size > RECORD_BYTES_MAX)
      violate(inside(at, 'Data'), record.Data, `have length less than or equal to ${RECORD_BYTES_MAX}`);
    return record;
  };
}

export function newRecord({
  Data: data,
  PartitionKey: key,
  ExplicitHashKey: explicit,
}: RawRecord): NewRecord {
  const hashKey = explicit === undefined ? hashKeyOf(key) : explicitHashKey(explicit);
  if (hashKey === undefined)
    throw new AwsError(
      'InvalidArgumentException',
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${explicit}`,
    );
  return { data, partitionKey: key, hashKey, bytes: data.length + Buffer.byteLength(key) };
}

export type Placed = { ok: true; shardId: string; sequence: string } | { ok: false; reason: string };

/** Puts the record into its shard, or answers that the shard's throughput is spent. */
export function place(tx: Tx, stream: OpenStream, record: NewRecord, at: number, account: string): Placed {
  const index = shardOf(stream.shards, record.hashKey);
  const shard = stream.shards[index];
  const capacity = stream.capacity[index];
  if (!shard || !capacity) throw new Error(`${stream.arn} has no shard ${index}`);
  if (!capacity.write(record.bytes)) {
    stream.passed.throttled++;
    return { ok: false, reason: rateExceeded(shard.id, stream, account) };
  }
  const stored: StoredRecord = { at, key: record.partitionKey, data: record.data };
  const offset = append(tx, shard.log, stored);
  stream.passed.in++;
  return { ok: true, shardId: shard.id, sequence: sequenceOf(offset) };
}

export function rateExceeded(shardId: string, stream: OpenStream, account: string): string {
  return `Rate exceeded for shard ${shardId} in stream ${stream.config.name} under account ${account}.`;
}
