/** Reads `aws_sqs_queue`. FIFO queues and redrive between queues are refused: a dead-letter queue needs neither. */

import type { Block, ResourceKind } from '../../stack/stack.ts';

export type QueueConfig = {
  name: string;
  delaySeconds: number;
  visibilityTimeoutSeconds: number;
  retentionSeconds: number;
  messageBytesMax: number;
  receiveWaitSeconds: number;
  sseManaged: boolean;
  kmsKeyId: string | undefined;
};

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const LIMITS = {
  delay_seconds: { missing: 0, min: 0, max: 900 },
  visibility_timeout_seconds: { missing: 30, min: 0, max: 43_200 },
  message_retention_seconds: { missing: 345_600, min: 60, max: 1_209_600 },
  max_message_size: { missing: 262_144, min: 1024, max: 1_048_576 },
  receive_wait_time_seconds: { missing: 0, min: 0, max: 20 },
} as const;

export const queueKind: ResourceKind<QueueConfig> = {
  type: 'aws_sqs_queue',
  computed(block, { account, region }) {
    const name = block.string('name');
    const url = `https://sqs.${region}.amazonaws.com/${account}/${name}`;
    return { arn: `arn:aws:sqs:${region}:${account}:${name}`, id: url, name, url };
  },
  parse(block) {
    block.inert('arn', 'id', 'kms_data_key_reuse_period_seconds', 'redrive_allow_policy', 'tags');
    block.inert('tags_all', 'timeouts', 'url');
    if (block.boolean('fifo_queue', false))
      block.refuse('fifo_queue', 'the engine has standard queues, for dead letters.');
    for (const name of ['content_based_deduplication', 'deduplication_scope', 'fifo_throughput_limit'])
      if (block.has(name)) block.refuse(name, 'it belongs to FIFO queues.');
    if (block.has('policy')) block.refuse('policy', 'give the queue an aws_sqs_queue_policy of its own.');
    if (block.has('redrive_policy'))
      block.refuse('redrive_policy', 'the engine’s queues end the line; they pass nothing on.');
    return {
      name: parseName(block),
      delaySeconds: bounded(block, 'delay_seconds'),
      visibilityTimeoutSeconds: bounded(block, 'visibility_timeout_seconds'),
      retentionSeconds: bounded(block, 'message_retention_seconds'),
      messageBytesMax: bounded(block, 'max_message_size'),
      receiveWaitSeconds: bounded(block, 'receive_wait_time_seconds'),
      sseManaged: block.boolean('sqs_managed_sse_enabled', true),
      kmsKeyId: block.optionalString('kms_master_key_id'),
    };
  },
};

function parseName(block: Block): string {
  if (block.has('name_prefix')) block.refuse('name_prefix', 'a queue here has the same name at every start.');
  const name = block.string('name');
  return /^[a-zA-Z0-9_-]{1,80}$/.test(name)
    ? name
    : block.refuse('name', 'AWS takes 1 to 80 letters, digits, "_" and "-".');
}

function bounded(block: Block, name: keyof typeof LIMITS): number {
  const { missing, min, max } = LIMITS[name];
  const value = block.optionalNumber(name) ?? missing;
  return value >= min && value <= max ? value : block.refuse(name, `AWS takes ${min} to ${max}.`);
}
