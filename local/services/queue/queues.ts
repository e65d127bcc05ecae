/**
 * The queues of the stack and their messages in the store: in the order of their arrival, each with the moment from
 * which it may be received. What operations share is here: finding a queue by its URL, and AWS's sentences about it.
 */

import { AwsError } from '../../aws-error.ts';
import type { Permission, Ports } from '../../ports.ts';
import type { Entry, Read, Tx } from '../../store/store.ts';
import type { QueueConfig } from './config.ts';

export type Queue = { config: QueueConfig; arn: string };
export type Queues = ReadonlyMap<string, Queue>;

export type MessageAttribute = { DataType: string; StringValue?: string; BinaryValue?: Uint8Array };

export type Message = {
  id: string;
  body: string;
  attributes: Record<string, MessageAttribute>;
  senderId: string;
  sentAt: number;
  visibleAt: number;
  receives: number;
  firstReceivedAt?: number;
  /** Counts the handles that were given out: only the newest deletes, as AWS advises to assume. */
  receipt: number;
};

export type Members = Record<string, unknown>;

export function openQueues(configs: readonly QueueConfig[], { account, region }: Ports): Queues {
  return new Map(
    configs.map((config) => [
      config.name,
      { config, arn: `arn:aws:sqs:${region}:${account}:${config.name}` },
    ]),
  );
}

export function membersOf(raw: unknown): Members {
  return typeof raw === 'object' && raw !== null ? (raw as Members) : {};
}

/** The queue that the URL names; its host does not matter, as SDKs may be pointed at any endpoint. */
export function queueOf(queues: Queues, members: Members): Queue {
  const url = members['QueueUrl'];
  if (typeof url !== 'string' || url === '')
    throw new AwsError('MissingParameter', 'The request must contain the parameter QueueUrl.');
  return queueNamed(queues, url.slice(url.lastIndexOf('/') + 1));
}

export function queueNamed(queues: Queues, name: string): Queue {
  const queue = queues.get(name);
  if (queue) return queue;
  throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
}

export function urlOf(queue: Queue, { account, endpoint }: Pick<Ports, 'account' | 'endpoint'>): string {
  return `${endpoint()}/${account}/${queue.config.name}`;
}

export function right(action: string, { arn }: Queue): Permission[] {
  return [{ action: `sqs:${action}`, resource: arn }];
}

/** A whole number within AWS's bounds, or AWS's sentence about it. */
export function boundedNumber(members: Members, name: string, min: number, max: number): number | undefined {
  const value = members[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new AwsError(
    'InvalidParameterValue',
    `Value ${String(value)} for parameter ${name} is invalid. Reason: Must be between ${min} and ${max}, if provided.`,
  );
}

export function topicOf({ arn }: Queue): string {
  return `queue:${arn}`;
}

export const keyOf = ({ arn }: Queue, number: number) => ['queue-message', arn, number] as const;

/** Up to `limit` messages from number `from` on, oldest first. */
export function messagesFrom(read: Read, queue: Queue, from: number, limit: number): Entry<Message>[] {
  return read.range<Message>({ from: keyOf(queue, from), to: keyOf(queue, Number.MAX_SAFE_INTEGER), limit });
}

const FORGET_MAX = 10;

/** Removes a few messages whose retention has passed: a call at a time, so no one of them pays for all. */
export function forgetExpired(tx: Tx, queue: Queue, now: number): void {
  for (const { key, value } of messagesFrom(tx, queue, 0, FORGET_MAX)) {
    if (!hasExpired(queue, value, now)) return;
    tx.remove(key);
  }
}

export function hasExpired({ config }: Queue, { sentAt }: Message, now: number): boolean {
  return now - sentAt > config.retentionSeconds * 1000;
}
