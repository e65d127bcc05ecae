/**
 * ReceiveMessage: hides what it hands out for the visibility timeout, and with WaitTimeSeconds waits on the engine's
 * clock until something can be received.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
 */

import type { Operation, Ports } from '../../ports.ts';
import type { Tx } from '../../store/store.ts';
import { md5OfAttributes, md5OfText } from './digest.ts';
import { writeHandle } from './handle.ts';
import {
  boundedNumber,
  hasExpired,
  type Message,
  membersOf,
  messagesFrom,
  type Queue,
  type Queues,
  queueOf,
  right,
  topicOf,
} from './queues.ts';

type Input = {
  queue: Queue;
  max: number;
  visibilityMs: number;
  waitMs: number;
  /** Names of system attributes, and of the sender's; `All` stands for every one. */
  system: string[];
  wanted: string[];
};

/** What one call found: messages, or the next moment at which a hidden one shows up again. */
type Found = { messages: { number: number; message: Message }[]; nextVisibleAt: number };

const SCAN_MESSAGES = 256;

export function receiveMessage(queues: Queues, ports: Ports, closing: Set<() => void>): Operation<Input> {
  return {
    service: 'sqs',
    name: 'ReceiveMessage',
    kind: 'effect',
    parse(raw) {
      const members = membersOf(raw);
      const queue = queueOf(queues, members);
      const { visibilityTimeoutSeconds, receiveWaitSeconds } = queue.config;
      return {
        queue,
        max: boundedNumber(members, 'MaxNumberOfMessages', 1, 10) ?? 1,
        visibilityMs:
          (boundedNumber(members, 'VisibilityTimeout', 0, 43_200) ?? visibilityTimeoutSeconds) * 1000,
        waitMs: (boundedNumber(members, 'WaitTimeSeconds', 0, 20) ?? receiveWaitSeconds) * 1000,
        system: [...names(members['AttributeNames']), ...names(members['MessageSystemAttributeNames'])],
        wanted: names(members['MessageAttributeNames']),
      };
    },
    permissions: ({ queue }) => right('ReceiveMessage', queue),
    async run(input) {
      const deadline = ports.clock.now() + input.waitMs;
      const watch = watchQueue(input.queue, ports, closing);
      try {
        for (;;) {
          const found = await ports.store.transact((tx) => take(tx, input, ports.clock.now()));
          if (found.messages.length > 0)
            return { Messages: found.messages.map((each) => messageMember(input, each)) };
          if (ports.clock.now() >= deadline || watch.closed()) return {};
          await watch.newsOr(Math.min(deadline, found.nextVisibleAt));
        }
      } finally {
        watch.leave();
      }
    },
  };
}

function take(tx: Tx, { queue, max, visibilityMs }: Input, now: number): Found {
  const messages: Found['messages'] = [];
  let nextVisibleAt = Number.POSITIVE_INFINITY;
  for (let from = 0; ; ) {
    const page = messagesFrom(tx, queue, from, SCAN_MESSAGES);
    for (const { key, value } of page) {
      if (hasExpired(queue, value, now)) tx.remove(key);
      else if (value.visibleAt > now) nextVisibleAt = Math.min(nextVisibleAt, value.visibleAt);
      else {
        const message: Message = {
          ...value,
          visibleAt: now + visibilityMs,
          receives: value.receives + 1,
          firstReceivedAt: value.firstReceivedAt ?? now,
          receipt: value.receipt + 1,
        };
        tx.put(key, message);
        messages.push({ number: key[2] as number, message });
        if (messages.length === max) return { messages, nextVisibleAt };
      }
    }
    const last = page.at(-1);
    if (!last || page.length < SCAN_MESSAGES) return { messages, nextVisibleAt };
    from = (last.key[2] as number) + 1;
  }
}

/** Tells of messages that arrived since the last look, also of those that arrived while that look was under way. */
function watchQueue(queue: Queue, { store, clock }: Ports, closing: Set<() => void>) {
  let news = false;
  let closed = false;
  let wake = () => {};
  const leaveTopic = store.listen(topicOf(queue), () => {
    news = true;
    wake();
  });
  const close = () => {
    closed = true;
    wake();
  };
  closing.add(close);
  return {
    closed: () => closed,
    async newsOr(moment: number): Promise<void> {
      let cancel = () => {};
      if (!news && !closed)
        await new Promise<void>((resolve) => {
          wake = resolve;
          cancel = clock.after(Math.max(0, moment - clock.now()), resolve);
        });
      cancel();
      news = false;
    },
    leave(): void {
      leaveTopic();
      closing.delete(close);
    },
  };
}

function messageMember({ queue, system, wanted }: Input, { number, message }: Found['messages'][number]) {
  const all: Record<string, string> = {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
  };
  const attributes = pick(all, system);
  const own = pick(message.attributes, wanted);
  return {
    MessageId: message.id,
    ReceiptHandle: writeHandle({ arn: queue.arn, number, receipt: message.receipt }),
    MD5OfBody: md5OfText(message.body),
    Body: message.body,
    ...(attributes ? { Attributes: attributes } : {}),
    ...(own ? { MessageAttributes: own, MD5OfMessageAttributes: md5OfAttributes(own) } : {}),
  };
}

/** `All`, `.*`, a name, or a name's beginning with `.*`. */
function pick<T>(all: Record<string, T>, names: readonly string[]): Record<string, T> | undefined {
  const found = Object.entries(all).filter(([name]) =>
    names.some(
      (wanted) =>
        wanted === 'All' ||
        wanted === name ||
        (wanted.endsWith('.*') && name.startsWith(wanted.slice(0, -2))),
    ),
  );
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

function names(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
