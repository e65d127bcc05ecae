/**
 * BatchWriteItem: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
 * Requests for a partition that has no units left come back as UnprocessedItems; only when all do is it an error.
 */

import deleteAction from 'dynalite/actions/deleteItem.js';
import putAction from 'dynalite/actions/putItem.js';
import db from 'dynalite/db/index.js';
import validation from 'dynalite/validations/batchWriteItem.js';
import { AwsError } from '../../aws-error.ts';
import type { Operation } from '../../ports.ts';
import type { Attributes } from '../../store/attributes.ts';
import type { Tx } from '../../store/store.ts';
import { itemBytes } from './attributes.ts';
import { type ConsumedCapacity, summed } from './capacity.ts';
import { checked, ITEM_BYTES_MAX } from './dynalite.ts';
import { keyText } from './keys.ts';
import { type Room, runWrite, tableArn, tableNamed, unprocessedWithBytes } from './room.ts';
import { isThrottling } from './throughput.ts';

type WriteRequest = { PutRequest?: { Item: Attributes }; DeleteRequest?: { Key: Attributes } };
type BatchWriteItemRequest = {
  RequestItems: Record<string, WriteRequest[]>;
  ReturnConsumedCapacity?: 'INDEXES' | 'TOTAL' | 'NONE';
};

const BATCH_REQUESTS_MAX = 25;

export function batchWriteItem(room: Room): Operation<BatchWriteItemRequest> {
  return {
    kind: 'transaction',
    service: 'dynamodb',
    name: 'BatchWriteItem',
    parse,
    permissions: ({ RequestItems }) =>
      Object.keys(RequestItems).map((name) => ({
        action: 'dynamodb:BatchWriteItem',
        resource: tableArn(room, name),
      })),
    run(tx, request) {
      for (const [name, list] of Object.entries(request.RequestItems)) checkKeys(room, name, list);
      return writeAll(room, tx, request);
    },
  };
}

function parse(raw: unknown): BatchWriteItemRequest {
  const request = checked<BatchWriteItemRequest>(raw, validation);
  const all = Object.values(request.RequestItems).flat();
  if (all.length > BATCH_REQUESTS_MAX)
    throw new AwsError('ValidationException', 'Too many items requested for the BatchWriteItem call');
  if (all.some(({ PutRequest }) => PutRequest && itemBytes(PutRequest.Item) > ITEM_BYTES_MAX))
    throw new AwsError('ValidationException', 'Item size has exceeded the maximum allowed size');
  return request;
}

/** Every key of a table is right, and none comes twice, before anything is written. */
function checkKeys(room: Room, name: string, list: readonly WriteRequest[]): void {
  const { schema } = tableNamed(room, name);
  const seen = new Set<string>();
  for (const { PutRequest, DeleteRequest } of list) {
    const invalid = PutRequest
      ? db.validateItem(PutRequest.Item as never, schema)
      : db.validateKey((DeleteRequest?.Key ?? {}) as never, schema);
    if (invalid)
      throw new AwsError(
        'ValidationException',
        /Missing the key|Type mismatch for key/.test(invalid.message)
          ? 'The provided key element does not match the schema'
          : invalid.message,
      );
    const key = keyText(PutRequest?.Item ?? DeleteRequest?.Key ?? {}, schema);
    if (seen.has(key))
      throw new AwsError('ValidationException', 'Provided list of item keys contains duplicates');
    seen.add(key);
  }
}

function writeAll(
  room: Room,
  tx: Tx,
  { RequestItems, ReturnConsumedCapacity }: BatchWriteItemRequest,
): object {
  const unprocessed: Record<string, WriteRequest[]> = {};
  const consumed = new Map<string, ConsumedCapacity[]>();
  let written = 0;
  let throttling: unknown;
  for (const [name, list] of Object.entries(RequestItems))
    for (const request of list) {
      try {
        const capacity = writeOne(room, tx, name, request, ReturnConsumedCapacity);
        written += 1;
        if (capacity) consumed.set(name, [...(consumed.get(name) ?? []), capacity]);
      } catch (error) {
        if (!isThrottling(error)) throw error;
        throttling = error;
        unprocessed[name] = [...(unprocessed[name] ?? []), request];
      }
    }
  if (written === 0) throw throttling;
  return {
    UnprocessedItems: unprocessedWithBytes(unprocessed),
    ...(consumed.size > 0 ? { ConsumedCapacity: [...consumed.values()].map(summed) } : {}),
  };
}

function writeOne(
  room: Room,
  tx: Tx,
  TableName: string,
  { PutRequest, DeleteRequest }: WriteRequest,
  ReturnConsumedCapacity: string | undefined,
): ConsumedCapacity | undefined {
  const common = { TableName, ...(ReturnConsumedCapacity ? { ReturnConsumedCapacity } : {}) };
  const answer = PutRequest
    ? runWrite(room, tx, putAction, { ...common, ...PutRequest })
    : runWrite(room, tx, deleteAction, { ...common, ...DeleteRequest });
  return answer.ConsumedCapacity;
}
