/**
 * Where a delivery stream's records come from, in parts that each keep their order: the shards of a Kinesis stream,
 * read by AWS operations as the stream's role, or the log to which PutRecord appends.
 *
 *     kinesis, PutRecord → [source] → delivery
 *
 * A source keeps no place: the delivery says after which sequence number it reads.
 */

import { AwsError } from '../../aws-error.ts';
import type { Ports, Principal } from '../../ports.ts';
import { ends, read as readLog, topicOf, trim } from '../../store/log.ts';
import { KINESIS_SEQUENCE_DIGITS, offsetOf, sequenceNumber } from '../../store/sequence.ts';
import type { Read, Tx } from '../../store/store.ts';
import type { StreamSource } from './config.ts';

export type SourceRecord = {
  shard: string;
  sequenceNumber: string;
  partitionKey: string;
  arrivedAt: number;
  data: Uint8Array;
};

export type Chunk = {
  records: SourceRecord[];
  /** Whether there may be more already. */
  behind: boolean;
  /** How old the last record is, while newer ones wait. */
  behindMs: number;
};

export type Source = {
  topics: string[];
  /** Named to a Lambda that transforms. */
  kinesisArn?: string;
  shards(): Promise<string[]>;
  /** The oldest records after `after`, or from the start. */
  read(shard: string, after: string | undefined): Promise<Chunk>;
  /** Records that no delivery has settled. */
  waiting(read: Read, settled: (shard: string) => string | undefined): number;
  /** Records up to `until` are delivered. */
  settle(tx: Tx, shard: string, until: string): void;
};

/** Of one read. Kinesis gives up to 10,000, but decoding them would hold up everybody else. */
const READ_RECORDS_MAX = 2_000;

type Shards = { Shards: { ShardId: string }[]; NextToken?: string };
type Iterator = { ShardIterator: string };
type Records = {
  Records: {
    SequenceNumber: string;
    ApproximateArrivalTimestamp: Date;
    PartitionKey: string;
    Data: Uint8Array;
  }[];
  NextShardIterator?: string | null;
  MillisBehindLatest?: number;
};

export function kinesisSource(
  source: Extract<StreamSource, { kind: 'kinesis' }>,
  streamName: string,
  ports: Ports,
): Source {
  const role: Principal = { kind: 'role', roleArn: source.roleArn, session: streamName };
  /** The iterator that goes on after a sequence number. */
  const iterators = new Map<string, { after: string | undefined; iterator: string }>();
  const call = <O>(operation: string, input: object) => ports.call<O>(role, 'kinesis', operation, input);

  async function iteratorAfter(shard: string, after: string | undefined): Promise<string> {
    const known = iterators.get(shard);
    if (known && known.after === after) return known.iterator;
    const { ShardIterator } = await call<Iterator>('GetShardIterator', {
      StreamARN: source.streamArn,
      ShardId: shard,
      ...(after === undefined
        ? { ShardIteratorType: 'TRIM_HORIZON' }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: after }),
    });
    return ShardIterator;
  }

  return {
    topics: [source.streamArn],
    kinesisArn: source.streamArn,
    async shards() {
      const shards: string[] = [];
      let token: string | undefined;
      do {
        const target = token === undefined ? { StreamARN: source.streamArn } : { NextToken: token };
        const page = await call<Shards>('ListShards', target);
        shards.push(...page.Shards.map(({ ShardId }) => ShardId));
        token = page.NextToken;
      } while (token !== undefined);
      return shards;
    },
    async read(shard, after) {
      const iterator = await iteratorAfter(shard, after);
      // An iterator is good for one read; one that failed, or expired in five minutes of silence, is made anew.
      const known = iterators.delete(shard);
      let page: Records;
      try {
        page = await call<Records>('GetRecords', { ShardIterator: iterator, Limit: READ_RECORDS_MAX });
      } catch (error) {
        const expired = error instanceof AwsError && error.code === 'ExpiredIteratorException';
        if (expired && known) return this.read(shard, after);
        throw error;
      }
      const records = page.Records.map((record) => ({
        shard,
        sequenceNumber: record.SequenceNumber,
        partitionKey: record.PartitionKey,
        arrivedAt: record.ApproximateArrivalTimestamp.getTime(),
        data: record.Data,
      }));
      const last = records.at(-1)?.sequenceNumber ?? after;
      if (page.NextShardIterator) iterators.set(shard, { after: last, iterator: page.NextShardIterator });
      const behindMs = page.MillisBehindLatest ?? 0;
      return { records, behind: records.length > 0 || behindMs > 0, behindMs };
    },
    waiting(read, settled) {
      const prefix = `${source.streamArn}/`;
      const logs = read.range({ from: ['log-ends', prefix], to: ['log-ends', `${prefix}\uffff`] });
      return logs.reduce((total, { key }) => {
        const log = key[1] as string;
        return total + unsettled(read, log, settled(log.slice(prefix.length)));
      }, 0);
    },
    settle: () => {},
  };
}

/** What PutRecord appends. */
export type PutRecordEntry = { data: Uint8Array; arrivedAt: number };

/** A delivery stream that is written to directly has one part. */
const DIRECT_PART = 'direct-put';

export function directSource(arn: string, { store }: Ports): Source {
  return {
    topics: [topicOf(arn)],
    shards: async () => [DIRECT_PART],
    async read(shard, after) {
      const from = after === undefined ? ends(store, arn).tail : placeOf(after) + 1;
      const entries = readLog<PutRecordEntry>(store, arn, from, READ_RECORDS_MAX);
      return {
        records: entries.map(({ offset, value }) => ({
          shard,
          sequenceNumber: directSequence(offset),
          partitionKey: '',
          arrivedAt: value.arrivedAt,
          data: value.data,
        })),
        behind: entries.length > 0,
        behindMs: 0,
      };
    },
    waiting: (read, settled) => unsettled(read, arn, settled(DIRECT_PART)),
    settle: (tx, _shard, until) => void trim(tx, arn, placeOf(until) + 1, Number.MAX_SAFE_INTEGER),
  };
}

export function directSequence(offset: number): string {
  return sequenceNumber(offset, KINESIS_SEQUENCE_DIGITS);
}

function unsettled(read: Read, log: string, settled: string | undefined): number {
  const { tail, head } = ends(read, log);
  return head - Math.max(tail, settled === undefined ? 0 : placeOf(settled) + 1);
}

function placeOf(sequence: string): number {
  const offset = offsetOf(sequence, KINESIS_SEQUENCE_DIGITS);
  if (offset === undefined) throw new Error(`${sequence} is no sequence number of the engine.`);
  return offset;
}
