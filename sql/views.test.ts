/** What the views promise about orders, on rows small enough to read and on many. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readViews } from '../scripts/views/read-views.ts';
import { type AnyRow, change, lake } from './testing.ts';

const VIEWS = await readViews();
const VIEW_NAMES = VIEWS.map(({ name }) => name);
/** Not the seeds and what is made of them alone, nor data_quality, which always has a row a check. */
const VIEWS_OF_ORDERS = VIEWS.filter(
  ({ name, sql }) => !/^-- scans: 0$/m.test(sql) && name !== 'data_quality',
);
const currentOf = (rows: readonly Partial<AnyRow>[], columns: string) =>
  lake(rows).then(({ ask }) => ask(`SELECT ${columns} FROM orders_current ORDER BY orderid`));

test('a change that was delivered twice is one change, one order and one sale', async () => {
  const placed = change({ quantity: 2, price: 10.5 });
  const { ask } = await lake([placed, placed, change({ orderid: 'o-2' }), placed]);
  assert.deepEqual(await ask('SELECT count(*) AS n FROM order_changes'), [{ n: '2' }]);
  assert.deepEqual(await ask('SELECT count(*) AS n FROM orders_current'), [{ n: '2' }]);
  assert.deepEqual(await ask('SELECT orders, units, revenue FROM sales_by_minute'), [
    { orders: '2', units: '3', revenue: '31.00' },
  ]);
  assert.deepEqual(await ask('SELECT orders, units, revenue FROM top_products'), [
    { orders: '2', units: '3', revenue: '31.00' },
  ]);
});

test('rows that did not come through the pipeline are in no view', async () => {
  const byHand = change({ event_id: null, event_name: null, changed_at: null, sequence_number: null });
  const { ask } = await lake([byHand]);
  for (const { name } of VIEWS_OF_ORDERS) assert.deepEqual(await ask(`SELECT * FROM ${name}`), [], name);
});

test('a lake without an order answers with no row', async () => {
  const { ask } = await lake([]);
  assert.equal(VIEWS_OF_ORDERS.length, 12);
  for (const { name } of VIEWS_OF_ORDERS) assert.deepEqual(await ask(`SELECT * FROM ${name}`), [], name);
});

test('orders of the original four fields are in every view', async () => {
  const { ask } = await lake([change({ quantity: 3, price: 27 })]);
  assert.deepEqual(await ask('SELECT orderid, price, status FROM order_changes'), [
    { orderid: 'o-1', price: '27.00', status: null },
  ]);
  assert.deepEqual(await ask('SELECT product_name, quantity, revenue, status FROM orders_current'), [
    { product_name: 'Headphones', quantity: '3', revenue: '81.00', status: null },
  ]);
  assert.deepEqual(await ask('SELECT orders, revenue, cancelled_orders FROM sales_by_minute'), [
    { orders: '1', revenue: '81.00', cancelled_orders: '0' },
  ]);
  assert.deepEqual(await ask('SELECT product_name, category, revenue FROM top_products'), [
    { product_name: 'Headphones', category: null, revenue: '81.00' },
  ]);
});

test('a removed order is gone, and comes back when it is put again', async () => {
  const placed = change({ orderid: 'o-9' });
  const removed = change({ orderid: 'o-9', event_name: 'REMOVE' });
  const again = change({ orderid: 'o-9', quantity: 4 });
  assert.deepEqual(await currentOf([removed, placed], 'orderid'), []);
  assert.deepEqual(await currentOf([again, removed, placed], 'quantity'), [{ quantity: '4' }]);
});

test('sequence numbers of different lengths compare as numbers', async () => {
  const rows = [
    change({ sequence_number: `1${'0'.repeat(39)}`, status: 'SHIPPED', event_name: 'MODIFY' }),
    change({ sequence_number: '9'.repeat(21), status: 'PLACED' }),
    change({ sequence_number: '9'.repeat(39), status: 'PAID', event_name: 'MODIFY' }),
  ];
  assert.deepEqual(await currentOf(rows, 'status'), [{ status: 'SHIPPED' }]);
});

test('an older change that comes late changes nothing, in whatever order the rows lie', async () => {
  const rows = [
    change({ status: 'PLACED' }),
    change({ status: 'PAID', event_name: 'MODIFY', quantity: 2 }),
    change({ status: 'SHIPPED', event_name: 'MODIFY', quantity: 3 }),
  ];
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(rows, { minLength: 3 }), async (shuffled) => {
      assert.deepEqual(await currentOf(shuffled, 'status, quantity'), [{ status: 'SHIPPED', quantity: '3' }]);
    }),
    { numRuns: 6 },
  );
});

test('a field that the newest change lacks is gone, not the last value it had', async () => {
  const rows = [change({ deal_id: 'deal-1' }), change({ deal_id: null, event_name: 'MODIFY' })];
  assert.deepEqual(await currentOf(rows, 'deal_id'), [{ deal_id: null }]);
});

test('orders count in the minute in which they were placed, to its last millisecond', async () => {
  const times = ['09:30:00.000', '09:30:59.999', '09:31:00.000', '23:59:59.999'];
  const rows = times.map((time, i) => change({ orderid: `o-${i}`, changed_at: `2026-07-08T${time}Z` }));
  rows.push(change({ orderid: 'o-0', event_name: 'MODIFY', changed_at: '2026-07-08T10:00:00.000Z' }));
  const { ask } = await lake(rows);
  assert.deepEqual(await ask('SELECT minute, orders FROM sales_by_minute ORDER BY minute'), [
    { minute: '2026-07-08 09:30:00', orders: '2' },
    { minute: '2026-07-08 09:31:00', orders: '1' },
    { minute: '2026-07-08 23:59:00', orders: '1' },
  ]);
});

