/** The laptop's SQL answers as a real Trino does, expression by expression. */

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { readingDatabase } from './database.ts';
import type { Lookup } from './lookup.ts';
import { openSession } from './session.ts';
import { ANSWERS } from './testing/answers.ts';

const NOTHING: Lookup = { table: async () => undefined, hasSchema: async () => true, files: async () => [] };

const database = await readingDatabase();
after(() => database.close());

async function answer(sql: string): Promise<string | null | undefined> {
  const session = await openSession(sql, 'sales', NOTHING, database);
  try {
    for await (const [row] of session.rows()) return row?.[0];
    return undefined;
  } finally {
    await session.close();
  }
}

for (const [expression, expected] of ANSWERS)
  test(`${expression} is ${expected ?? 'NULL'}`, async () => {
    assert.equal(await answer(`SELECT ${expression}`), expected);
  });
