/** The figures of the documents: what asking costs at and around the least that Athena bills. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { costOfAsking, costTable, viewsTable } from './tables.ts';

const MEBIBYTE = 1024 ** 2;
const cents = (dollars: number): number => Math.round(dollars * 1e8) / 1e6;

test('a query costs its scans of the lake, and never less than ten megabytes', () => {
  const least = costOfAsking(0, 1, 1);
  assert.equal(cents(least), cents((5 * 10) / 1024 ** 2));
  assert.equal(costOfAsking(5 * MEBIBYTE, 2, 1), least);
  assert.ok(costOfAsking(5 * MEBIBYTE + 1, 2, 1) > least);
  assert.equal(cents(costOfAsking(1024 * MEBIBYTE, 2, 1)), cents(10 / 1024));
});

test('the cost is told for each number of scans that a view has, and the views with their own', () => {
  const node = { level: 1, reads: {}, question: 'Who | what?' };
  const nodes = [
    { ...node, name: 'seed', kind: 'seed' as const, scans: 0 },
    { ...node, name: 'b', kind: 'view' as const, scans: 3 },
    { ...node, name: 'a', kind: 'view' as const, scans: 1 },
  ];
  assert.match(costTable(nodes), /^\| the lake, compressed \| one scan \| 3 scans \|\n/);
  assert.equal(
    viewsTable(nodes),
    [
      '| view | its question | scans |',
      '|---|---|---|',
      '| [`a`](../../sql/views/a.sql) | Who \\| what? | 1 |',
      '| [`b`](../../sql/views/b.sql) | Who \\| what? | 3 |',
    ].join('\n'),
  );
});
