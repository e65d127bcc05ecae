/**
 * The streams of the stack, as the operations see them: found by StreamName or StreamARN, with their shards, their
 * throughput and what has passed through since the engine started. Everything that must outlast the engine is in the
 * store (`kinesis-stream` holds when a stream began and how many shards it has).
 */

import { AwsError, EngineError } from '../../aws-error.ts';
import type { Permission, Ports } from '../../ports.ts';
import { textOf } from '../../shape.ts';
import { KINESIS_SEQUENCE_DIGITS as DIGITS, offsetOf, sequenceNumber } from '../../store/sequence.ts';
import { type ShardCapacity, shardCapacity, UNBOUNDED_SHARD } from './capacity.ts';
import type { StreamConfig } from './config.ts';
import { type StreamMeasure, streamMeasure } from './metrics.ts';
import { evenShards, type Shard } from './shards.ts';

export type OpenStream = {
  config: StreamConfig;
  arn: string;
  createdAt: number;
  shards: readonly Shard[];
  capacity: readonly ShardCapacity[];
  /** By shard, the offset after the newest record that was handed to a reader since the engine started. */
  readUntil: (number | undefined)[];
  passed: { in: number; out: number; throttled: number };
  measure: StreamMeasure;
};

/** A record as the shard's log keeps it. */
export type StoredRecord = { at: number; key: string; data: Uint8Array };

export type Streams = {
  all: readonly OpenStream[];
  /** Throws AWS's ResourceNotFoundException. */
  at(arn: string): OpenStream;
};

type Begun = { shardCount: number; createdAt: number };

/** What every shard's sequence numbers begin above: the shard's own StartingSequenceNumber. */
export const STARTING_SEQUENCE = `4${'0'.repeat(DIGITS - 1)}`;

export function openStreams(configs: readonly StreamConfig[], ports: Ports): Streams {
  const all = configs.map((config) => openStream(config, ports));
  const byArn = new Map(all.map((stream) => [stream.arn, stream]));
  return {
    all,
    at(arn) {
      const stream = byArn.get(arn);
      if (stream) return stream;
      const name = arn.slice(arn.indexOf('/') + 1);
      throw new AwsError(
        'ResourceNotFoundException',
        `Stream ${name} under account ${ports.account} not found.`,
      );
    },
  };
}

function openStream(config: StreamConfig, ports: Ports): OpenStream {
  const arn = streamArn(config.name, ports);
  const shards = evenShards(arn, config.shardCount);
  const begun = ports.store.get<Begun>(['kinesis-stream', arn]);
  if (begun && begun.shardCount !== config.shardCount)
    throw new EngineError(
      `The kept data has stream ${config.name} with ${begun.shardCount} shard(s), the stack asks for ${config.shardCount}: the engine does not split or merge shards.`,
      'Start with --fresh to begin with the new number of shards, or set shard_count back.',
    );
  const createdAt = begun?.createdAt ?? ports.clock.now();
  if (!begun) {
    const first: Begun = { shardCount: config.shardCount, createdAt };
    ports.store
      .transact((tx) => tx.put(['kinesis-stream', arn], first))
      .catch((error) =>
        ports.log('error', `stream ${config.name} could not be begun`, { error: String(error) }),
      );
  }
  return {
    config,
    arn,
    createdAt,
    shards,
    capacity: shards.map(() => (ports.quotas === 'lifted' ? UNBOUNDED_SHARD : shardCapacity(ports.clock))),
    readUntil: shards.map(() => undefined),
    passed: { in: 0, out: 0, throttled: 0 },
    measure: streamMeasure(ports.measuring, config.name),
  };
}

function streamArn(name: string, { account, region }: Pick<Ports, 'account' | 'region'>): string {
  return `arn:aws:kinesis:${region}:${account}:stream/${name}`;
}

/** By which an input names a stream: one of them, or both. */
export const streamMembers = {
  StreamName: textOf(1, 128, '[a-zA-Z0-9_.-]+'),
  StreamARN: textOf(1, 2048, 'arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+'),
};

export function arnOf(
  { StreamName: name, StreamARN: arn }: { StreamName?: string; StreamARN?: string },
  ports: Pick<Ports, 'account' | 'region'>,
): string {
  if (arn === undefined && name === undefined)
    throw new AwsError('InvalidArgumentException', 'Either StreamName or StreamARN should be provided.');
  if (arn !== undefined && name !== undefined && !arn.endsWith(`:stream/${name}`))
    throw new AwsError('InvalidArgumentException', `StreamName ${name} does not match StreamARN ${arn}.`);
  return arn ?? streamArn(name as string, ports);
}

export function shardIndex(stream: OpenStream, shardId: string, account: string): number {
  const index = stream.shards.findIndex(({ id }) => id === shardId);
  if (index >= 0) return index;
  const where = `in stream ${stream.config.name} under account ${account}`;
  throw new AwsError('ResourceNotFoundException', `Shard ${shardId} ${where} does not exist`);
}

export function sequenceOf(offset: number): string {
  return sequenceNumber(offset, DIGITS);
}

/** The offset of a sequence number, -1 for a shard's StartingSequenceNumber, undefined for what is none of ours. */
export function offsetOfSequence(sequence: string): number | undefined {
  return sequence === STARTING_SEQUENCE ? -1 : offsetOf(sequence, DIGITS);
}

export function encryptionMember(stream: OpenStream): { EncryptionType?: string } {
  return stream.config.encryption.type === 'NONE' ? {} : { EncryptionType: stream.config.encryption.type };
}

export function right(action: string, resource: string): Permission[] {
  return [{ action: `kinesis:${action}`, resource }];
}
