/**
 * SQS, as far as dead letters need it: standard queues that keep what the pipe and the event rules gave up on, until
 * someone receives and deletes it or its retention passes.
 *
 *     pipe, events → [queue] → whoever looks after dead letters
 *
 * It has no FIFO queues, no redrive, no batches.
 */

import type { OpenPart, Part, Ports, Refusal } from '../../ports.ts';
import type { Stack } from '../../stack/stack.ts';
import { queueKind } from './config.ts';
import { deleteMessage, purgeQueue } from './delete-message.ts';
import { getQueueAttributes, getQueueUrl, listQueues } from './describe-queue.ts';
import { openQueues } from './queues.ts';
import { receiveMessage } from './receive-message.ts';
import { sendMessage } from './send-message.ts';

export const queue: Part = { name: 'queue', kinds: [queueKind], open };

const OWNED_BY_THE_STACK = [
  'CreateQueue',
  'DeleteQueue',
  'SetQueueAttributes',
  'AddPermission',
  'RemovePermission',
];

function open(stack: Stack, ports: Ports): OpenPart {
  const queues = openQueues(stack.all(queueKind), ports);
  /** Ends the long polls that are under way when the engine stops. */
  const closing = new Set<() => void>();
  return {
    operations: [
      sendMessage(queues, ports),
      receiveMessage(queues, ports, closing),
      deleteMessage(queues),
      purgeQueue(queues),
      getQueueUrl(queues, ports),
      getQueueAttributes(queues, ports),
      listQueues(queues, ports),
    ],
    refusals: OWNED_BY_THE_STACK.map(
      (name): Refusal => ({
        service: 'sqs',
        name,
        sentence: `${name} is not possible here: the stack owns its queues. Change aws_sqs_queue in the stack and start again.`,
      }),
    ),
    close: async () => {
      for (const end of [...closing]) end();
    },
  };
}
