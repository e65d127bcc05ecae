/** SendMessage. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */

import { AwsError } from '../../aws-error.ts';
import type { Operation, Ports, Principal } from '../../ports.ts';
import { md5OfAttributes, md5OfText } from './digest.ts';
import {
  boundedNumber,
  forgetExpired,
  keyOf,
  type Members,
  type Message,
  type MessageAttribute,
  membersOf,
  type Queue,
  type Queues,
  queueOf,
  right,
  topicOf,
} from './queues.ts';

type Input = { queue: Queue; body: string; attributes: Message['attributes']; delay: number };

const ATTRIBUTES_MAX = 10;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

export function sendMessage(queues: Queues, ports: Ports): Operation<Input> {
  return {
    service: 'sqs',
    name: 'SendMessage',
    kind: 'transaction',
    parse(raw) {
      const members = membersOf(raw);
      const queue = queueOf(queues, members);
      const attributes = parseAttributes(members);
      return {
        queue,
        body: parseBody(members, queue, attributes),
        attributes,
        delay: boundedNumber(members, 'DelaySeconds', 0, 900) ?? queue.config.delaySeconds,
      };
    },
    permissions: ({ queue }) => right('SendMessage', queue),
    run(tx, { queue, body, attributes, delay }, { principal }) {
      const now = ports.clock.now();
      forgetExpired(tx, queue, now);
      const number = tx.get<number>(['queue-next', queue.arn]) ?? 0;
      const message: Message = {
        id: ports.chance.uuid(),
        body,
        attributes,
        senderId: senderOf(principal),
        sentAt: now,
        visibleAt: now + delay * 1000,
        receives: 0,
        receipt: 0,
      };
      tx.put(['queue-next', queue.arn], number + 1);
      tx.put(keyOf(queue, number), message);
      tx.signal(topicOf(queue));
      return {
        MessageId: message.id,
        MD5OfMessageBody: md5OfText(body),
        ...(Object.keys(attributes).length > 0
          ? { MD5OfMessageAttributes: md5OfAttributes(attributes) }
          : {}),
      };
    },
  };
}

function parseBody(members: Members, { config }: Queue, attributes: Message['attributes']): string {
  const body = members['MessageBody'];
  if (typeof body !== 'string' || body === '')
    throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  if (FORBIDDEN.test(body))
    throw new AwsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.',
    );
  const size = Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue, BinaryValue }]) =>
      sum + Buffer.byteLength(name + DataType + (StringValue ?? '')) + (BinaryValue?.length ?? 0),
    Buffer.byteLength(body),
  );
  if (size > config.messageBytesMax)
    throw new AwsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${config.messageBytesMax} bytes.`,
    );
  return body;
}

function parseAttributes(members: Members): Message['attributes'] {
  const entries = Object.entries(membersOf(members['MessageAttributes']));
  if (entries.length > ATTRIBUTES_MAX)
    throw new AwsError(
      'InvalidParameterValue',
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${ATTRIBUTES_MAX}].`,
    );
  return Object.fromEntries(entries.map(([name, raw]) => [name, parseAttribute(name, membersOf(raw))]));
}

function parseAttribute(name: string, { DataType, StringValue, BinaryValue }: Members): MessageAttribute {
  if (typeof DataType !== 'string' || !/^(String|Number|Binary)(\..+)?$/.test(DataType))
    throw new AwsError(
      'InvalidParameterValue',
      `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  if (DataType.startsWith('Binary')) {
    const bytes = typeof BinaryValue === 'string' ? Buffer.from(BinaryValue, 'base64') : BinaryValue;
    if (bytes instanceof Uint8Array && bytes.length > 0) return { DataType, BinaryValue: bytes };
  } else if (typeof StringValue === 'string' && StringValue !== '') return { DataType, StringValue };
  throw new AwsError(
    'InvalidParameterValue',
    `The message (user) attribute '${name}' must contain a non-empty value of type '${DataType}'.`,
  );
}

function senderOf(principal: Principal): string {
  switch (principal.kind) {
    case 'user':
      return principal.accessKeyId;
    case 'role':
      return `${principal.roleArn}:${principal.session}`;
    case 'service':
      return principal.service;
    case 'aws':
      return 'aws';
  }
}
