import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readViews } from '../../scripts/views/read-views.ts';
import { createStatement, inOrder, type View, withFileLine } from './dependencies.ts';

/** A view that reads each of these as often as it is named. */
function view(name: string, ...reads: string[]): View {
  const times = new Map<string, number>();
  for (const each of reads) times.set(each, (times.get(each) ?? 0) + 1);
  return { name, sql: '-- scans: 9\n', reads: times };
}
const names = (views: readonly View[]) => inOrder(views, 'raw').map(({ name }) => name);

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
    /a reads row, which is neither a view in sql\/views, nor a seed, nor raw\./,
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

test('a view counts the table through all that it reads, as often as Athena reads it', () => {
  const views = [view('a', 'raw'), view('b', 'a', 'a', 'raw'), view('c', 'b', 'a', 'seed'), view('seed')];
  const scans = inOrder(views, 'raw').map(({ name, scans: times }) => [name, times]);
  assert.deepEqual(scans, [
    ['a', 1],
    ['b', 3],
    ['seed', 0],
    ['c', 4],
  ]);
});

test('more readings than the head allows, or than two where it says nothing, are refused with their number', () => {
  const reading = (times: number, head: string): View[] => [
    { ...view('a', ...Array.from({ length: times }, () => 'raw')), sql: head },
  ];
  assert.equal(inOrder(reading(2, ''), 'raw').length, 1);
  assert.throws(() => inOrder(reading(3, ''), 'raw'), /a reads raw 3 times; 2 are allowed where/);
  assert.equal(inOrder(reading(3, '-- Why?\n-- scans: 3\n'), 'raw').length, 1);
  assert.throws(() => inOrder(reading(2, '-- scans: 1\n'), 'raw'), /a reads raw 2 times; its head allows 1/);
});

test('two files of one view are refused', () => {
  assert.throws(() => names([view('a', 'raw'), view('a', 'raw')]), /two files of the view a\./);
});

test("a statement of Athena's 262,144 bytes is taken, one byte more is not", () => {
  const statement = (bytes: number): View[] => {
    const bare = { ...view('a', 'raw'), sql: '-- é' };
    const rest = bytes - Buffer.byteLength(createStatement(bare));
    return [{ ...bare, sql: `-- é${' '.repeat(rest)}` }];
  };
  assert.equal(inOrder(statement(262_144), 'raw').length, 1);
  assert.throws(() => inOrder(statement(262_145), 'raw'), /a has 262145 bytes; Athena takes 262144/);
});

test("a failure tells the line of the view's file, and leaves a line that is not in it", () => {
  const at = (line: number) =>
    withFileLine(`COLUMN_NOT_FOUND: line ${line}:8: Column 'a'`, { sql: '-- q\nSELECT a' }, 3);
  assert.match(at(4), /line 1:8/);
  assert.match(at(5), /line 2:8/);
  assert.match(at(3), /line 3:8/);
  assert.match(at(6), /line 6:8/);
  const other = 'Queries of this workgroup are limited.';
  assert.equal(withFileLine(other, { sql: '' }, 1), other);
});

test("the repository's views have an order, and only seeds read nothing", async () => {
  const views = await readViews();
  const order = inOrder(views, 'projection_orders');
  assert.equal(order.length, views.length);
  const seeds = ['event_calendar', 'event_profiles', 'shop_clock'];
  assert.deepEqual(
    order.filter(({ reads }) => reads.size === 0).map(({ name }) => name),
    seeds,
  );
});
