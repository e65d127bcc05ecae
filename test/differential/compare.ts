/** Brings two answers to one form: bytes as base64, sets sorted, lists without an order sorted. */

import type { Answer } from './dynamodb-local.ts';
import type { Request } from './operations.ts';

type Json = Record<string, unknown>;

export function comparable({ operation, input }: Request, answer: Answer): unknown {
  if (!answer.ok) return { code: answer.code, message: answer.message, members: plain(answer.members) };
  const value = plain(answer.value) as Json;
  // Entries of an index that have the same key stand in no promised order.
  if (operation === 'Scan' || operation === 'BatchGetItem' || input['IndexName']) return unordered(value);
  return value;
}

/**
 * Order of keys and of a set's members says nothing. Numbers are compared without needless zeros and exponents: AWS
 * and the engine drop them everywhere, DynamoDB Local only outside of lists and maps.
 */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Date) return Math.floor(value.getTime() / 1_000);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const sorted: Json = {};
  for (const name of Object.keys(value).sort()) {
    const each = (value as Json)[name];
    if (each === undefined) continue;
    sorted[name] = plainMember(name, each);
  }
  return sorted;
}

function plainMember(name: string, value: unknown): unknown {
  if (name === 'N' && typeof value === 'string') return plainNumber(value);
  if (name === 'NS' && Array.isArray(value)) return value.map(plainNumber).sort();
  if ((name === 'SS' || name === 'BS') && Array.isArray(value)) return (plain(value) as string[]).sort();
  return plain(value);
}

function plainNumber(number: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(number) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}

function unordered(value: Json): Json {
  const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  const { Items, Responses, ...rest } = value;
  return {
    ...rest,
    ...(Array.isArray(Items) ? { Items: [...Items].sort(byText) } : {}),
    ...(Responses
      ? {
          Responses: Object.fromEntries(
            Object.entries(Responses).map(([table, items]) => [
              table,
              [...(items as unknown[])].sort(byText),
            ]),
          ),
        }
      : {}),
  };
}

type Call = (operation: string, input: object) => Promise<Answer>;
type StreamRecord = { eventName: string; dynamodb: { Keys: Json; NewImage?: Json; OldImage?: Json } };

async function expectOk<T>(answer: Promise<Answer>): Promise<T> {
  const settled = await answer;
  if (!settled.ok) throw new Error(`${settled.code}: ${settled.message}`);
  return settled.value as T;
}

/** The changes of each item of a table, in their order, by the item's key. */
export async function changesOf(TableName: string, call: Call): Promise<Record<string, unknown[]>> {
  const { Streams } = await expectOk<{ Streams: { StreamArn: string }[] }>(
    call('ListStreams', { TableName }),
  );
  const changes: Record<string, unknown[]> = {};
  for (const { StreamArn } of Streams) {
    const { StreamDescription } = await expectOk<{ StreamDescription: { Shards: { ShardId: string }[] } }>(
      call('DescribeStream', { StreamArn }),
    );
    for (const { ShardId } of StreamDescription.Shards)
      for (const record of await recordsOf(StreamArn, ShardId, call)) {
        const { Keys, NewImage, OldImage } = record.dynamodb;
        const key = JSON.stringify(plain(Keys));
        changes[key] ??= [];
        changes[key].push(plain({ eventName: record.eventName, NewImage, OldImage }));
      }
  }
  return changes;
}

async function recordsOf(StreamArn: string, ShardId: string, call: Call): Promise<StreamRecord[]> {
  const start = await expectOk<{ ShardIterator: string }>(
    call('GetShardIterator', { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
  );
  const all: StreamRecord[] = [];
  let iterator: string | undefined = start.ShardIterator;
  while (iterator) {
    const page: { Records: StreamRecord[]; NextShardIterator?: string } = await expectOk(
      call('GetRecords', { ShardIterator: iterator }),
    );
    all.push(...page.Records);
    iterator = page.Records.length > 0 ? page.NextShardIterator : undefined;
  }
  return all;
}
