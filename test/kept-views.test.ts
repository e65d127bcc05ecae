/**
 * Every view of `sql/` from the rows and groups that the laptop keeps, against the same view read from the lake's files
 * each time: while the lake grows, after a restart, and once an object has gone.
 */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { inOrder } from '../lambdas/publish-views/dependencies.ts';
import { type Database, keepingDatabase, readingDatabase } from '../local/hops/athena/database.ts';
import type { GlueTable, TableFile } from '../local/hops/athena/external-table.ts';
import type { Lookup } from '../local/hops/athena/lookup.ts';
import { openSession } from '../local/hops/athena/session.ts';
import { viewInput } from '../local/hops/athena/view-text.ts';
import { readViews } from '../scripts/views/read-views.ts';
import { writeLake } from './trino/lake.ts';
import { assertSame, type Typed } from './trino/same.ts';

const DATABASE = 'sales';
const VIEWS = inOrder(await readViews(), 'projection_orders');
const directory = mkdtempSync(join(tmpdir(), 'kept-views-'));
const lake = writeLake(join(directory, 'lake'), DATABASE);
const published = new Map(
  VIEWS.map(({ name, sql }) => [name, viewInput(name, DATABASE, sql, []) as unknown as GlueTable]),
);
let files: TableFile[] = [];
const lookup: Lookup = {
  table: async (_, name) => (name === 'projection_orders' ? lake.table : published.get(name)),
  hasSchema: async (schema) => schema === DATABASE,
  files: async () => files,
};

const open = () =>
  keepingDatabase(join(directory, 'kept'), (problem, error) => {
    throw new Error(problem, { cause: error });
  });
const reading = await readingDatabase();
let keeping = await open();
after(async () => {
  await keeping.close();
  await reading.close();
  rmSync(directory, { recursive: true, force: true });
});

async function asked(name: string, database: Database): Promise<Typed & { plan: string }> {
  const session = await openSession(`SELECT * FROM ${name}`, DATABASE, lookup, database);
  try {
    const columns = await session.columns();
    const rows: (string | null)[][] = [];
    for await (const batch of session.rows()) rows.push(...batch);
    return {
      columns: columns.map(({ name: column, duckType }) => ({ name: column, type: duckType.toLowerCase() })),
      rows,
      plan: await session.plan(),
    };
  } finally {
    await session.close();
  }
}

async function assertAllSame(): Promise<void> {
  for (const { name } of VIEWS) assertSame(name, await asked(name, keeping), await asked(name, reading));
}

test('every view says the same from kept rows as from the files while the lake grows', async () => {
  // What came late: older changes after newer ones, and a file that was delivered once more.
  const again = lake.files.filter((_, at) => at % 9 === 0);
  files = lake.files.filter((_, at) => at % 2 === 0);
  await assertAllSame();
  files = [...lake.files, ...again.map((file) => ({ ...file, uri: `${file.uri}.again` }))];
  await assertAllSame();
  assert.ok(
    (await asked('orders_current', reading)).rows.length > 1_000,
    'the lake is large enough to matter',
  );
});

test('so they do after a restart, and once an object has gone', async () => {
  await keeping.close();
  keeping = await open();
  await assertAllSame();
  files = lake.files.filter((_, at) => at !== 20);
  await assertAllSame();
});

test('the views that read the lake do so from kept groups', async () => {
  const raw = VIEWS.filter(({ reads }) => reads.has('projection_orders'));
  assert.deepEqual(raw.map(({ name }) => name).sort(), [
    'data_quality',
    'order_changes',
    'orders_current',
    'pipeline_latency',
  ]);
  for (const { name } of raw) {
    const plan = (await asked(name, keeping)).plan.replace(/[\s│]/g, '');
    assert.match(plan, /[0-9a-f]{64}/, `${name} reads no kept groups`);
  }
});
