/** Reads `aws_kinesis_stream`: the arguments of the provider's 5.100.0 schema, and what of them a laptop can honour. */

import type { Block, ResourceKind } from '../../stack/stack.ts';

export type StreamConfig = {
  name: string;
  mode: 'PROVISIONED' | 'ON_DEMAND';
  shardCount: number;
  retentionHours: number;
  encryption: { type: 'NONE' } | { type: 'KMS'; keyId: string };
};

/** https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html */
const RETENTION_DEFAULT_HOURS = 24;
const RETENTION_MIN_HOURS = 24;
const RETENTION_MAX_HOURS = 8760;
/** A new on-demand stream takes 4 MB/s, which is four shards; AWS adds more under load, the engine does not.
 * https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html#ondemandmode */
const ON_DEMAND_SHARDS = 4;

export const streamKind: ResourceKind<StreamConfig> = {
  type: 'aws_kinesis_stream',
  computed(block, { account, region }) {
    const name = block.string('name');
    const arn = `arn:aws:kinesis:${region}:${account}:stream/${name}`;
    return { arn, id: arn, name };
  },
  parse(block) {
    block.inert(
      'arn',
      'enforce_consumer_deletion',
      'id',
      'shard_level_metrics',
      'tags',
      'tags_all',
      'timeouts',
    );
    const mode = parseMode(block.block('stream_mode_details'));
    return {
      name: parseName(block),
      mode,
      shardCount: parseShardCount(block, mode),
      retentionHours: parseRetention(block),
      encryption: parseEncryption(block),
    };
  },
};

function parseName(block: Block): string {
  const name = block.string('name');
  return /^[a-zA-Z0-9_.-]{1,128}$/.test(name)
    ? name
    : block.refuse('name', 'AWS takes 1 to 128 letters, digits, "_", "." and "-".');
}

function parseMode(details: Block | undefined): StreamConfig['mode'] {
  const mode = details?.string('stream_mode') ?? 'PROVISIONED';
  if (mode === 'PROVISIONED' || mode === 'ON_DEMAND') return mode;
  return (details as Block).refuse('stream_mode', 'AWS knows PROVISIONED and ON_DEMAND.');
}

function parseShardCount(block: Block, mode: StreamConfig['mode']): number {
  const count = block.optionalNumber('shard_count');
  if (mode === 'ON_DEMAND') {
    if (count) block.refuse('shard_count', 'AWS sizes an ON_DEMAND stream itself.');
    return ON_DEMAND_SHARDS;
  }
  if (count === undefined || !Number.isInteger(count) || count < 1)
    return block.refuse('shard_count', 'a PROVISIONED stream has a whole number of shards, at least one.');
  return count;
}

function parseRetention(block: Block): number {
  const hours = block.optionalNumber('retention_period') ?? RETENTION_DEFAULT_HOURS;
  return hours >= RETENTION_MIN_HOURS && hours <= RETENTION_MAX_HOURS
    ? hours
    : block.refuse(
        'retention_period',
        `AWS keeps records ${RETENTION_MIN_HOURS} to ${RETENTION_MAX_HOURS} hours.`,
      );
}

function parseEncryption(block: Block): StreamConfig['encryption'] {
  const type = block.optionalString('encryption_type') ?? 'NONE';
  const keyId = block.optionalString('kms_key_id');
  if (type === 'NONE') return { type };
  if (type !== 'KMS') return block.refuse('encryption_type', 'AWS knows NONE and KMS.');
  if (!keyId) return block.refuse('encryption_type', 'KMS needs the argument kms_key_id.');
  return { type, keyId };
}
