/**
 * A table's files in a directory of a test, as a lookup lists them, and two databases over them: one that keeps rows
 * and one that reads the files. `bothAnswer` asks both and holds their answers against each other.
 */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Database, keepingDatabase, readingDatabase } from '../database.ts';
import type { GlueTable, TableFile } from '../external-table.ts';
import type { Lookup } from '../lookup.ts';
import { openSession } from '../session.ts';
import { viewInput } from '../view-text.ts';

type Answer = { rows: (string | null)[][] } | { error: string };

export type LakeFiles = {
  directory: string;
  table: GlueTable;
  files: Map<string, TableFile>;
  lookup: Lookup;
  put(name: string, lines: readonly (object | string)[], values?: string[]): void;
  columns(types: Record<string, string>): void;
  view(name: string, sql: string): void;
  kept(): Database;
  /** What both answer; fails the test when they differ. Rows are sorted, as SQL promises no order. */
  bothAnswer(sql: string): Promise<Answer>;
  restart(): Promise<void>;
  close(): Promise<void>;
};

export const failOnLog = (problem: string, error: unknown): never => {
  throw new Error(problem, { cause: error });
};

export async function lakeFiles(types: Record<string, string>): Promise<LakeFiles> {
  const directory = mkdtempSync(join(tmpdir(), 'rows-'));
  const files = new Map<string, TableFile>();
  const table: GlueTable = {
    Name: 'orders',
    DatabaseName: 'shop',
    StorageDescriptor: { SerdeInfo: { SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' } },
    PartitionKeys: [{ Name: 'dt', Type: 'string' }],
  };
  const views = new Map<string, GlueTable>();
  const lookup: Lookup = {
    table: async (_, name) => (name === 'orders' ? table : views.get(name)),
    hasSchema: async (schema) => schema === 'shop',
    files: async () => [...files.values()],
  };
  const open = () => keepingDatabase(join(directory, 'kept'), failOnLog);
  const reading = await readingDatabase();
  let keeping = await open();
  let writes = 0;
  const lake: LakeFiles = {
    directory,
    table,
    files,
    lookup,
    put(name, lines, values = ['2026-07-07']) {
      const path = join(directory, name);
      const body = lines
        .map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`)
        .join('');
      const bytes = name.endsWith('.gz') ? gzipSync(body) : Buffer.from(body);
      writeFileSync(path, bytes);
      files.set(name, {
        path,
        uri: `s3://lake/${name}`,
        bytes: bytes.length,
        // Versions of one object have one time, so that the etag alone tells them apart.
        modifiedAt: new Date(1_783_382_400_000),
        values,
        etag: `${createHash('md5').update(bytes).digest('hex')}${++writes}`,
      });
    },
    columns(each) {
      table.StorageDescriptor = {
        ...table.StorageDescriptor,
        Columns: Object.entries(each).map(([Name, Type]) => ({ Name, Type })),
      };
    },
    view(name, sql) {
      views.set(name, viewInput(name, 'shop', sql, []) as unknown as GlueTable);
    },
    kept: () => keeping,
    async bothAnswer(sql) {
      const [ours, theirs] = [await ask(sql, lookup, keeping), await ask(sql, lookup, reading)];
      assert.deepEqual(ours, theirs, sql);
      return ours;
    },
    async restart() {
      await keeping.close();
      keeping = await open();
    },
    async close() {
      await keeping.close();
      await reading.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  lake.columns(types);
  return lake;
}

/** Rows sorted, or the sentence with which the query failed. */
export async function ask(sql: string, lookup: Lookup, database: Database): Promise<Answer> {
  const rows: (string | null)[][] = [];
  try {
    const session = await openSession(sql, 'shop', lookup, database);
    try {
      for await (const batch of session.rows()) rows.push(...batch);
    } finally {
      await session.close();
    }
  } catch (error) {
    return { error: (error as Error).message };
  }
  return { rows: rows.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) };
}
