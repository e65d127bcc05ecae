/**
 * What clients ask of the table: the order book of loadtest/orders.ts in its order, and between it a few hot orders
 * that everybody writes at once, in every way that DynamoDB has.
 */

import { type OrderModel, orderItem, type Write, writesAt } from '../../loadtest/orders.ts';
import { sha256Bytes } from '../../loadtest/sha256-in-node.ts';
import type { Dice } from './dice.ts';
import type { Item, ItemWrite } from './ledger.ts';
import type { Scenario } from './scenario.ts';

export const TABLE = 'ordertable';

/** A DynamoDB request, and what it writes if it is answered. */
export type Request = { operation: string; input: object; writes: ItemWrite[] };

export type Desk = { next(): Request };

const HOT_ORDERS = 3;
/** A control character takes six in JSON: two such images are more than a Kinesis record's megabyte. */
const POISON = '\u0001'.repeat(100_000);
const STATUSES = ['PLACED', 'PAID', 'SHIPPED', 'CANCELLED'];

export function createDesk(scenario: Scenario, dice: Dice, startsAt: number): Desk {
  const model: OrderModel = {
    seed: scenario.seed,
    startsAt,
    ordersPerSecond: 10,
    dayMs: 60_000,
    originalShare: 0.2,
  };
  const book: Write[] = [];
  let placed = 0;
  let written = 0;
  let poisoned = !scenario.poison;

  const hot = () => `hot-${dice.below(HOT_ORDERS)}`;
  /** Names the write, so that no two items are alike by accident. */
  const mark = (): Item => ({ write: { S: `w-${written++}` } });

  function freshItem(orderid: string): Item {
    const item = { ...orderItem(model, dice.below(1000), sha256Bytes), orderid: { S: orderid }, ...mark() };
    if (dice.hits(scenario.fatShare)) return { ...item, note: { S: 'x'.repeat(scenario.fatBytes) } };
    // The schema asks for at least one: the transform refuses this order.
    return dice.hits(0.05) ? { ...item, quantity: { N: '0' } } : item;
  }

  function bookedWrite(): Request {
    if (book.length === 0) book.push(...writesAt(model, placed++, sha256Bytes));
    const write = book.shift() as Write;
    switch (write.kind) {
      case 'place':
        return put(write.orderid, { ...write.item, ...mark() }, 'attribute_not_exists(orderid)');
      case 'advance':
        return update(write.orderid, { status: { S: write.status } }, 'attribute_exists(orderid)');
      case 'delete':
        return remove(write.orderid);
    }
  }

  function hotWrite(): Request {
    const orderid = hot();
    switch (dice.below(6)) {
      case 0:
        return remove(orderid);
      case 1:
        // Most often this changes nothing the second time; sometimes it makes an order without a product.
        return update(orderid, { status: { S: dice.oneOf(STATUSES) } });
      case 2:
        return put(orderid, freshItem(orderid), 'attribute_not_exists(orderid)');
      case 3:
        return update(orderid, { status: { S: 'PAID' }, ...mark() }, 'attribute_exists(orderid)');
      case 4:
        return put(orderid, { ...orderItem(model, 1, sha256Bytes), orderid: { S: orderid } });
      default:
        return put(orderid, freshItem(orderid));
    }
  }

  function several(): { orderid: string; item?: Item }[] {
    const orderids = new Set(
      Array.from({ length: 2 + dice.below(6) }, () => (dice.hits(0.5) ? hot() : `many-${dice.below(20)}`)),
    );
    return [...orderids].map((orderid) =>
      dice.hits(0.75) ? { orderid, item: freshItem(orderid) } : { orderid },
    );
  }

  return {
    next() {
      if (!poisoned && dice.hits(0.1)) {
        poisoned = true;
        return put('poison', { ...freshItem('poison'), note: { S: POISON + POISON } });
      }
      if (dice.hits(0.5)) return bookedWrite();
      if (dice.hits(0.8)) return hotWrite();
      return dice.hits(0.5) ? batch(several()) : transaction(several());
    },
  };
}

/** What of the request was not written, though it was answered: a batch may come back in parts. */
export function unwritten(answer: unknown): Set<string> {
  type Part = { PutRequest?: { Item: Item }; DeleteRequest?: { Key: Item } };
  const parts = (answer as { UnprocessedItems?: Record<string, Part[]> })?.UnprocessedItems?.[TABLE] ?? [];
  return new Set(
    parts.map(({ PutRequest, DeleteRequest }) => {
      const key = (PutRequest?.Item ?? DeleteRequest?.Key)?.['orderid'] as { S: string };
      return key.S;
    }),
  );
}

function put(orderid: string, item: Item, condition?: string): Request {
  const input = { TableName: TABLE, Item: item, ...(condition ? { ConditionExpression: condition } : {}) };
  return { operation: 'PutItem', input, writes: [{ kind: 'put', orderid, item }] };
}

function remove(orderid: string): Request {
  const input = { TableName: TABLE, Key: { orderid: { S: orderid } } };
  return { operation: 'DeleteItem', input, writes: [{ kind: 'delete', orderid }] };
}

function update(orderid: string, set: Item, condition?: string): Request {
  const names = Object.keys(set);
  const input = {
    TableName: TABLE,
    Key: { orderid: { S: orderid } },
    UpdateExpression: `SET ${names.map((_, index) => `#a${index} = :a${index}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(names.map((name, index) => [`#a${index}`, name])),
    ExpressionAttributeValues: Object.fromEntries(names.map((name, index) => [`:a${index}`, set[name]])),
    ...(condition ? { ConditionExpression: condition } : {}),
  };
  return { operation: 'UpdateItem', input, writes: [{ kind: 'update', orderid, set }] };
}

function batch(parts: readonly { orderid: string; item?: Item }[]): Request {
  const requests = parts.map(({ orderid, item }) =>
    item ? { PutRequest: { Item: item } } : { DeleteRequest: { Key: { orderid: { S: orderid } } } },
  );
  return {
    operation: 'BatchWriteItem',
    input: { RequestItems: { [TABLE]: requests } },
    writes: parts.map(writeOf),
  };
}

function transaction(parts: readonly { orderid: string; item?: Item }[]): Request {
  const items = parts.map(({ orderid, item }) =>
    item
      ? { Put: { TableName: TABLE, Item: item } }
      : { Delete: { TableName: TABLE, Key: { orderid: { S: orderid } } } },
  );
  return { operation: 'TransactWriteItems', input: { TransactItems: items }, writes: parts.map(writeOf) };
}

function writeOf({ orderid, item }: { orderid: string; item?: Item }): ItemWrite {
  return item ? { kind: 'put', orderid, item } : { kind: 'delete', orderid };
}
