/** What counts as a table that a query reads, and what only looks like one. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { tablesIn } from './tables-in.ts';

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
    assert.deepEqual(tablesIn(sql), tables);
  });

test('no text makes it fail or read for ever', () => {
  const pieces = fc.constantFrom(...'FROM JOIN ( ) , . a "b" \'c\' -- /* */ AS WITH SELECT \n'.split(' '));
  fc.assert(fc.property(fc.array(pieces), (words) => Array.isArray(tablesIn(words.join(' ')))));
});
