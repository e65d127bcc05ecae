/** The laptop's SQL answers as a real Trino does, expression by expression. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Lookup } from './lookup.ts';
import { openSession } from './session.ts';
import { ANSWERS } from './testing/answers.ts';

const NOTHING: Lookup = { table: async () => undefined, hasSchema: async () => true, files: async () => [] };

async function answer(sql: string): Promise<string | null | undefined> {
  const session = await openSession(sql, 'sales', NOTHING, new Map());
  try {
    for await (const [row] of session.rows()) return row?.[0];
    return undefined;
  } finally {
    session.close();
  }
}

for (const [expression, expected] of ANSWERS)
  test(`${expression} is ${expected ?? 'NULL'}`, async () => {
    assert.equal(await answer(`SELECT ${expression}`), expected);
  });
