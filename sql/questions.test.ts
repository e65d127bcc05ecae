/** What the views that ask about the business promise: funnel, deals, customers, categories, and the lake's own health. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyRow, change, lake } from './testing.ts';

test('an order counts in every step that it reached, and is now in one', async () => {
  const life = (orderid: string, ...statuses: AnyRow['status'][]) =>
    statuses.map(
      (status, i) => change({ orderid, status, event_name: i === 0 ? 'INSERT' : 'MODIFY' }) as never,
    );
  const { ask } = await lake([
    ...life('o-1', 'PLACED', 'PAID', 'SHIPPED', 'RETURNED'),
    ...life('o-2', 'PLACED', 'CANCELLED'),
    ...life('o-3', null),
    ...life('o-4', 'PLACED', 'PAID'),
    change({ orderid: 'o-4', status: 'PAID', event_name: 'REMOVE' }),
  ]);
  assert.deepEqual(
    await ask('SELECT status, orders_reached, orders_now, share_of_placed FROM order_funnel ORDER BY step'),
    [
      { status: 'PLACED', orders_reached: '4', orders_now: '1', share_of_placed: 1 },
      { status: 'PAID', orders_reached: '2', orders_now: '0', share_of_placed: 0.5 },
      { status: 'SHIPPED', orders_reached: '1', orders_now: '0', share_of_placed: 0.25 },
      { status: 'CANCELLED', orders_reached: '1', orders_now: '1', share_of_placed: 0.25 },
      { status: 'RETURNED', orders_reached: '1', orders_now: '1', share_of_placed: 0.25 },
    ],
  );
});

test('a deal has its orders, customers and its share of all that stands', async () => {
  const { ask } = await lake([
    change({ orderid: 'o-1', deal_id: 'd-1', customer_id: 'c-1', quantity: 2, price: 7.5 }),
    change({ orderid: 'o-2', deal_id: 'd-1', customer_id: 'c-1', price: 15 }),
    change({ orderid: 'o-3', deal_id: 'd-1', customer_id: 'c-2', price: 9, status: 'CANCELLED' }),
    change({ orderid: 'o-4', price: 10 }),
  ]);
  assert.deepEqual(await ask('SELECT * FROM deal_performance'), [
    {
      deal_id: 'd-1',
      orders: '2',
      units: '3',
      revenue: '30.00',
      customers: '1',
      cancelled_orders: '1',
      cancelled_revenue: '9.00',
      share: 0.75,
    },
  ]);
});

test('customers rank by what they bought; orders without a customer have no row', async () => {
  const { ask } = await lake([
    change({ orderid: 'o-1', customer_id: 'c-1', price: 5, created_at: '2026-07-08T01:00:00Z' }),
    change({ orderid: 'o-2', customer_id: 'c-1', price: 5, created_at: '2026-07-08T02:00:00Z' }),
    change({ orderid: 'o-3', customer_id: 'c-2', price: 20 }),
    change({ orderid: 'o-4', price: 99 }),
  ]);
  assert.deepEqual(
    await ask('SELECT value_rank, customer_id, revenue, last_placed_at FROM customers_by_value ORDER BY 1'),
    [
      { value_rank: '1', customer_id: 'c-2', revenue: '20.00', last_placed_at: null },
      { value_rank: '2', customer_id: 'c-1', revenue: '10.00', last_placed_at: '2026-07-08 02:00:00' },
    ],
  );
});

test('categories share the revenue, orders without one under null', async () => {
  const { ask } = await lake([
    change({ orderid: 'o-1', category: 'Home', price: 30 }),
    change({ orderid: 'o-2', price: 10 }),
  ]);
  assert.deepEqual(await ask('SELECT category, revenue, share FROM sales_by_category ORDER BY revenue'), [
    { category: null, revenue: '10.00', share: 0.25 },
    { category: 'Home', revenue: '30.00', share: 0.75 },
  ]);
});

test('a change is as late as its first file, by the minute in which the table took it', async () => {
  const at = (changed_at: string, $file_modified_time: string) => ({
    changed_at: `2026-07-08T09:${changed_at}Z`,
    $file_modified_time: `2026-07-08 09:${$file_modified_time}`,
  });
  const first = change(at('30:10.000', '30:14.500'));
  const { ask } = await lake([
    first,
    { ...first, ...at('30:10.000', '31:40.000') },
    change(at('30:59.000', '31:05.000')),
    change(at('31:00.000', '31:02.000')),
  ]);
  assert.deepEqual(await ask('SELECT minute, changes, seconds_max FROM pipeline_latency ORDER BY minute'), [
    { minute: '2026-07-08 09:30:00', changes: '2', seconds_max: 6 },
    { minute: '2026-07-08 09:31:00', changes: '1', seconds_max: 2 },
  ]);
});

/** What data_quality found, the checks that found nothing left out. */
async function found(rows: Parameters<typeof lake>[0]): Promise<Record<string, string>> {
  const { ask } = await lake(rows);
  const checks = await ask('SELECT check_name, found, of_all FROM data_quality WHERE found > 0');
  return Object.fromEntries(
    checks.map((each) => [each['check_name'], `${each['found']} of ${each['of_all']}`]),
  );
}

test('a lake without a fault has eight checks that found nothing', async () => {
  for (const rows of [[], [change(), change({ orderid: 'o-2', status: 'PLACED' })]]) {
    const { ask } = await lake(rows);
    assert.deepEqual(await ask('SELECT count(*) AS checks, sum(found) AS faults FROM data_quality'), [
      { checks: '8', faults: '0' },
    ]);
  }
});

test('each fault of the lake is found by its check and by no other', async () => {
  const good = change({ orderid: 'o-9' });
  const foreign = change({ event_id: null, event_name: null, changed_at: null, sequence_number: null });
  assert.deepEqual(await found([good, foreign, foreign]), { 'foreign rows': '2 of 3' });
  assert.deepEqual(await found([good, good, good]), { repeats: '2 of 3' });
  assert.deepEqual(await found([good, change({ quantity: 0 })]), { 'bad quantities': '1 of 2' });
  assert.deepEqual(await found([good, change({ price: -0.01 })]), { 'bad prices': '1 of 2' });
  assert.deepEqual(await found([good, change({ price: 1e30 })]), { 'bad prices': '1 of 2' });
  assert.deepEqual(await found([good, change({ status: 'LOST' as never })]), {
    'unknown statuses': '1 of 2',
  });
  const late = { changed_at: '2026-07-08T09:00:00.000Z', $file_modified_time: '2026-07-08 10:00:01' };
  assert.deepEqual(await found([good, change(late)]), { 'late changes': '1 of 2' });
  assert.deepEqual(await found([good, change({ ...late, $file_modified_time: '2026-07-08 10:00:00' })]), {});
  assert.deepEqual(await found([good, change({ event_name: 'MODIFY' })]), { gaps: '1 of 2' });
});
