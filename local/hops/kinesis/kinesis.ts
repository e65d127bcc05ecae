/**
 * Kinesis Data Streams: the buffer between the pipe and the delivery stream. Each shard is a log in the store, with
 * AWS's throughput; records stay for the stream's retention, so they can be read again.
 *
 *     pipe → [kinesis] → firehose
 *
 * It does not split or merge shards, has no enhanced fan-out consumers, and an on-demand stream does not grow.
 */

import type { HopStatus, OpenPart, Part, Ports, Refusal } from '../../ports.ts';
import type { Stack } from '../../stack/stack.ts';
import { ends } from '../../store/log.ts';
import type { Read } from '../../store/store.ts';
import { streamKind } from './config.ts';
import { describeLimits, describeStream, describeStreamSummary, listStreams } from './describe-stream.ts';
import { getRecords } from './get-records.ts';
import { getShardIterator } from './get-shard-iterator.ts';
import { listShards } from './list-shards.ts';
import { putRecord } from './put-record.ts';
import { putRecords } from './put-records.ts';
import { retentionMover } from './retention.ts';
import { openStreams, type Streams } from './streams.ts';

export const kinesis: Part = { name: 'kinesis', kinds: [streamKind], open };

/** What the stack owns, and what would change it. */
const OWNED_BY_THE_STACK = [
  'CreateStream',
  'DeleteStream',
  'SplitShard',
  'MergeShards',
  'UpdateShardCount',
  'UpdateStreamMode',
  'UpdateMaxRecordSize',
  'IncreaseStreamRetentionPeriod',
  'DecreaseStreamRetentionPeriod',
  'StartStreamEncryption',
  'StopStreamEncryption',
];

function open(stack: Stack, ports: Ports): OpenPart {
  const streams = openStreams(stack.all(streamKind), ports);
  return {
    operations: [
      putRecord(streams, ports),
      putRecords(streams, ports),
      getShardIterator(streams, ports),
      getRecords(streams, ports),
      listShards(streams, ports),
      describeStream(streams, ports),
      describeStreamSummary(streams, ports),
      listStreams(streams),
      describeLimits(streams),
    ],
    refusals: OWNED_BY_THE_STACK.map(
      (name): Refusal => ({
        service: 'kinesis',
        name,
        sentence: `${name} is not possible here: the stack owns its streams. Change aws_kinesis_stream in the stack and start again.`,
      }),
    ),
    movers: streams.all.map((stream) => retentionMover(stream, ports)),
    status: (read) => status(read, streams),
  };
}

/** What waits is what nobody has read since the engine started; before the first read that is not known. */
function status(read: Read, streams: Streams): HopStatus {
  const total: HopStatus = { in: 0, out: 0, waiting: 0, failed: 0 };
  for (const stream of streams.all) {
    total.in += stream.passed.in;
    total.out += stream.passed.out;
    stream.shards.forEach(({ log }, index) => {
      const until = stream.readUntil[index];
      if (until !== undefined) total.waiting += Math.max(0, ends(read, log).head - until);
    });
    if (stream.passed.throttled > 0)
      total.lastFailure = `${stream.passed.throttled} write(s) to ${stream.config.name} were throttled; their writers try again`;
  }
  return total;
}
