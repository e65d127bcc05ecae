/** A change as the pipe passes it on: the stream's record as JSON, with the stream's ARN.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-dynamodb.html */

import type { PipeConfig } from './config.ts';
import type { StreamRecord } from './source.ts';

/** What one PutRecords entry becomes. */
export type Entry = { data: Buffer; partitionKey: string };

export function pipedRecord(record: StreamRecord, { sourceArn }: PipeConfig): Record<string, unknown> {
  return { ...(plain(record) as object), eventSourceARN: sourceArn };
}

/** Answers a sentence that says why, when the record has no partition key. */
export function entryOf(
  piped: Record<string, unknown>,
  { partitionKey, template }: PipeConfig,
): Entry | string {
  const key = partitionKey.path ? partitionKey.path(piped) : partitionKey.text;
  if (typeof key !== 'string' && typeof key !== 'number')
    return `the record has no text at the partition key's path ${partitionKey.text}`;
  const text = template ? template.render(piped) : JSON.stringify(piped);
  return { data: Buffer.from(text), partitionKey: String(key) };
}

/** JSON knows neither bytes nor dates: binary attributes travel as base64, times as seconds since the epoch. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(plain);
  const json: Record<string, unknown> = {};
  for (const name of Object.keys(value)) json[name] = plain((value as Record<string, unknown>)[name]);
  return json;
}
