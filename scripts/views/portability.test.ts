/** Each rule finds what it forbids, wherever it stands, and nothing that only looks like it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPortable, DIFFERENCES } from './portability.ts';

const BREAKS: Readonly<Record<string, string>> = {
  'a literal with a point': 'a * 1.5 AS b',
  'AT TIME ZONE other than UTC': "a AT TIME ZONE 'Europe/Paris' AS b",
  'FILTER on a window': 'sum(a) FILTER (WHERE (b) > 1) OVER (ORDER BY c) AS d',
  'IGNORE NULLS': 'lag(a) IGNORE NULLS OVER (ORDER BY b) AS c',
  'a day of time from the clock': 'current_timestamp AS a',
  chance: 'rand() AS a',
  sequence: 'sequence(a, b) AS c',
  'a star on top': '*',
  'a cast to a whole number of what may be a fraction': 'CAST(a * (b + c) AS bigint) AS d',
  'the mean of what may be a decimal': 'avg(price) AS a',
  'a cast of a literal double to text': 'CAST(1e10 AS varchar) AS a',
  listagg: "listagg(a, ',') WITHIN GROUP (ORDER BY a) AS b",
  'array_distinct without an order': 'array_distinct(a) AS b',
};

const view = (select: string) => ({
  name: 'v',
  sql: `-- Why?\n-- 1.5 now()\nSELECT\n  x,\n  ${select}\nFROM t`,
});

test('every rule has a sample that breaks it', () => {
  assert.deepEqual(Object.keys(BREAKS).sort(), DIFFERENCES.map(({ rule }) => rule).sort());
});

for (const [rule, select] of Object.entries(BREAKS))
  test(`${rule} is refused with its line`, () => {
    const broken = rule === 'a star on top' ? { name: 'v', sql: 'SELECT *\nFROM t' } : view(select);
    const line = rule === 'a star on top' ? 1 : 5;
    assert.throws(() => checkPortable(broken), {
      message: new RegExp(`^sql/views/v\\.sql, line ${line} has ${rule.replace(/[()]/g, '.')}: `),
    });
  });

for (const select of [
  "DECIMAL '1.50' + a AS b",
  '1e-2 * a AS b',
  '15e-1 * t.a1 AS b',
  "a AT TIME ZONE 'UTC' AS b",
  "'now() 1.5 *' AS b",
  'sum(a) FILTER (WHERE b > 1) AS c',
  'max(a) OVER (ORDER BY b) AS c',
  'count(*) AS c',
  'CAST(floor(a * 2) AS integer) AS b',
  'CAST(coalesce(sum(a) FILTER (WHERE b), 0) AS bigint) AS c',
  'TRY_CAST(quantity AS bigint) AS b',
  'avg(CAST(price AS double)) AS a',
  'array_sort(array_distinct(a)) AS b',
  'a.* AS b',
])
  test(`${select} is taken`, () => {
    checkPortable(view(select));
  });
