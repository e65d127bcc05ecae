/** What the table's operations share: the tables, the writer, and how a single action is run for an answer. */

import { AwsError } from '../../aws-error.ts';
import type { Permission, Ports } from '../../ports.ts';
import { type Attributes, withBytes } from '../../store/attributes.ts';
import type { Tx } from '../../store/store.ts';
import { type ConsumedCapacity, type IndexUnits, withIndexUnits } from './capacity.ts';
import { type Action, act, actInTurns } from './dynalite.ts';
import { ItemStore, tableNotFound } from './item-store.ts';
import type { Table, Tables } from './tables.ts';
import type { Writer } from './write.ts';

export type Room = { ports: Ports; tables: Tables; write: Writer };

/** A request that dynalite has checked; the members beside these are its own. */
export type Request = {
  TableName: string;
  IndexName?: string;
  ConsistentRead?: boolean;
  ExclusiveStartKey?: Attributes;
  ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE';
};

export function tableArn({ ports }: Room, name: string): string {
  return `arn:aws:dynamodb:${ports.region}:${ports.account}:table/${name}`;
}

export function permission(room: Room, action: string, { TableName, IndexName }: Request): Permission[] {
  const arn = tableArn(room, TableName);
  return [
    { action: `dynamodb:${action}`, resource: IndexName === undefined ? arn : `${arn}/index/${IndexName}` },
  ];
}

export function tableNamed({ tables }: Room, name: string, describing = false): Table {
  const table = tables.get(name);
  if (table) return table;
  if (describing)
    throw new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
  throw tableNotFound();
}

type WriteAnswer = { Attributes?: Attributes; ConsumedCapacity?: ConsumedCapacity };

/** Runs an action of dynalite that writes one item. */
export function runWrite(room: Room, tx: Tx, action: Action, request: Request): WriteAnswer {
  let units: IndexUnits = {};
  const items = new ItemStore(room.tables, tx, {
    kind: 'write',
    write(table, key, old, item) {
      units = room.write(tx, table, key, old, item);
    },
  });
  try {
    const { Attributes, ConsumedCapacity } = act<WriteAnswer>(action, items, request);
    return {
      // An update that touched nothing which was there has no attributes to tell, not empty ones.
      ...(Attributes && Object.keys(Attributes).length > 0 ? { Attributes: withBytes(Attributes) } : {}),
      ...(ConsumedCapacity
        ? { ConsumedCapacity: withIndexUnits(ConsumedCapacity, tableNamed(room, request.TableName), units) }
        : {}),
    };
  } catch (error) {
    throw withItem(error, request, items.seen());
  }
}

/** Adds the item that a failed condition was about, when the caller asks for it. */
export function withItem(error: unknown, request: Request, item: Attributes | undefined): unknown {
  const asked = request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && item !== undefined;
  if (!asked || !(error instanceof AwsError) || error.code !== 'ConditionalCheckFailedException')
    return error;
  return new AwsError(error.code, error.message, error.status, { Item: withBytes(item) });
}

/** Runs an action of dynalite that reads one table, over what is committed. */
export function runRead<O>(room: Room, action: Action, request: Request): Promise<O> {
  return actInTurns(action, new ItemStore(room.tables, room.ports.store, { kind: 'read', request }), request);
}

/** A page of a query or a scan, its binary values as bytes. */
export function pageWithBytes(page: { Items?: Attributes[]; LastEvaluatedKey?: Attributes }): unknown {
  return {
    ...page,
    ...(page.Items ? { Items: page.Items.map(withBytes) } : {}),
    ...(page.LastEvaluatedKey ? { LastEvaluatedKey: withBytes(page.LastEvaluatedKey) } : {}),
  };
}

/** Requests that go back to the caller, their binary values as bytes. */
export function unprocessedWithBytes(requests: object): unknown {
  return bytesWithin(requests);
}

function bytesWithin(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(bytesWithin);
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) =>
      name === 'Item' || name === 'Key' ? [name, withBytes(each as Attributes)] : [name, bytesWithin(each)],
    ),
  );
}
