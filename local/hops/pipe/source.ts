/**
 * The pipe's source, read as the pipe's role through DynamoDB Streams' own operations: the shards of the stream, and
 * a lane's next records. A lane is one of the `parallelization_factor` parts of a shard; all changes of one item are
 * in one lane, so they keep their order.
 */

import { createHash } from 'node:crypto';
import { AwsError } from '../../aws-error.ts';
import type { Ports, Principal } from '../../ports.ts';
import { ends } from '../../store/log.ts';
import { offsetOf, STREAM_SEQUENCE_DIGITS } from '../../store/sequence.ts';
import type { Read, Tx } from '../../store/store.ts';
import type { PipeConfig } from './config.ts';

export type Lane = { shardId: string; index: number };

/** A record as GetRecords answers it; only what the pipe looks at is named. */
export type StreamRecord = {
  eventID: string;
  dynamodb: { ApproximateCreationDateTime: Date; Keys: Record<string, unknown>; SequenceNumber: string };
};

/** Records of one lane in order, and the place in the shard up to which they reach. */
export type Batch = { records: StreamRecord[]; through: string | undefined; scanned: number };

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html */
const GET_RECORDS_MAX = 1000;
/** Records that one read looks through for its own lane, so that a step stays short. */
const SCAN_RECORDS_MAX = 4000;

export async function shardsOf(config: PipeConfig, role: Principal, ports: Ports): Promise<string[]> {
  type Described = {
    StreamDescription: { Shards: { ShardId: string }[]; LastEvaluatedShardId?: string };
  };
  const shards: string[] = [];
  for (let after: string | undefined; ; ) {
    const { StreamDescription } = await ports.call<Described>(role, 'dynamodbstreams', 'DescribeStream', {
      StreamArn: config.sourceArn,
      ...(after === undefined ? {} : { ExclusiveStartShardId: after }),
    });
    shards.push(...StreamDescription.Shards.map(({ ShardId }) => ShardId));
    after = StreamDescription.LastEvaluatedShardId;
    if (after === undefined) return shards;
  }
}

/** Up to `limit` records of the lane that come after `after` (all of the shard when undefined). */
export function nextBatch(pages: Iterable<StreamRecord[]>, lane: Lane, factor: number, limit: number): Batch {
  const batch: Batch = { records: [], through: undefined, scanned: 0 };
  for (const page of pages)
    for (const record of page) {
      if (factor === 1 || laneOf(record, factor) === lane.index) batch.records.push(record);
      batch.through = record.dynamodb.SequenceNumber;
      batch.scanned++;
      if (batch.records.length === limit || batch.scanned === SCAN_RECORDS_MAX) return batch;
    }
  return batch;
}

/** The records of the shard after `after`, page by page, until there are none. */
export function* pagesAfter(
  tx: Tx,
  config: PipeConfig,
  role: Principal,
  ports: Ports,
  shardId: string,
  after: string | undefined,
): Generator<StreamRecord[]> {
  type Got = { Records: StreamRecord[]; NextShardIterator?: string };
  const call = <O>(operation: string, input: object) =>
    ports.callIn<O>(tx, role, 'dynamodbstreams', operation, input);
  const start = (type: object) => {
    const input = { StreamArn: config.sourceArn, ShardId: shardId, ...type };
    return call<{ ShardIterator: string }>('GetShardIterator', input).ShardIterator;
  };
  const oldest = { ShardIteratorType: 'TRIM_HORIZON' };
  let iterator: string | undefined;
  try {
    iterator = start(
      after === undefined ? oldest : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after },
    );
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'TrimmedDataAccessException') throw error;
    iterator = start(oldest);
  }
  while (iterator !== undefined) {
    const got: Got = call<Got>('GetRecords', {
      ShardIterator: iterator,
      Limit: Math.min(GET_RECORDS_MAX, config.source.batchSize * config.source.parallelizationFactor),
    });
    if (got.Records.length === 0) return;
    yield got.Records;
    iterator = got.NextShardIterator;
  }
}

/** Where a lane's unread records begin and end in the shard's log, and how many the stream forgot before that. */
export function unread(read: Read, config: PipeConfig, shardId: string, after: string | undefined) {
  const { tail, head } = ends(read, `${config.sourceArn}/${shardId}`);
  const wanted = after === undefined ? 0 : (offsetOf(after, STREAM_SEQUENCE_DIGITS) ?? -1) + 1;
  return { count: Math.max(0, head - Math.max(tail, wanted)), trimmed: Math.max(0, tail - wanted) };
}

function laneOf(record: StreamRecord, factor: number): number {
  const digest = createHash('md5').update(JSON.stringify(record.dynamodb.Keys)).digest();
  return digest.readUInt32BE(0) % factor;
}
