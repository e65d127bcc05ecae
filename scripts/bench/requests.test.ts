import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lifeRequests } from './requests.ts';

type Body = {
  RequestItems: {
    ordertable: {
      PutRequest?: { Item: { orderid: { S: string } } };
      DeleteRequest?: { Key: { orderid: { S: string } } };
    }[];
  };
};

const ORDERS = 400;
const requests = lifeRequests(1, 'ordertable', 1_000, ORDERS);
const keysOf = (bytes: Buffer): (string | undefined)[] => {
  const text = bytes.toString();
  const body = JSON.parse(text.slice(text.indexOf('\r\n\r\n'))) as Body;
  return body.RequestItems.ordertable.map(
    ({ PutRequest, DeleteRequest }) => (PutRequest?.Item ?? DeleteRequest?.Key)?.orderid.S,
  );
};

test('a batch of an order’s life has 25 writes at most and names no order twice', () => {
  for (const { bytes, changes } of requests) {
    const keys = keysOf(bytes);
    assert.ok(keys.length > 0 && keys.length <= 25, String(keys.length));
    assert.equal(new Set(keys).size, keys.length);
    assert.equal(changes.length, keys.length);
  }
});

test('every order is placed once and no change is made twice', () => {
  const changes = requests.flatMap((request) => request.changes);
  assert.equal(new Set(changes).size, changes.length);
  assert.equal(changes.filter((change) => change.endsWith(' PLACED')).length, ORDERS);
  assert.ok(
    changes.some((change) => change.endsWith(' PAID')),
    'steps of earlier orders',
  );
});

test('a batch falls due with its last order, the batches in their order', () => {
  const due = requests.map(({ order }) => order);
  assert.deepEqual(
    due,
    [...due].sort((a, b) => a - b),
  );
  assert.equal(due.at(-1), ORDERS - 1);
});
