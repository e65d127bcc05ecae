/** GetShardIterator: a place in a shard, by sequence number, by time, at its oldest record or after its newest.
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html */

import { AwsError } from '../../aws-error.ts';
import { transaction } from '../../operation.ts';
import type { Operation, Ports } from '../../ports.ts';
import { inputOf, oneOf, structure, text, textOf, timestamp } from '../../shape.ts';
import { ends } from '../../store/log.ts';
import type { Read } from '../../store/store.ts';
import { writeIterator } from './iterator.ts';
import type { Shard } from './shards.ts';
import {
  arnOf,
  type OpenStream,
  offsetOfSequence,
  right,
  type StoredRecord,
  type Streams,
  shardIndex,
  streamMembers,
} from './streams.ts';

const TYPES = [
  'AFTER_SEQUENCE_NUMBER',
  'LATEST',
  'AT_TIMESTAMP',
  'AT_SEQUENCE_NUMBER',
  'TRIM_HORIZON',
] as const;
type Start =
  | { type: 'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER'; sequence: string }
  | { type: 'AT_TIMESTAMP'; time: number }
  | { type: 'TRIM_HORIZON' | 'LATEST' };

const read = inputOf(
  structure(
    { ShardId: textOf(1, 128), ShardIteratorType: oneOf(TYPES) },
    { ...streamMembers, StartingSequenceNumber: text, Timestamp: timestamp },
  ),
);

export function getShardIterator(streams: Streams, ports: Ports): Operation {
  return transaction({
    service: 'kinesis',
    name: 'GetShardIterator',
    parse(raw) {
      const input = read(raw);
      const arn = arnOf(input, ports);
      return { arn, shardId: input.ShardId, start: parseStart(input, ports.clock.now()) };
    },
    permissions: ({ arn }) => right('GetShardIterator', arn),
    run(tx, { arn, shardId, start }) {
      const stream = streams.at(arn);
      const shard = stream.shards[shardIndex(stream, shardId, ports.account)] as Shard;
      const offset = startOffset(tx, stream, shard, start, ports.account);
      return { ShardIterator: writeIterator({ arn, shardId, offset }, ports.clock.now()) };
    },
  });
}

function parseStart(input: ReturnType<typeof read>, now: number): Start {
  const { ShardIteratorType: type, StartingSequenceNumber: sequence, Timestamp: time } = input;
  const bySequence = type === 'AT_SEQUENCE_NUMBER' || type === 'AFTER_SEQUENCE_NUMBER';
  if (type === 'AT_TIMESTAMP') {
    if (time === undefined)
      throw invalid(
        'Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.',
      );
    if (time > now)
      throw invalid(
        `The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: ${time}, currentTimestampInMillis: ${now}`,
      );
    return { type, time };
  }
  if (bySequence && sequence !== undefined) return { type, sequence };
  if (!bySequence && sequence === undefined) return { type };
  throw invalid(
    `Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified ${type} and ${bySequence ? 'no' : 'also a'} StartingSequenceNumber.`,
  );
}

function startOffset(tx: Read, stream: OpenStream, shard: Shard, start: Start, account: string): number {
  const { tail, head } = ends(tx, shard.log);
  switch (start.type) {
    case 'TRIM_HORIZON':
      return tail;
    case 'LATEST':
      return head;
    case 'AT_TIMESTAMP':
      return firstSince(tx, shard.log, start.time);
    case 'AT_SEQUENCE_NUMBER':
    case 'AFTER_SEQUENCE_NUMBER': {
      const offset = offsetOfSequence(start.sequence);
      if (offset === undefined || offset >= Math.max(head, 1))
        throw invalid(
          `StartingSequenceNumber ${start.sequence} used in GetShardIterator on shard ${shard.id} in stream ${stream.config.name} under account ${account} is invalid because it did not come from this stream.`,
        );
      // A place that retention has passed moves to the oldest record that is kept.
      return Math.max(tail, start.type === 'AT_SEQUENCE_NUMBER' ? offset : offset + 1);
    }
  }
}

/** The offset of the oldest kept record that arrived at or after `time`: arrival never runs backwards in a shard. */
export function firstSince(tx: Read, log: string, time: number): number {
  const { tail, head } = ends(tx, log);
  let low = tail;
  let high = head;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const record = tx.get<StoredRecord>(['log', log, middle]);
    if (record && record.at >= time) high = middle;
    else low = middle + 1;
  }
  return low;
}

function invalid(sentence: string): AwsError {
  return new AwsError('InvalidArgumentException', sentence);
}