test('cancelled, returned and removed orders count apart, in the minute in which they were placed', async () => {
  const ends = ['SHIPPED', 'CANCELLED', 'RETURNED'] as const;
  const rows = ends.flatMap((status, i) => [
    change({ orderid: `o-${i}`, price: 10.01, status: 'PLACED' }),
    change({
      orderid: `o-${i}`,
      price: 10.01,
      status,
      event_name: 'MODIFY',
      changed_at: '2026-07-08T11:00:00.000Z',
    }),
  ]);
  rows.push(
    change({ orderid: 'o-3', quantity: 2 }),
    change({ orderid: 'o-3', quantity: 2, event_name: 'REMOVE' }),
  );
  const { ask } = await lake(rows);
  assert.deepEqual(await ask('SELECT * FROM sales_by_minute'), [
    {
      minute: '2026-07-08 09:30:00',
      orders: '4',
      units: '5',
      revenue: '50.03',
      cancelled_orders: '3',
      cancelled_units: '4',
      cancelled_revenue: '40.02',
    },
  ]);
  assert.deepEqual(await ask('SELECT orders, units, revenue FROM top_products'), [
    { orders: '1', units: '1', revenue: '10.01' },
  ]);
});

test('products rank by revenue, equals share a rank', async () => {
  const product = (product_name: string, price: number, category: string | null = null) =>
    change({ orderid: product_name, product_name, price, category });
  const { ask } = await lake([product('a', 5), product('b', 7.5, 'Home'), product('c', 5), product('d', 1)]);
  assert.deepEqual(
    await ask(
      'SELECT sales_rank, product_name, category FROM top_products ORDER BY sales_rank, product_name',
    ),
    [
      { sales_rank: '1', product_name: 'b', category: 'Home' },
      { sales_rank: '2', product_name: 'a', category: null },
      { sales_rank: '2', product_name: 'c', category: null },
      { sales_rank: '4', product_name: 'd', category: null },
    ],
  );
});

test('cents add up exactly over 10,000 orders, and to the same sum in every view', async () => {
  const statuses = ['PLACED', 'PAID', 'CANCELLED', 'RETURNED', null] as const;
  let standing = 0n;
  let placed = 0n;
  const rows = Array.from({ length: 10_000 }, (_, i) => {
    const cents = (i * 7_919) % 100_000;
    const quantity = 1 + (i % 4);
    const status = statuses[i % statuses.length] ?? null;
    placed += BigInt(cents * quantity);
    if (status !== 'CANCELLED' && status !== 'RETURNED') standing += BigInt(cents * quantity);
    return change({
      orderid: `o-${i}`,
      product_name: `p-${i % 37}`,
      quantity,
      price: cents / 100,
      status,
      customer_id: `c-${i % 91}`,
      category: i % 3 ? `k-${i % 5}` : null,
    });
  });
  const { ask } = await lake(rows);
  const money = (cents: bigint) => `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`;
  assert.deepEqual(
    await ask('SELECT sum(revenue) AS r, sum(revenue - cancelled_revenue) AS s FROM sales_by_minute'),
    [{ r: money(placed), s: money(standing) }],
  );
  for (const view of ['top_products', 'sales_by_category', 'customers_by_value'])
    assert.deepEqual(await ask(`SELECT sum(revenue) AS s FROM ${view}`), [{ s: money(standing) }], view);
  assert.deepEqual(await ask('SELECT sum(revenue) AS r FROM orders_current'), [{ r: money(placed) }]);
});

test('one order with an absurd price or time does not take the views away', async () => {
  const { ask } = await lake([
    change({ orderid: 'o-1', price: 1e30, created_at: '2026-07-08T09:29:60Z' }),
    change({ orderid: 'o-2', price: 9.99, created_at: '2026-07-08T11:30:00.5+02:00' }),
  ]);
  assert.deepEqual(await ask('SELECT orderid, price, created_at FROM orders_current ORDER BY orderid'), [
    { orderid: 'o-1', price: null, created_at: null },
    { orderid: 'o-2', price: '9.99', created_at: '2026-07-08 09:30:00.5' },
  ]);
  assert.deepEqual(await ask('SELECT orders, revenue FROM sales_by_minute'), [
    { orders: '2', revenue: '9.99' },
  ]);
});

test('a view has the same column types whatever the crawler made of the columns below', async () => {
  const rows = [change({ quantity: 2, price: 27 })];
  const usual = await lake(rows);
  const wide = await lake(rows, { quantity: 'BIGINT', price: 'VARCHAR', category: 'BIGINT' });
  for (const view of VIEW_NAMES) {
    assert.deepEqual(await wide.columns(view), await usual.columns(view), view);
    assert.deepEqual(
      await wide.ask(`SELECT * FROM ${view} ORDER BY ALL`),
      await usual.ask(`SELECT * FROM ${view} ORDER BY ALL`),
      view,
    );
  }
});

for (const { name, sql } of VIEWS)
  test(`${name} is one SELECT that begins with its question and does not look at the clock`, () => {
    assert.match(sql, /^-- ([A-Z].*\?|The rows of sql\/seeds\/)/);
    assert.match(sql, /^-- scans: [012]$/m);
    assert.match(sql, /\n(SELECT|WITH)\n/);
    const code = sql.replace(/--.*/g, '').replace(/'[^']*'/g, "''");
    assert.doesNotMatch(code, /;|\*\s+FROM|\bcreate\b/i);
    assert.doesNotMatch(code, /\b(current_(timestamp|date|time)|localtime(stamp)?|now\s*\(|random|rand)\b/i);
  });
