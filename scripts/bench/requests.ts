/**
 * DynamoDB requests as the bytes that go over a connection, signed in advance with Signature Version 4: the load
 * driver shares two cores with what it measures, so it must cost next to nothing while it runs.
 *
 *     loadtest/orders → [requests] → load-program
 */

import { createHash, createHmac } from 'node:crypto';
import {
  type Attribute,
  ORIGINAL_SHARE,
  type OrderModel,
  orderItem,
  type Write,
  writesAt,
} from '../../loadtest/orders.ts';
import { sha256Bytes } from '../../loadtest/sha256-in-node.ts';

const REGION = 'us-east-2';
/** The most that BatchWriteItem takes. */
const BATCH_WRITES = 25;

const MODEL: OrderModel = {
  seed: 1,
  startsAt: Date.UTC(2026, 6, 7),
  ordersPerSecond: 1_000,
  dayMs: 24 * 60 * 60 * 1_000,
  originalShare: ORIGINAL_SHARE,
};

export type OrderRequest = {
  bytes: Buffer;
  /** What it changes, each as `changeOf` names it. */
  changes: string[];
  /** With which order it falls due, counted from the first of the load. */
  order: number;
};

/** One change of an order: it comes to a status once, or goes. */
export function changeOf(orderid: string, becomes: string): string {
  return `${orderid} ${becomes}`;
}

const PLACED = 'PLACED';
export const GONE = 'gone';

/** One order a request. */
export function putRequests(port: number, table: string, from: number, count: number): OrderRequest[] {
  return Array.from({ length: count }, (_, index) => {
    const item = itemOf(from + index);
    const bytes = signedRequest(port, 'PutItem', JSON.stringify({ TableName: table, Item: item }));
    return { bytes, changes: [changeOf(item.orderid.S, PLACED)], order: index };
  });
}

/** Twenty-five orders a request. */
export function batchRequests(port: number, table: string, from: number, count: number): OrderRequest[] {
  return Array.from({ length: Math.ceil(count / BATCH_WRITES) }, (_, batch) => {
    const first = batch * BATCH_WRITES;
    const length = Math.min(BATCH_WRITES, count - first);
    const items = Array.from({ length }, (_, index) => itemOf(from + first + index));
    const requests = { [table]: items.map((Item) => ({ PutRequest: { Item } })) };
    const bytes = signedRequest(port, 'BatchWriteItem', JSON.stringify({ RequestItems: requests }));
    const changes = items.map(({ orderid }) => changeOf(orderid.S, PLACED));
    return { bytes, changes, order: first + length - 1 };
  });
}

/** The whole life of orders, twenty-five writes a request: with each order the steps of earlier ones that are due. */
export function lifeRequests(port: number, table: string, from: number, count: number): OrderRequest[] {
  const requests: OrderRequest[] = [];
  let batch = new Map<string, { change: string; request: object }>();
  const end = (order: number) => {
    const writes = [...batch.values()];
    batch = new Map();
    if (writes.length === 0) return;
    const body = JSON.stringify({ RequestItems: { [table]: writes.map(({ request }) => request) } });
    const changes = writes.map(({ change }) => change);
    requests.push({ bytes: signedRequest(port, 'BatchWriteItem', body), changes, order });
  };
  for (let order = 0; order < count; order++)
    for (const write of writesAt(MODEL, from + order, sha256Bytes)) {
      // A batch may name an item once.
      if (batch.size === BATCH_WRITES || batch.has(write.orderid)) end(order);
      batch.set(write.orderid, batchWrite(write));
    }
  end(count - 1);
  return requests;
}

/** BatchWriteItem knows no updates: a step puts the whole item again. */
function batchWrite(write: Write): { change: string; request: object } {
  const { orderid } = write;
  const put = (Item: Record<string, Attribute>, becomes: string) => ({
    change: changeOf(orderid, becomes),
    request: { PutRequest: { Item } },
  });
  switch (write.kind) {
    case 'place':
      return put(write.item, PLACED);
    case 'advance':
      return put({ ...itemOf(numberOf(orderid)), status: { S: write.status } }, write.status);
    case 'delete':
      return {
        change: changeOf(orderid, GONE),
        request: { DeleteRequest: { Key: { orderid: { S: orderid } } } },
      };
  }
}

function numberOf(orderid: string): number {
  return Number(orderid.slice(orderid.lastIndexOf('-') + 1));
}

function itemOf(i: number) {
  return orderItem(MODEL, i, sha256Bytes) as Record<string, Attribute> & { orderid: { S: string } };
}

/** A whole HTTP request for the account's administrator. */
export function signedRequest(port: number, operation: string, body: string): Buffer {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${time.slice(0, 8)}/${REGION}/dynamodb/aws4_request`;
  const headers: [string, string][] = [
    ['content-type', 'application/x-amz-json-1.0'],
    ['host', `127.0.0.1:${port}`],
    ['x-amz-date', time],
    ['x-amz-target', `DynamoDB_20120810.${operation}`],
  ];
  const names = headers.map(([name]) => name).join(';');
  const lines = headers.map(([name, value]) => `${name}:${value}\n`).join('');
  const canonical = `POST\n/\n\n${lines}\n${names}\n${sha256(body)}`;
  const signature = createHmac('sha256', signingKey(time.slice(0, 8)))
    .update(`AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`)
    .digest('hex');
  const head = [
    'POST / HTTP/1.1',
    ...headers.map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    `authorization: AWS4-HMAC-SHA256 Credential=local/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

const keys = new Map<string, Buffer>();

function signingKey(day: string): Buffer {
  const known = keys.get(day);
  if (known) return known;
  let key = Buffer.from('AWS4local');
  for (const part of [day, REGION, 'dynamodb', 'aws4_request'])
    key = createHmac('sha256', key).update(part).digest();
  keys.set(day, key);
  return key;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
