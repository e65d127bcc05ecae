/**
 * TransactGetItems: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html
 * All items are read in one turn from what is committed, so they are of one moment.
 */

import action from 'dynalite/actions/getItem.js';
import validation from 'dynalite/validations/getItem.js';
import { AwsError } from '../../aws-error.ts';
import type { Operation } from '../../ports.ts';
import { type Attributes, withBytes } from '../../store/attributes.ts';
import { act, checked } from './dynalite.ts';
import { ItemStore } from './item-store.ts';
import { permission, type Request, type Room, tableNamed } from './room.ts';
import { type CancellationReason, cancelled, reasonFor, transactItems } from './transaction.ts';

type TransactGetItemsRequest = { gets: Request[]; returnCapacity: string | undefined };
type Got = { Item?: Attributes; ConsumedCapacity?: { CapacityUnits: number } };

const TRANSACTION_UNITS_FACTOR = 2;

export function transactGetItems(room: Room): Operation<TransactGetItemsRequest> {
  return {
    kind: 'effect',
    service: 'dynamodb',
    name: 'TransactGetItems',
    parse,
    permissions: ({ gets }) => gets.flatMap((request) => permission(room, 'GetItem', request)),
    async run({ gets, returnCapacity }) {
      for (const { TableName } of gets) tableNamed(room, TableName);
      const found = getAll(room, gets);
      return {
        Responses: found.map(({ Item }) => (Item ? { Item: withBytes(Item) } : {})),
        ...(returnCapacity === 'TOTAL' || returnCapacity === 'INDEXES'
          ? { ConsumedCapacity: consumed(gets, found) }
          : {}),
      };
    },
  };
}

function parse(raw: unknown): TransactGetItemsRequest {
  const { request, items } = transactItems(raw);
  return {
    gets: items.map(({ Get }) => {
      if (!Get) throw new AwsError('ValidationException', 'TransactItems can only contain Get');
      return checked<Request>({ ...Get, ConsistentRead: true, ReturnConsumedCapacity: 'TOTAL' }, validation);
    }),
    returnCapacity: request['ReturnConsumedCapacity'] as string | undefined,
  };
}

function getAll(room: Room, gets: readonly Request[]): Got[] {
  const reasons: (CancellationReason | undefined)[] = [];
  const found = gets.map((request): Got => {
    try {
      const items = new ItemStore(room.tables, room.ports.store, { kind: 'read', request });
      const got = act<Got>(action, items, request);
      reasons.push(undefined);
      return got;
    } catch (error) {
      reasons.push(reasonFor(error));
      return {};
    }
  });
  if (reasons.some((reason) => reason)) throw cancelled(reasons);
  return found;
}

function consumed(gets: readonly Request[], found: readonly Got[]): object[] {
  const units = new Map<string, number>();
  gets.forEach(({ TableName }, index) => {
    const more = (found[index]?.ConsumedCapacity?.CapacityUnits ?? 0) * TRANSACTION_UNITS_FACTOR;
    units.set(TableName, (units.get(TableName) ?? 0) + more);
  });
  return [...units].map(([TableName, each]) => ({ TableName, CapacityUnits: each, ReadCapacityUnits: each }));
}
