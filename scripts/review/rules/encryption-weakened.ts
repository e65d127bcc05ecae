/** Orders at rest are encrypted with less than before, or with another key. */

import type { Json, ResourceChange } from '../../terraform/plan-json.ts';
import { goesWithItsBucket } from '../bucket.ts';
import { cannotTell, shown, turned, UNKNOWN, type Unknown, was } from '../change.ts';
import type { Remark, Rule } from '../rule.ts';

type Place = {
  path: string;
  /** Whether the value stands for a key of ours; then one that is not there is weaker. */
  kind: 'key' | 'switch' | 'method';
  what: string;
  /** Names, places and figures lie there, and no order. */
  noOrders?: true;
};

/** With no key, with one of S3's own, with one of KMS. A method that is not here is taken for none. */
const STRENGTH: Readonly<Record<string, number>> = {
  AES256: 1,
  SSE_S3: 1,
  'aws:kms': 2,
  'aws:kms:dsse': 2,
  SSE_KMS: 2,
  CSE_KMS: 2,
  KMS: 2,
};

const RESULT = 'configuration.0.result_configuration.0.encryption_configuration.0';
const BUCKET = 'rule.0.apply_server_side_encryption_by_default.0';
const PLACES: Readonly<Record<string, readonly Place[]>> = {
  aws_dynamodb_table: [
    { path: 'server_side_encryption.0.enabled', kind: 'switch', what: 'the table' },
    { path: 'server_side_encryption.0.kms_key_arn', kind: 'key', what: 'the table' },
  ],
  aws_kinesis_stream: [
    { path: 'encryption_type', kind: 'method', what: 'the stream' },
    { path: 'kms_key_id', kind: 'key', what: 'the stream' },
  ],
  aws_kinesis_firehose_delivery_stream: [
    { path: 'extended_s3_configuration.0.kms_key_arn', kind: 'key', what: 'the files that Firehose writes' },
  ],
  aws_s3_bucket_server_side_encryption_configuration: [
    { path: `${BUCKET}.sse_algorithm`, kind: 'method', what: 'the bucket' },
    { path: `${BUCKET}.kms_master_key_id`, kind: 'key', what: 'the bucket' },
  ],
  aws_sqs_queue: [
    { path: 'kms_master_key_id', kind: 'key', what: 'the queue of dead letters', noOrders: true },
  ],
  aws_sns_topic: [
    { path: 'kms_master_key_id', kind: 'key', what: 'the topic of the alarms', noOrders: true },
  ],
  aws_athena_workgroup: [
    { path: `${RESULT}.encryption_option`, kind: 'method', what: 'the query results' },
    { path: `${RESULT}.kms_key_arn`, kind: 'key', what: 'the query results' },
  ],
  aws_cloudwatch_log_group: [{ path: 'kms_key_id', kind: 'key', what: 'the log', noOrders: true }],
  aws_pipes_pipe: [{ path: 'kms_key_identifier', kind: 'key', what: "the pipe's settings", noOrders: true }],
  aws_lambda_function: [
    { path: 'kms_key_arn', kind: 'key', what: "the function's variables", noOrders: true },
  ],
};

export const ENCRYPTION_WEAKENED: Rule = {
  name: 'encryption-weakened',
  looksAt: 'Encryption at rest, hop by hop: off, by a weaker method, without our key, with another key.',
  types: Object.keys(PLACES),
  judge(change, plan) {
    if (change.action === 'delete') {
      const bucket = change.type === 'aws_s3_bucket_server_side_encryption_configuration';
      return bucket && !goesWithItsBucket(change, plan) && was(change, `${BUCKET}.kms_master_key_id`) !== null
        ? [weakened('the bucket', 'the key of the environment', 'the default of S3')]
        : [];
    }
    const remarks = (PLACES[change.type] ?? []).flatMap((place) => judged(change, place));
    // A method that goes takes its key along: one finding says it.
    return remarks.slice(0, 1);
  },
};

function judged(change: ResourceChange, { path, kind, what, noOrders }: Place): Remark[] {
  const turn = turned(change, path);
  if (!turn || turn.from === null) return [];
  const { from, to } = turn;
  switch (kind) {
    case 'switch':
      if (to === UNKNOWN) return [cannotTell(`Whether ${what} will be encrypted with our key`, 'block')];
      return from === true ? [weakened(what, 'on', 'off')] : [];
    case 'method':
      if (to === UNKNOWN) return [cannotTell(`How ${what} will be encrypted`, 'block')];
      return strength(to) < strength(from) ? [weakened(what, shown(from), shown(to))] : [];
    case 'key':
      if (to === null) return [weakened(what, shown(from), "a key of AWS's or none", noOrders)];
      return [otherKey(what, from, to)];
    default:
      return kind satisfies never;
  }
}

function strength(method: Json | Unknown): number {
  return STRENGTH[String(method)] ?? 0;
}

function weakened(what: string, from: string, to: string, noOrders?: true): Remark {
  const effect = noOrders
    ? 'No order lies there, but what does is readable without the key.'
    : 'Whoever may read the store reads the orders, and the key no longer says who may.';
  return {
    severity: noOrders ? 'warn' : 'block',
    sentence: `Encryption of ${what} turns from ${from} to ${to}. ${effect}`,
    nextStep: 'Keep the key of the environment (stacks/encryption.ts).',
  };
}

function otherKey(what: string, from: Json, to: Json | Unknown): Remark {
  return {
    severity: 'warn',
    sentence: `Encryption of ${what} turns to another key (${shown(to)} instead of ${shown(from)}). What is written with the old one needs it as long as it is kept.`,
    nextStep:
      'Keep the old key enabled, and see that every role that reads there may use both (ViaService, key policy).',
  };
}
