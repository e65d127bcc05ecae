/**
 * TransactWriteItems: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 * First every item is computed and every condition asked, then all is written or nothing. dynalite has no
 * transactions; it computes the single items.
 */

import { createHash } from 'node:crypto';
import deleteAction from 'dynalite/actions/deleteItem.js';
import putAction from 'dynalite/actions/putItem.js';
import updateAction from 'dynalite/actions/updateItem.js';
import db from 'dynalite/db/index.js';
import { AwsError } from '../../aws-error.ts';
import type { Operation, Permission } from '../../ports.ts';
import type { Attributes } from '../../store/attributes.ts';
import type { Tx } from '../../store/store.ts';
import { itemBytes } from './attributes.ts';
import { unitsTotal } from './capacity.ts';
import { parseDeleteItem } from './delete-item.ts';
import { type Action, act, awsError, ITEM_BYTES_MAX } from './dynalite.ts';
import { ItemStore } from './item-store.ts';
import { keyText } from './keys.ts';
import { parsePutItem } from './put-item.ts';
import { permission, type Request, type Room, tableNamed, withItem } from './room.ts';
import type { Table } from './tables.ts';
import { writeUnits } from './throughput.ts';
import { type CancellationReason, cancelled, reasonFor, transactItems } from './transaction.ts';
import { parseUpdateItem } from './update-item.ts';

type ItemRequest = Request & { Item?: Attributes; Key?: Attributes };
type Step = { action: Action | 'check'; iamAction: string; request: ItemRequest };
type TransactWriteItemsRequest = {
  steps: Step[];
  token: string | undefined;
  digest: string;
  returnCapacity: string | undefined;
};
type Planned = {
  table: Table;
  key: string;
  old: Attributes | undefined;
  item: Attributes | undefined;
  /** Known once it is written. */
  indexUnits: number;
};

/** A token is remembered for ten minutes after the request that used it. */
const TOKEN_MS = 600_000;
const TOKENS_FORGOTTEN_A_CALL = 2;
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html: twice the units. */
const TRANSACTION_UNITS_FACTOR = 2;

export function transactWriteItems(room: Room): Operation<TransactWriteItemsRequest> {
  return {
    kind: 'transaction',
    service: 'dynamodb',
    name: 'TransactWriteItems',
    parse,
    permissions: ({ steps }) =>
      steps.flatMap(({ iamAction, request }): Permission[] => permission(room, iamAction, request)),
    run(tx, { steps, token, digest, returnCapacity }) {
      checkItems(room, steps);
      if (token !== undefined && isRepeat(tx, token, digest, room.ports.clock.now())) return {};
      const plan = planAll(room, tx, steps);
      for (const planned of plan.writes) {
        const { table, key, old, item } = planned;
        planned.indexUnits = unitsTotal(room.write(tx, table, key, old, item, TRANSACTION_UNITS_FACTOR));
      }
      return returnCapacity === 'TOTAL' || returnCapacity === 'INDEXES'
        ? { ConsumedCapacity: consumed([...plan.writes, ...plan.checks]) }
        : {};
    },
  };
}

function parse(raw: unknown): TransactWriteItemsRequest {
  const { request, items } = transactItems(raw);
  const { ClientRequestToken: token, ReturnConsumedCapacity } = request;
  const digest = createHash('sha256').update(JSON.stringify(items)).digest('hex');
  return {
    steps: items.map(parseStep),
    token: token as string | undefined,
    digest,
    returnCapacity: ReturnConsumedCapacity as string | undefined,
  };
}

