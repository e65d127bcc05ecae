/**
 * Two answers to one query, held against each other row by row. What is exact must be the same; the last digits of a
 * double, and what a function says to be approximate, may differ by so much as is written here.
 */

import assert from 'node:assert/strict';

/** approx_percentile's own: https://trino.io/docs/476/functions/aggregate.html#approx_percentile (a quantile digest of
 * one hundredth), and DuckDB's t-digest stays well within. */
const APPROXIMATE: Readonly<Record<string, number>> = { seconds_p50: 0.02, seconds_p99: 0.02 };
/** Sums of doubles depend on the order of the rows, in their last digits. */
const DOUBLE_ERROR = 1e-9;

export type Typed = { columns: { name: string; type: string }[]; rows: (string | null)[][] };

/** Numbers and times in one form; everything else as it is. */
export function plain(value: string | null, type: string): string {
  if (value === null) return '∅';
  if (/^timestamp/.test(type)) return value.replace(/\.?0+$/, '').replace(/:$/, ':00');
  return value;
}

export function isInexact(type: string): boolean {
  return /^(double|real)/.test(type);
}

/** Rows in an order that depends on their exact columns alone, so that both engines' last digits do not matter. */
function sorted({ columns, rows }: Typed, types: readonly string[]): (string | null)[][] {
  const key = (row: (string | null)[]) =>
    columns
      .map((_, i) => (isInexact(types[i] ?? '') ? '' : plain(row[i] ?? null, types[i] ?? '')))
      .join('\u0001');
  return [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Fails the test where a row of `ours` is not that of `theirs`, whose column types count. */
export function assertSame(name: string, ours: Typed, theirs: Typed): void {
  const types = theirs.columns.map(({ type }) => type);
  assert.deepEqual(
    ours.columns.map((each) => each.name),
    theirs.columns.map((each) => each.name),
  );
  assert.equal(ours.rows.length, theirs.rows.length, `${name}: number of rows`);
  const [mine, judge] = [sorted(ours, types), sorted(theirs, types)];
  judge.forEach((row, at) => {
    row.forEach((value, column) => {
      const type = types[column] ?? '';
      const where = `${name}, row ${at}, ${theirs.columns[column]?.name}: ${JSON.stringify(mine[at])} ${JSON.stringify(row)}`;
      const own = mine[at]?.[column] ?? null;
      if (!isInexact(type) || value === null || own === null)
        assert.equal(plain(own, type), plain(value, type), where);
      else {
        const error = APPROXIMATE[theirs.columns[column]?.name ?? ''] ?? DOUBLE_ERROR;
        const size = Math.max(1e-6, Math.abs(Number(value)));
        assert.ok(Math.abs(Number(own) - Number(value)) <= error * size, where);
      }
    });
  });
}
