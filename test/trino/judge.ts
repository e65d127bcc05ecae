/**
 * Every view in two engines over one lake: the laptop's Athena and a real Trino. Row by row they must say the same;
 * where a function is approximate, within the error that it states. `npm run test:trino`.
 */

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { inOrder, type PlacedView } from '../../lambdas/publish-views/dependencies.ts';
import { keepingDatabase } from '../../local/hops/athena/database.ts';
import type { GlueTable } from '../../local/hops/athena/external-table.ts';
import type { Lookup } from '../../local/hops/athena/lookup.ts';
import { openSession } from '../../local/hops/athena/session.ts';
import { ANSWERS } from '../../local/hops/athena/testing/answers.ts';
import { viewInput } from '../../local/hops/athena/view-text.ts';
import { DIFFERENCES } from '../../scripts/views/portability.ts';
import { readViews } from '../../scripts/views/read-views.ts';
import { COLUMNS, type JudgedLake, writeLake } from './lake.ts';
import { assertSame, isInexact, plain, type Typed } from './same.ts';
import { missingTool, startTrino, type Trino } from './trino.ts';

const DATABASE = 'sales';
const VIEWS: readonly PlacedView[] = inOrder(await readViews(), 'projection_orders');
const scratch = mkdtempSync(join(tmpdir(), 'trino-'));
const database = await keepingDatabase(join(scratch, 'rows'), (problem, error) => {
  throw new Error(problem, { cause: error });
});
const missing = missingTool();
const skip = missing !== undefined && process.env['CI'] === undefined ? missing : false;
let trino: Trino;
let lake: JudgedLake;

before(async () => {
  if (skip) return;
  const directory = join(scratch, 'lake');
  mkdirSync(directory);
  lake = writeLake(directory, DATABASE);
  trino = await startTrino(directory, join(scratch, 'server'));
  const columns = COLUMNS.map(({ Name, Type }) => `${Name} ${Type === 'string' ? 'varchar' : Type}`).join(
    ', ',
  );
  await trino.ask(`CREATE SCHEMA hive.${DATABASE}`);
  await trino.ask(
    `CREATE TABLE projection_orders (${columns}, dt varchar, hour varchar)
     WITH (external_location = 'local:///orders', format = 'OPENX_JSON', partitioned_by = ARRAY['dt', 'hour'])`,
  );
  await trino.ask(`CALL hive.system.sync_partition_metadata('${DATABASE}', 'projection_orders', 'FULL')`);
  for (const { name, sql } of VIEWS) await trino.ask(`CREATE VIEW ${name} AS ${sql}`);
});
after(async () => {
  trino?.stop();
  await database.close();
  rmSync(scratch, { recursive: true, force: true });
});

const live = new Map<string, GlueTable>();
const lookup: Lookup = {
  table: async (_, name) => (name === 'projection_orders' ? lake.table : live.get(name)),
  hasSchema: async (schema) => schema === DATABASE,
  files: async () => lake.files,
};

/** The laptop's answer, in Athena's texts. */
async function laptop(sql: string): Promise<Typed> {
  const session = await openSession(sql, DATABASE, lookup, database);
  try {
    const columns = await session.columns();
    const rows: (string | null)[][] = [];
    for await (const batch of session.rows()) rows.push(...batch);
    return { columns: columns.map(({ name, duckType }) => ({ name, type: duckType })), rows };
  } finally {
    await session.close();
  }
}

function text(value: unknown): string | null {
  return value === null ? null : String(value);
}

for (const { name, sql } of VIEWS)
  test(`${name} says the same on Athena's Trino and on the laptop`, { skip }, async () => {
    const query = `SELECT * FROM ${name}`;
    const { columns, rows } = await trino.ask(query);
    const theirs: Typed = { columns, rows: rows.map((row) => row.map(text)) };
    const columnsHere = await describe(sql);
    live.set(name, viewInput(name, DATABASE, sql, columnsHere) as unknown as GlueTable);
    assertSame(name, await laptop(query), theirs);
    assert.ok(rows.length > 0, `${name} has no row in this lake, so it was not tried`);
    for (const { name: column, type } of columns)
      assert.doesNotMatch(type, /with time zone/, `Glue refuses ${column} of ${name}`);
  });

async function describe(sql: string) {
  const session = await openSession(sql, DATABASE, lookup, database);
  try {
    return await session.columns();
  } finally {
    await session.close();
  }
}

for (const { rule, differs } of DIFFERENCES)
  test(`what is said of ${rule} is so: ${differs.sql}`, { skip }, async () => {
    const theirs = await trino.ask(differs.sql).then(
      ({ rows }) => text(rows[0]?.[0]),
      (error: Error) => `refused: ${error.message}`,
    );
    const ours = await laptop(differs.sql).then(
      ({ rows }) => rows[0]?.[0] ?? null,
      (error: Error) => `refused: ${error.message}`,
    );
    assert.match(String(theirs), differs.trino, 'Trino');
    assert.match(String(ours), differs.laptop, 'the laptop');
  });

/** One column of one row, as the client protocol carries it, in Athena's text. */
function asAthena(value: unknown, type: string): string | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return `[${value.join(', ')}]`;
  return isInexact(type) ? String(Number(value)) : plain(String(value), type);
}

for (const [expression, expected] of ANSWERS)
  test(`Trino says of ${expression} what the laptop is held to`, { skip }, async () => {
    const { columns, rows } = await trino.ask(`SELECT ${expression}`);
    const type = columns[0]?.type ?? '';
    const held = expected !== null && isInexact(type) ? String(Number(expected)) : expected;
    assert.equal(asAthena(rows[0]?.[0], type), held === null ? null : plain(held, type));
  });
