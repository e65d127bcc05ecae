/** What counts as a table that a query reads, and what only looks like one. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readsOf } from './parse-view.ts';
import { lineageOf } from './read-views.ts';

for (const { what, sql, tables } of [
  { what: 'a table', sql: 'SELECT a FROM orders', tables: ['orders'] },
  { what: 'a table in any case, quoted or not', sql: 'select a from "Orders" o, ORDERS', tables: ['orders'] },
  { what: 'a list', sql: 'SELECT a FROM a x, b AS y, c WHERE d IN (1, e)', tables: ['a', 'b', 'c'] },
  {
    what: 'every join',
    sql: 'SELECT 1 FROM a LEFT JOIN b ON a.i = b.i CROSS JOIN c JOIN d USING (i, j)',
    tables: ['a', 'b', 'c', 'd'],
  },
  {
    what: 'a join in brackets',
    sql: 'SELECT 1 FROM (a JOIN (b JOIN c ON true) ON true), d',
    tables: ['a', 'b', 'c', 'd'],
  },
  {
    what: 'subqueries wherever they stand',
    sql: 'SELECT (SELECT max(x) FROM a) FROM (SELECT y, z FROM b) AS s WHERE i IN (SELECT i FROM c)',
    tables: ['a', 'b', 'c'],
  },
  { what: 'both sides of a union', sql: 'SELECT 1 FROM a UNION ALL SELECT 2 FROM b', tables: ['a', 'b'] },
  {
    what: 'a table of a named database',
    sql: 'SELECT 1 FROM "x"."y" JOIN c.d.e ON true',
    tables: ['x.y', 'c.d.e'],
  },
  {
    what: 'no name of the query itself',
    sql: 'WITH a AS (SELECT 1 FROM t), b (i, j) AS (SELECT 1, 2 FROM a) SELECT i FROM b JOIN a ON true',
    tables: ['t'],
  },
  { what: 'no comment and no string', sql: "SELECT ' FROM a' -- FROM b\n/* JOIN c */ FROM d", tables: ['d'] },
  {
    what: 'no FROM of a function or a comparison',
    sql: "SELECT extract(hour FROM t), trim('x' FROM s) FROM a WHERE b IS DISTINCT FROM c",
    tables: ['a'],
  },
  {
    what: 'no function that makes rows',
    sql: 'SELECT 1 FROM a CROSS JOIN UNNEST(b) AS u(x, y), LATERAL (SELECT 1 FROM c), d',
    tables: ['a', 'c', 'd'],
  },
  { what: 'no values', sql: 'SELECT 1 FROM (VALUES (a, b), (c)) AS v (x, y), d', tables: ['d'] },
  {
    what: 'no expression that is sorted or grouped by',
    sql: 'SELECT 1 FROM a GROUP BY b, c ORDER BY d, e',
    tables: ['a'],
  },
])
  test(`a query reads ${what}`, () => {
    assert.deepEqual([...readsOf({ name: 'v', sql }).keys()], tables);
  });

test('each place in which a name stands is a reading, and a WITH query counts wherever it is used', () => {
  const reads = (sql: string) => Object.fromEntries(readsOf({ name: 'v', sql }));
  assert.deepEqual(reads('SELECT 1 FROM a JOIN A ON true WHERE x IN (SELECT y FROM "a")'), { a: 3 });
  assert.deepEqual(
    reads('WITH w AS (SELECT 1 FROM a, b), u AS (SELECT 1 FROM w, w) SELECT 1 FROM u JOIN w ON true'),
    { a: 3, b: 3 },
  );
  assert.deepEqual(reads('WITH w AS (SELECT 1 FROM a) SELECT 1 FROM b'), { b: 1 });
  assert.deepEqual(reads('SELECT 1 FROM (WITH w AS (SELECT 1 FROM a) SELECT 1 FROM w) x, w'), { a: 1, w: 1 });
  assert.deepEqual(
    reads('WITH RECURSIVE n (i) AS (SELECT 1 FROM a UNION ALL SELECT i + 1 FROM n) SELECT i FROM n'),
    { a: 1 },
  );
});

test('what does not parse is told with its file and line, and two queries are refused', () => {
  const refused = (sql: string, sentence: RegExp) =>
    assert.throws(() => readsOf({ name: 'v', sql }), sentence);
  refused('SELECT 1\nFROM a\nWHERE (b', /sql\/views\/v\.sql, line 3: /);
  refused('SELEC 1 FROM a', /line 1: /);
  refused('SELECT 1 FROM a; SELECT 2 FROM b', /holds 2 queries|line 1/);
  refused('-- nothing', /holds 0 queries|line/);
  refused('DROP TABLE a', /holds 0 queries/);
});

test('a file as it is written reads what sql/lineage.json says', async () => {
  const { readFileSync } = await import('node:fs');
  const committed = JSON.parse(readFileSync(new URL('../../sql/lineage.json', import.meta.url), 'utf8'));
  assert.deepEqual(await lineageOf(), committed, 'Run `npm run generate` and commit sql/lineage.json.');
});
