/** DeleteMessage, and PurgeQueue for all of them at once.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html */

import { AwsError } from '../../aws-error.ts';
import type { Operation } from '../../ports.ts';
import { type Handle, readHandle } from './handle.ts';
import {
  keyOf,
  type Message,
  membersOf,
  messagesFrom,
  type Queue,
  type Queues,
  queueOf,
  right,
} from './queues.ts';

/** What was deleted before, or received again since, is left as it is and the call succeeds, as on AWS. */
export function deleteMessage(queues: Queues): Operation<{ queue: Queue; handle: Handle }> {
  return {
    service: 'sqs',
    name: 'DeleteMessage',
    kind: 'transaction',
    parse(raw) {
      const members = membersOf(raw);
      const queue = queueOf(queues, members);
      const text = members['ReceiptHandle'];
      if (typeof text !== 'string' || text === '')
        throw new AwsError('MissingParameter', 'The request must contain the parameter ReceiptHandle.');
      const handle = readHandle(text);
      if (handle.arn !== queue.arn)
        throw new AwsError(
          'ReceiptHandleIsInvalid',
          `The input receipt handle "${text}" is not a valid receipt handle.`,
        );
      return { queue, handle };
    },
    permissions: ({ queue }) => right('DeleteMessage', queue),
    run(tx, { queue, handle }) {
      const key = keyOf(queue, handle.number);
      if (tx.get<Message>(key)?.receipt === handle.receipt) tx.remove(key);
      return {};
    },
  };
}

export function purgeQueue(queues: Queues): Operation<{ queue: Queue }> {
  return {
    service: 'sqs',
    name: 'PurgeQueue',
    kind: 'transaction',
    parse: (raw) => ({ queue: queueOf(queues, membersOf(raw)) }),
    permissions: ({ queue }) => right('PurgeQueue', queue),
    run(tx, { queue }) {
      for (const { key } of messagesFrom(tx, queue, 0, Number.MAX_SAFE_INTEGER)) tx.remove(key);
      return {};
    },
  };
}
