/**
 * BatchWriteItem: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
 * Requests for a partition that has no units left come back as UnprocessedItems; only when all do is it an error.
 */

import action from 'dynalite/actions/batchWriteItem.js';
import db from 'dynalite/db/index.js';
import validation from 'dynalite/validations/batchWriteItem.js';
import { AwsError } from '../../aws-error.ts';
import type { Operation } from '../../ports.ts';
import type { Attributes } from '../../store/attributes.ts';
import { itemBytes } from './attributes.ts';
import { addUnits, type ConsumedCapacity, type IndexUnits, withIndexUnits } from './capacity.ts';
import { act, checked, ITEM_BYTES_MAX } from './dynalite.ts';
import { itemStore } from './item-store.ts';
import { keyText } from './keys.ts';
import { type Room, tableArn, tableNamed, unprocessedWithBytes } from './room.ts';
import type { Table } from './tables.ts';

type WriteRequest = { PutRequest?: { Item: Attributes }; DeleteRequest?: { Key: Attributes } };
type Requests = Record<string, WriteRequest[]>;
type BatchAnswer = { ConsumedCapacity?: ConsumedCapacity[] };
type BatchWriteItemRequest = { RequestItems: Requests };

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
      const { admitted, throttled, reason } = admit(room, request.RequestItems);
      if (reason && Object.keys(admitted).length === 0) throw reason;
      const units: Record<string, IndexUnits> = {};
      const items = itemStore(room.tables, tx, {
        kind: 'write',
        write(table, key, old, item) {
          units[table.name] ??= {};
          addUnits(units[table.name] ?? {}, room.write(tx, table, key, old, item));
        },
      });
      const answer = act<BatchAnswer>(action, items, { ...request, RequestItems: admitted });
      return {
        UnprocessedItems: unprocessedWithBytes(throttled),
        ...(answer.ConsumedCapacity
          ? {
              ConsumedCapacity: answer.ConsumedCapacity.map((each) =>
                withIndexUnits(each, tableNamed(room, each.TableName), units[each.TableName] ?? {}),
              ),
            }
          : {}),
      };
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

/** Parts the requests by whether their partition has units left. What is invalid is left for dynalite to name. */
function admit(
  room: Room,
  requests: Requests,
): { admitted: Requests; throttled: Requests; reason?: unknown } {
  const admitted: Requests = {};
  const throttled: Requests = {};
  let reason: unknown;
  for (const [name, list] of Object.entries(requests)) {
    const table = room.tables.get(name);
    for (const request of list) {
      const refusal = table && refusalOf(table, request);
      reason ??= refusal;
      const to = refusal ? throttled : admitted;
      to[name] ??= [];
      to[name].push(request);
    }
  }
  return { admitted, throttled, reason };
}

function refusalOf({ schema, meter }: Table, { PutRequest, DeleteRequest }: WriteRequest): unknown {
  const item = PutRequest?.Item ?? DeleteRequest?.Key;
  const invalid = PutRequest
    ? db.validateItem(PutRequest.Item as never, schema)
    : DeleteRequest && db.validateKey(DeleteRequest.Key as never, schema);
  if (!item || invalid) return undefined;
  try {
    meter.admit('write', keyText(item, schema));
    return undefined;
  } catch (refusal) {
    return refusal;
  }
}