function parseStep(item: Record<string, unknown>, index: number): Step {
  const { Put, Update, Delete, ConditionCheck } = item;
  if ([Put, Update, Delete, ConditionCheck].filter((each) => each != null).length !== 1)
    throw new AwsError(
      'ValidationException',
      'TransactItems can only contain one of Check, Put, Update or Delete',
    );
  if (Put) return { action: putAction, iamAction: 'PutItem', request: parsePutItem(Put) };
  if (Update) return { action: updateAction, iamAction: 'UpdateItem', request: parseUpdateItem(Update) };
  if (Delete) return { action: deleteAction, iamAction: 'DeleteItem', request: parseDeleteItem(Delete) };
  const check = parseDeleteItem(ConditionCheck);
  if ((ConditionCheck as { ConditionExpression?: unknown }).ConditionExpression == null)
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value null at 'transactItems.${index + 1}.member.conditionCheck.conditionExpression' failed to satisfy constraint: Member must not be null`,
    );
  return { action: 'check', iamAction: 'ConditionCheckItem', request: check };
}

/** What is wrong with the request as a whole, before any condition is asked. */
function checkItems(room: Room, steps: readonly Step[]): void {
  const seen = new Set<string>();
  for (const { request } of steps) {
    const { schema } = tableNamed(room, request.TableName);
    const invalid = request.Item
      ? db.validateItem(request.Item as never, schema)
      : db.validateKey(request.Key as never, schema);
    if (invalid) continue;
    const item = `${request.TableName}/${keyText(request.Item ?? request.Key ?? {}, schema)}`;
    if (seen.has(item))
      throw new AwsError(
        'ValidationException',
        'Transaction request cannot include multiple operations on one item',
      );
    seen.add(item);
  }
}

/** Whether the token's request was carried out before; else remembers it. */
function isRepeat(tx: Tx, token: string, digest: string, now: number): boolean {
  const kept = tx.get<{ digest: string; at: number }>(['transact-token', token]);
  if (kept && kept.at + TOKEN_MS > now) {
    if (kept.digest === digest) return true;
    throw new AwsError(
      'IdempotentParameterMismatchException',
      'Request rejected because it uses the same client token as a previous, different request',
    );
  }
  tx.put(['transact-token', token], { digest, at: now });
  tx.put(['transact-token-at', now, token], true);
  forgetTokens(tx, now - TOKEN_MS);
  return false;
}

function forgetTokens(tx: Tx, before: number): void {
  const old = tx.range({
    from: ['transact-token-at', 0],
    to: ['transact-token-at', before],
    limit: TOKENS_FORGOTTEN_A_CALL,
  });
  for (const { key } of old) {
    tx.remove(key);
    const token = key[2] as string;
    const kept = tx.get<{ at: number }>(['transact-token', token]);
    if (kept && kept.at <= before) tx.remove(['transact-token', token]);
  }
}

function planAll(room: Room, tx: Tx, steps: readonly Step[]): { writes: Planned[]; checks: Planned[] } {
  const writes: Planned[] = [];
  const checks: Planned[] = [];
  const reasons = steps.map((step): CancellationReason | undefined => {
    try {
      planOne(room, tx, step, writes, checks);
      return undefined;
    } catch (error) {
      return reasonFor(error);
    }
  });
  if (reasons.some((reason) => reason)) throw cancelled(reasons);
  return { writes, checks };
}

function planOne(room: Room, tx: Tx, step: Step, writes: Planned[], checks: Planned[]): void {
  const { action, request } = step;
  const items = new ItemStore(room.tables, tx, {
    kind: 'write',
    write(table, key, old, item) {
      if (item && itemBytes(item) > ITEM_BYTES_MAX)
        throw new AwsError(
          'ValidationException',
          'Item size to update has exceeded the maximum allowed size',
        );
      (action === 'check' ? checks : writes).push({ table, key, old, item, indexUnits: 0 });
    },
  });
  try {
    // A check is a delete that is planned and never written.
    act(action === 'check' ? deleteAction : action, items, request);
  } catch (error) {
    throw withItem(awsError(error), request, items.seen());
  }
}

function consumed(planned: readonly Planned[]): object[] {
  const units = new Map<string, number>();
  for (const { table, old, item, indexUnits } of planned) {
    const bytes = Math.max(item ? itemBytes(item) : 0, old ? itemBytes(old) : 0);
    const more = writeUnits(bytes) * TRANSACTION_UNITS_FACTOR + indexUnits;
    units.set(table.name, (units.get(table.name) ?? 0) + more);
  }
  return [...units].map(([TableName, each]) => ({
    TableName,
    CapacityUnits: each,
    WriteCapacityUnits: each,
  }));
}
