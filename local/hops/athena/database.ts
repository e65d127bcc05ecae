/**
 * Where queries are answered: a DuckDB and the rows that it reads the lake's tables from. `keepingDatabase` keeps the
 * rows in a file of its own, for as long as the engine lives and over its starts; `readingDatabase` reads the lake's
 * files at each query. Both answer the same.
 */

import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { type DuckDb, openDuckDb, type Place } from './duckdb.ts';
import { columnNames, type GlueTable, type Rows, type TableFile } from './external-table.ts';
import { keysQuery, rowsQuery, text } from './json-files.ts';
import { KEPT, type KeptRows, openKeptRows } from './kept-rows.ts';

export type Database = {
  place(): Promise<Place>;
  /** Where a table's rows are read from, until the release. */
  rows(table: GlueTable, files: readonly TableFile[], connection: DuckDBConnection): Promise<Source>;
  close(): Promise<void>;
};

export type Source = { rows: Rows[]; release(): void };

/** Raised whenever rows that an older engine kept could not be read any more. */
const FORMAT = 1;

export async function readingDatabase(): Promise<Database> {
  const duckDb = await openDuckDb(undefined);
  return {
    place: duckDb.place,
    async rows(table, files, connection) {
      return { rows: [await rowsOfFiles(connection, table, files)], release() {} };
    },
    async close() {
      duckDb.close();
    },
  };
}

/** What lies in `directory` is made anew whenever it cannot be used: all of it can be read from the lake again. */
export async function keepingDatabase(
  directory: string,
  log: (problem: string, error: unknown) => void,
): Promise<Database> {
  mkdirSync(directory, { recursive: true });
  const duckDb = await openDuckDb(join(directory, 'spill'));
  const kept = await openKept(duckDb, directory, log);
  return {
    place: duckDb.place,
    async rows(table, files, connection) {
      const held = await kept.hold(table, files).catch((error: unknown) => {
        log('rows of the lake could not be kept; they are read from its files', error);
        return undefined;
      });
      if (!held) return { rows: [await rowsOfFiles(connection, table, files)], release() {} };
      try {
        return {
          rows: [held.rows, await rowsOfFiles(connection, table, held.unkept)],
          release: held.release,
        };
      } catch (error) {
        held.release();
        throw error;
      }
    },
    async close() {
      await kept.close();
      duckDb.close();
    },
  };
}

async function openKept(
  duckDb: DuckDb,
  directory: string,
  log: (problem: string, error: unknown) => void,
): Promise<KeptRows> {
  const connection = await duckDb.connect();
  const [version] = (await connection.runAndReadAll('SELECT version()')).getRows()[0] ?? [];
  const name = `rows-${FORMAT}-${String(version)}.duckdb`;
  const open = async () => {
    await connection.run(`ATTACH ${text(join(directory, name))} AS ${KEPT}`);
    return openKeptRows(connection);
  };
  // What another version of DuckDB or of this engine kept is of no use, and may be large.
  removeAll(directory, (file) => !file.startsWith(name));
  try {
    return await open();
  } catch (error) {
    log('the rows kept of the lake cannot be read; they are read from its files again', error);
    await connection.run(`DETACH DATABASE IF EXISTS ${KEPT}`);
    removeAll(directory, () => true);
    return open();
  }
}

function removeAll(directory: string, which: (file: string) => boolean): void {
  for (const file of readdirSync(directory).filter(which))
    rmSync(join(directory, file), { recursive: true, force: true });
}

/** The rows of files as they stand in the files. */
async function rowsOfFiles(
  connection: DuckDBConnection,
  table: GlueTable,
  files: readonly TableFile[],
): Promise<Rows> {
  if (files.length === 0) return { relation: '', fileColumn: '$file', files: [] };
  const paths = files.map(({ path }) => path);
  const found = (await connection.runAndReadAll(keysQuery(paths))).getRowObjectsJson();
  const keys = [...new Set(found.flatMap((row) => (row['keys'] ?? []) as string[]))];
  return {
    relation: `(${rowsQuery(paths, columnNames(table), keys)})`,
    fileColumn: '$file',
    files: files.map((file) => ({ file, key: text(file.path) })),
  };
}
