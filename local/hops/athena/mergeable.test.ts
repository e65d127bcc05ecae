import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openDuckDb } from './duckdb.ts';
import { text } from './json-files.ts';
import { mergeableIn } from './mergeable.ts';
import { readTree, rewriteTree } from './rewrite.ts';

const duckDb = await openDuckDb(undefined);
const connection = await duckDb.connect();
after(() => {
  connection.closeSync();
  duckDb.close();
});

const COLUMNS = ['a', 'b', 't'];
const FUNCTIONS = new Set(['lower', '+', 'date_trunc', 'mod', 'hash']);

/** How many aggregations of the SQL can be kept; `orders` is a table of the lake, `v` is none. */
async function kept(sql: string): Promise<number> {
  const answer = await connection.runAndReadAll(`SELECT json_serialize_sql(${text(sql)})`);
  const tree = readTree(String(answer.getRows()[0]?.[0]));
  rewriteTree(tree, 'shop');
  return mergeableIn(tree, ({ name }) => (name === 'orders' ? COLUMNS : undefined), FUNCTIONS).length;
}

for (const sql of [
  'SELECT a, max(b) AS m FROM orders GROUP BY a',
  'SELECT a, count(*) AS n, count(b) AS bs, sum(b) AS s, min(b) AS m FROM orders WHERE b > 1 GROUP BY a',
  'SELECT a, max_by(b, t) AS x, min_by(lower(b), t) AS y FROM orders GROUP BY a HAVING max(t) > 1',
  'SELECT lower(o.a) AS x, max(b) FILTER (WHERE t = 1) + min(b) AS m FROM orders AS o GROUP BY lower(o.a)',
  'SELECT x, max(y) AS y FROM (SELECT lower(a) AS x, CASE WHEN b > 1 THEN 2 END AS y FROM orders) AS r GROUP BY x',
  'SELECT sum(n) AS n FROM (SELECT a, count(*) AS n FROM orders GROUP BY a) AS counted',
  'SELECT a, CAST(coalesce(max(b), 0) AS varchar) AS m, 1 AS one FROM orders GROUP BY a',
])
  test(`is kept: ${sql}`, async () => assert.equal(await kept(sql), 1));

for (const [why, sql] of [
  ['it groups nothing', 'SELECT max(b) AS m FROM orders'],
  ['it aggregates nothing', 'SELECT a, b FROM orders'],
  ['the table is none of the lake', 'SELECT a, max(b) AS m FROM v GROUP BY a'],
  ['two tables are joined', 'SELECT o.a, max(v.b) AS m FROM orders AS o JOIN v ON o.a = v.a GROUP BY o.a'],
  [
    'the rows hang on each other',
    'SELECT a, max(r) AS m FROM (SELECT a, row_number() OVER () AS r FROM orders) AS x GROUP BY a',
  ],
  ['the rows are limited', 'SELECT a, max(b) AS m FROM (SELECT a, b FROM orders LIMIT 3) AS x GROUP BY a'],
  [
    'the rows are distinct',
    'SELECT a, count(b) AS m FROM (SELECT DISTINCT a, b FROM orders) AS x GROUP BY a',
  ],
  ['DISTINCT cannot be merged', 'SELECT a, count(DISTINCT b) AS n FROM orders GROUP BY a'],
  ['an average cannot be merged', 'SELECT a, avg(b) AS n FROM orders GROUP BY a'],
  ['an approximate count cannot', 'SELECT a, approx_distinct(b) AS n FROM orders GROUP BY a'],
  ['a list is in an order', 'SELECT a, array_agg(b ORDER BY t) AS n FROM orders GROUP BY a'],
  ['the three greatest are a list', 'SELECT a, max(b, 3) AS n FROM orders GROUP BY a'],
  ['chance is not the same twice', 'SELECT a, max(random()) AS n FROM orders GROUP BY a'],
  ['the time is not either', 'SELECT a, max(now()) AS n FROM orders GROUP BY a'],
  ['a name that is no column may be the time', 'SELECT a, max(current_date) AS n FROM orders GROUP BY a'],
  ['nor in WHERE', 'SELECT a, max(b) AS n FROM orders WHERE t > current_date GROUP BY a'],
  [
    'another query is read beside it',
    'SELECT a, max(b) AS n FROM orders WHERE a IN (SELECT a FROM v) GROUP BY a',
  ],
  ['groups by place', 'SELECT a, max(b) AS n FROM orders GROUP BY 1'],
  ['several groupings', 'SELECT a, max(b) AS n FROM orders GROUP BY ROLLUP (a, t)'],
  ['rows of a sample', 'SELECT a, max(b) AS n FROM orders USING SAMPLE 10 % GROUP BY a'],
  ['it is sorted and cut', 'SELECT a, max(b) AS n FROM orders GROUP BY a ORDER BY n LIMIT 3'],
  ['a window over groups', 'SELECT a, rank() OVER (ORDER BY max(b)) AS n FROM orders GROUP BY a'],
] as const)
  test(`is not kept, as ${why}`, async () => assert.equal(await kept(sql), 0));
