/** The MD5 digests by which SDKs check what a queue received and gave back.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */

import { createHash } from 'node:crypto';
import type { MessageAttribute } from './queues.ts';

const TRANSPORT_TEXT = 1;
const TRANSPORT_BINARY = 2;

export function md5OfText(text: string): string {
  return createHash('md5').update(text, 'utf8').digest('hex');
}

/** By name: each attribute's name, type and value, lengths first. */
export function md5OfAttributes(attributes: Record<string, MessageAttribute>): string {
  const hash = createHash('md5');
  const add = (bytes: Uint8Array) => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(bytes.length);
    hash.update(size).update(bytes);
  };
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes).sort(byName)) {
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    hash.update(Buffer.of(BinaryValue ? TRANSPORT_BINARY : TRANSPORT_TEXT));
    add(BinaryValue ?? Buffer.from(StringValue ?? ''));
  }
  return hash.digest('hex');
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
