/**
 * Where a table's changes stand between the hop that writes them and the hop that serves them: the description of a
 * stream, the change record, and the log of each shard. A change is appended in the unit of work that made it, so
 * neither can exist without the other.
 *
 *     table → [changes] → stream
 *
 * It knows no API: GetRecords' shape and paging are the stream's.
 */

import { createHash } from 'node:crypto';
import type { Attributes } from './attributes.ts';
import { append } from './log.ts';
import type { Read, Tx } from './store.ts';

export type StreamViewType = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

export type StreamDescription = {
  arn: string;
  label: string;
  tableName: string;
  viewType: StreamViewType;
  keySchema: { AttributeName: string; KeyType: 'HASH' | 'RANGE' }[];
  /** Milliseconds since the epoch. */
  createdAt: number;
  enabled: boolean;
  /** One for each of the table's partitions; fixed when the stream is first declared, so that an item never moves. */
  shards: string[];
};

/** One change of one item. The images are those that the stream's view type asks for. */
export type Change = {
  /** When it was made, milliseconds since the epoch. */
  at: number;
  name: 'INSERT' | 'MODIFY' | 'REMOVE';
  keys: Attributes;
  newImage?: Attributes;
  oldImage?: Attributes;
  /** Of the keys and images. */
  bytes: number;
};

/**
 * AWS labels a stream with the time at which it was enabled. Here the label is constant, because the stack refers to
 * the stream's ARN before anything runs and it must be the same on every machine.
 */
export const STREAM_LABEL = '2026-01-01T00:00:00.000';

export function streamArnOf(tableArn: string): string {
  return `${tableArn}/stream/${STREAM_LABEL}`;
}

/** The log of a shard, and the prefix of its topic. */
export function shardLog(streamArn: string, shardId: string): string {
  return `${streamArn}/${shardId}`;
}

/** AWS's form: 20 digits, a hyphen, 8 hexadecimal digits (API_streams_Shard: 28 to 65 characters). */
export function shardIds(streamArn: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const suffix = createHash('sha256').update(`${streamArn}/${index}`).digest('hex').slice(0, 8);
    return `shardId-${String(index).padStart(20, '0')}-${suffix}`;
  });
}

export function describedStream(read: Read, streamArn: string): StreamDescription | undefined {
  return read.get(['stream', streamArn]);
}

/** In the order of their ARNs. A stack has a handful of tables, so they are never paged. */
export function describedStreams(read: Read): StreamDescription[] {
  return read
    .range<StreamDescription>({ from: ['stream', 'arn:'], to: ['stream', 'arn;'] })
    .map(({ value }) => value);
}

export function declareStream(tx: Tx, stream: StreamDescription): void {
  tx.put(['stream', stream.arn], stream);
}

/** Adds a change to its shard's log and wakes whoever listens to the stream. */
export function appendChange(tx: Tx, stream: StreamDescription, shard: number, change: Change): void {
  append(tx, shardLog(stream.arn, stream.shards[shard] as string), change);
  tx.signal(stream.arn);
}
