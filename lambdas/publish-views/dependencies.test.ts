import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readViews } from '../../scripts/views.ts';
import { inOrder, type View } from './dependencies.ts';

const view = (name: string, ...reads: string[]): View => ({ name, sql: `SELECT 1 FROM ${reads.join(', ')}` });
const names = (views: readonly View[]) => inOrder(views, ['raw']).map(({ name }) => name);

test('a view stands after all that it reads, else by name', () => {
  const views = [view('b', 'raw'), view('a', 'c', 'd'), view('d', 'c'), view('c', 'raw')];
  assert.deepEqual(names(views), ['c', 'd', 'a', 'b']);
  assert.deepEqual(names([...views].reverse()), ['c', 'd', 'a', 'b']);
});

test('a circle is shown from view to view', () => {
  assert.throws(
    () => names([view('x', 'a'), view('a', 'b'), view('b', 'c'), view('c', 'a')]),
    /in a circle: a → b → c → a\./,
  );
  assert.throws(() => names([view('a', 'a')]), /in a circle: a → a\./);
});

test('a table that nobody knows is named with the view that reads it', () => {
  assert.throws(
    () => names([view('a', 'row')]),
    /a reads row, which is neither a view in sql\/views nor raw\./,
  );
});

test('a name with a database is refused, as databases differ between environments', () => {
  assert.throws(() => names([view('a', 'sales.raw')]), /a reads sales\.raw, a table of a database/);
});

for (const { name, taken } of [
  { name: 'sales_2', taken: true },
  { name: 'sales-by-minute', taken: false },
  { name: 'Sales', taken: false },
  { name: '2_sales', taken: false },
])
  test(`${name} is ${taken ? 'a' : 'no'} name for a view`, () => {
    if (taken) assert.deepEqual(names([view(name, 'raw')]), [name]);
    else assert.throws(() => names([view(name, 'raw')]), /is no name for a view/);
  });

test("the repository's views have an order", () => {
  const order = inOrder(readViews(), ['projection_orders']);
  assert.equal(order.length, readViews().length);
  const seeds = ['event_calendar', 'event_profiles', 'shop_clock'];
  assert.deepEqual(
    order.filter(({ reads }) => reads.length === 0).map(({ name }) => name),
    seeds,
  );
});
