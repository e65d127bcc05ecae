import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { DEALS, PRODUCTS } from './catalogue.ts';
import { changesAnOrder, type OrderModel, orderItem, orderText, placedAt, writesAt } from './orders.ts';
import { sha256Bytes } from './sha256-in-node.ts';

const model: OrderModel = {
  seed: 7,
  startsAt: Date.UTC(2026, 6, 7),
  ordersPerSecond: 20,
  dayMs: 60_000,
  originalShare: 0,
};
const PER_DAY = 1_200;

test('order i is the same whoever makes it, whenever, after whatever other order', () => {
  fc.assert(
    fc.property(fc.nat(1e9), fc.nat(1e6), (i, other) => {
      const before = writesAt(model, i, sha256Bytes);
      writesAt(model, other, sha256Bytes);
      assert.deepEqual(writesAt({ ...model }, i, sha256Bytes), before);
    }),
  );
});

test('orders are placed in their order, and a day holds as many as its rate says', () => {
  fc.assert(fc.property(fc.nat(1e7), (i) => assert.ok(placedAt(model, i) <= placedAt(model, i + 1))));
  assert.equal(placedAt(model, 0), model.startsAt);
  assert.equal(placedAt(model, PER_DAY), model.startsAt + model.dayMs);
  assert.ok(placedAt(model, PER_DAY - 1) < model.startsAt + model.dayMs);
});

test('orders are written as often as the model says of them', () => {
  for (const originalShare of [0, 0.1, 1]) {
    const from = 1_000;
    const orders = 20_000;
    let writes = 0;
    for (let i = from; i < from + orders; i++)
      writes += writesAt({ ...model, originalShare }, i, sha256Bytes).length;
    const off = writes / orders / changesAnOrder(originalShare) - 1;
    assert.ok(Math.abs(off) < 0.005, `${originalShare}: ${writes / orders}`);
  }
});

test('the day has a curve: midnight and evening sell more than dawn', () => {
  const hours = new Array<number>(24).fill(0);
  for (let i = 0; i < PER_DAY; i++) {
    const hour = Math.floor(((placedAt(model, i) - model.startsAt) / model.dayMs) * 24);
    hours[hour] = (hours[hour] ?? 0) + 1;
  }
  const [midnight = 0, , , , dawn = 0] = hours;
  assert.ok(midnight > 3 * dawn, `${midnight} orders at midnight, ${dawn} at dawn`);
  assert.ok((hours[20] ?? 0) > 2 * dawn);
});

test('products are skewed, and a deal sells its product cheaper only while it is open', () => {
  const sold = new Map<string, number>();
  for (let i = 0; i < PER_DAY * 5; i++) {
    const item = orderItem(model, i, sha256Bytes) as Record<string, { S: string; N: string }>;
    const name = item['product_name']?.S ?? '';
    sold.set(name, (sold.get(name) ?? 0) + 1);
    const product = PRODUCTS.find((each) => each.name === name);
    const deal = DEALS.find(({ id }) => id === item['deal_id']?.S);
    const cents = Math.round(Number(item['price']?.N) * 100);
    if (!deal) assert.equal(cents, product?.priceCents);
    else {
      const share = ((placedAt(model, i) - model.startsAt) % model.dayMs) / model.dayMs;
      assert.ok(share >= deal.opens && share < deal.closes);
      assert.ok(cents < (product?.priceCents ?? 0));
    }
  }
  assert.ok((sold.get('Smart Speaker Mini') ?? 0) > 8 * (sold.get('Olive Oil 3 L') ?? 0));
});

test('an order lives: paid, then shipped or cancelled, some returned, a few deleted, each once and in that order', () => {
  const life = new Map<string, string[]>();
  for (let i = 0; i < 5_000; i++)
    for (const write of writesAt(model, i, sha256Bytes)) {
      const step = write.kind === 'advance' ? write.status : write.kind;
      life.set(write.orderid, [...(life.get(write.orderid) ?? []), step]);
    }
  const lives = [...life.values()].slice(0, 4_500).map((steps) => steps.join(' '));
  const kinds = new Set(lives);
  assert.deepEqual(
    [...kinds].sort(),
    [
      'place PAID CANCELLED',
      'place PAID SHIPPED',
      'place PAID SHIPPED RETURNED',
      'place PAID SHIPPED delete',
    ].sort(),
  );
});

test('a share of the orders has the four original fields alone and never changes', () => {
  const originals = { ...model, originalShare: 1 };
  for (let i = 0; i < 300; i++) {
    const writes = writesAt(originals, i, sha256Bytes);
    assert.equal(writes.length, 1);
    assert.deepEqual(Object.keys(orderItem(originals, i, sha256Bytes)), [
      'orderid',
      'product_name',
      'quantity',
      'price',
    ]);
  }
});

test('a seed names the same orders in every version: who counts an old run asks for its orders by it', () => {
  const all = createHash('sha256');
  for (let i = 0; i < 10_000; i++) all.update(orderText({ ...model, originalShare: 0.1 }, i, sha256Bytes));
  assert.equal(all.digest('hex'), '1c6e2c0f29e7f1eda84d9254ce170b45d33160d952a6f0b7e63105514953211d');
});
