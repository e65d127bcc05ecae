/**
 * BatchGetItem: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 * The items come in the order of their keys; AWS promises none. dynalite's own action shuffles them by chance and
 * stops at 1 MB, so only its validation and its GetItem are used.
 */

import getItemAction from 'dynalite/actions/getItem.js';
import db from 'dynalite/db/index.js';
import validation from 'dynalite/validations/batchGetItem.js';
import type { Operation } from '../../ports.ts';
import { type Attributes, withBytes } from '../../store/attributes.ts';
import { itemBytes } from './attributes.ts';
import { act, awsError, checked } from './dynalite.ts';
import { ItemStore } from './item-store.ts';
import { type Room, tableArn, tableNamed } from './room.ts';

type KeysAndAttributes = {
  Keys: Attributes[];
  ConsistentRead?: boolean;
  AttributesToGet?: string[];
  ProjectionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  /** dynalite's parsed ProjectionExpression. */
  _projection?: unknown;
};
type BatchGetItemRequest = {
  RequestItems: Record<string, KeysAndAttributes>;
  ReturnConsumedCapacity?: 'INDEXES' | 'TOTAL' | 'NONE';
};
type Got = { Item?: Attributes; ConsumedCapacity?: { CapacityUnits: number } };

const ANSWER_BYTES_MAX = 16 * 1024 * 1024;

export function batchGetItem(room: Room): Operation<BatchGetItemRequest> {
  return {
    kind: 'effect',
    service: 'dynamodb',
    name: 'BatchGetItem',
    parse: (raw) => checked<BatchGetItemRequest>(raw, validation),
    permissions: ({ RequestItems }) =>
      Object.keys(RequestItems).map((name) => ({
        action: 'dynamodb:BatchGetItem',
        resource: tableArn(room, name),
      })),
    run: async (request) => read(room, request),
  };
}

function read(room: Room, { RequestItems, ReturnConsumedCapacity }: BatchGetItemRequest): object {
  for (const [name, { Keys }] of Object.entries(RequestItems)) checkKeys(room, name, Keys);
  const Responses: Record<string, Attributes[]> = {};
  const UnprocessedKeys: Record<string, unknown> = {};
  const units: Record<string, number> = {};
  let bytes = 0;
  for (const [name, { Keys, ...options }] of Object.entries(RequestItems)) {
    const items: Attributes[] = [];
    const left: Attributes[] = [];
    for (const Key of Keys) {
      const got =
        bytes > ANSWER_BYTES_MAX
          ? undefined
          : getOne(room, { TableName: name, Key, ...options, ReturnConsumedCapacity });
      if (got === undefined) {
        left.push(Key);
        continue;
      }
      units[name] = (units[name] ?? 0) + (got.ConsumedCapacity?.CapacityUnits ?? 0);
      if (!got.Item) continue;
      bytes += itemBytes(got.Item);
      items.push(withBytes(got.Item));
    }
    Responses[name] = items;
    const { _projection: _, ...asked } = options;
    if (left.length > 0) UnprocessedKeys[name] = { ...asked, Keys: left.map(withBytes) };
  }
  return { Responses, UnprocessedKeys, ...consumed(units, ReturnConsumedCapacity) };
}

function checkKeys(room: Room, name: string, keys: Attributes[]): void {
  const { schema } = tableNamed(room, name);
  for (const key of keys) {
    const invalid = db.validateKey(key as never, schema);
    if (invalid) throw awsError(invalid);
  }
}

function getOne(room: Room, request: object): Got {
  const items = new ItemStore(room.tables, room.ports.store, { kind: 'read', request });
  return act<Got>(getItemAction, items, request);
}

function consumed(
  units: Record<string, number>,
  asked: BatchGetItemRequest['ReturnConsumedCapacity'],
): object {
  if (asked !== 'TOTAL' && asked !== 'INDEXES') return {};
  return {
    ConsumedCapacity: Object.entries(units).map(([TableName, CapacityUnits]) => ({
      TableName,
      CapacityUnits,
      ...(asked === 'INDEXES' ? { Table: { CapacityUnits } } : {}),
    })),
  };
}
