/** GetQueueUrl, GetQueueAttributes and ListQueues: what there is, without receiving it.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */

import { AwsError } from '../../aws-error.ts';
import type { Operation, Ports } from '../../ports.ts';
import type { Read } from '../../store/store.ts';
import {
  boundedNumber,
  hasExpired,
  membersOf,
  messagesFrom,
  type Queue,
  type Queues,
  queueNamed,
  queueOf,
  right,
  urlOf,
} from './queues.ts';

export function getQueueUrl(queues: Queues, ports: Ports): Operation<{ queue: Queue }> {
  return {
    service: 'sqs',
    name: 'GetQueueUrl',
    kind: 'transaction',
    parse(raw) {
      const name = membersOf(raw)['QueueName'];
      if (typeof name !== 'string' || name === '')
        throw new AwsError('MissingParameter', 'The request must contain the parameter QueueName.');
      return { queue: queueNamed(queues, name) };
    },
    permissions: ({ queue }) => right('GetQueueUrl', queue),
    run: (_tx, { queue }) => ({ QueueUrl: urlOf(queue, ports) }),
  };
}

export function getQueueAttributes(
  queues: Queues,
  ports: Ports,
): Operation<{ queue: Queue; names: string[] }> {
  return {
    service: 'sqs',
    name: 'GetQueueAttributes',
    kind: 'transaction',
    parse(raw) {
      const members = membersOf(raw);
      const names = members['AttributeNames'];
      return { queue: queueOf(queues, members), names: Array.isArray(names) ? names.map(String) : [] };
    },
    permissions: ({ queue }) => right('GetQueueAttributes', queue),
    run(tx, { queue, names }) {
      const all = attributes(tx, queue, ports.clock.now());
      const unknown = names.find((name) => name !== 'All' && !(name in all) && !OPTIONAL.has(name));
      if (unknown) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
      const found = Object.entries(all).filter(([name]) => names.includes('All') || names.includes(name));
      return found.length > 0 ? { Attributes: Object.fromEntries(found) } : {};
    },
  };
}

/** Attributes that AWS knows and a queue of ours never has. */
const OPTIONAL = new Set([
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoQueue',
  'FifoThroughputLimit',
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'Policy',
  'RedriveAllowPolicy',
  'RedrivePolicy',
]);

function attributes(read: Read, queue: Queue, now: number): Record<string, string> {
  const { config, arn } = queue;
  const kept = messagesFrom(read, queue, 0, Number.MAX_SAFE_INTEGER)
    .map(({ value }) => value)
    .filter((message) => !hasExpired(queue, message, now));
  const hidden = kept.filter(({ visibleAt }) => visibleAt > now);
  const delayed = hidden.filter(({ receives }) => receives === 0).length;
  return {
    QueueArn: arn,
    ApproximateNumberOfMessages: String(kept.length - hidden.length),
    ApproximateNumberOfMessagesNotVisible: String(hidden.length - delayed),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    DelaySeconds: String(config.delaySeconds),
    MaximumMessageSize: String(config.messageBytesMax),
    MessageRetentionPeriod: String(config.retentionSeconds),
    ReceiveMessageWaitTimeSeconds: String(config.receiveWaitSeconds),
    VisibilityTimeout: String(config.visibilityTimeoutSeconds),
    SqsManagedSseEnabled: String(config.sseManaged && config.kmsKeyId === undefined),
    ...(config.kmsKeyId === undefined ? {} : { KmsMasterKeyId: config.kmsKeyId }),
  };
}

export function listQueues(
  queues: Queues,
  ports: Ports,
): Operation<{ prefix: string; after: string; limit: number }> {
  return {
    service: 'sqs',
    name: 'ListQueues',
    kind: 'transaction',
    parse(raw) {
      const members = membersOf(raw);
      return {
        prefix: String(members['QueueNamePrefix'] ?? ''),
        after: String(members['NextToken'] ?? ''),
        limit: boundedNumber(members, 'MaxResults', 1, 1000) ?? 1000,
      };
    },
    permissions: () => [{ action: 'sqs:ListQueues', resource: '*' }],
    run(_tx, { prefix, after, limit }) {
      const found = [...queues.values()]
        .filter(({ config: { name } }) => name.startsWith(prefix) && name > after)
        .sort((a, b) => (a.config.name < b.config.name ? -1 : 1));
      const page = found.slice(0, limit);
      return {
        ...(page.length > 0 ? { QueueUrls: page.map((queue) => urlOf(queue, ports)) } : {}),
        ...(found.length > page.length ? { NextToken: page.at(-1)?.config.name } : {}),
      };
    },
  };
}
