/**
 * Where queries are answered: a DuckDB and the rows that it reads the lake's tables from. `keepingDatabase` keeps the
 * rows, and the groups of the views over them, in a file of its own, over the engine's starts too; `readingDatabase` reads the lake's
 * files at each query. Both answer the same.
 */

import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { type DuckDb, KEPT, openDuckDb, type Place } from './duckdb.ts';
import { columnNames, type GlueTable, type Rows, type TableFile } from './external-table.ts';
import { keysQuery, rowsQuery, text } from './json-files.ts';
import { GROUPS, type KeptGroups, openKeptGroups } from './kept-groups.ts';
import { type Kept, type KeptRows, openKeptRows } from './kept-rows.ts';
import type { Aggregation } from './mergeable.ts';

export type Database = {
  place(): Promise<Place>;
  /** Runs what a query needs before it is run, one query at a time; from then on the query sees no other's changes. */
  prepare<T>(place: Place, work: () => Promise<T>): Promise<T>;
  /** Where a table's rows are read from. */
  rows(table: GlueTable, files: readonly TableFile[], connection: DuckDBConnection): Promise<Source>;
  /** Where the groups of an aggregation over such rows are read from; undefined when they are not kept. */
  groups(
    aggregation: Aggregation,
    over: { table: GlueTable; hidden: boolean; source: Source },
  ): Promise<{ catalog: string; schema: string; name: string } | undefined>;
  /** Functions that answer the same for the same arguments. */
  functions: ReadonlySet<string>;
  close(): Promise<void>;
};

export type Source = { rows: Rows[]; kept?: Kept };

/** Raised whenever rows that an older engine kept could not be read any more. */
const FORMAT = 1;

export async function readingDatabase(): Promise<Database> {
  const duckDb = await openDuckDb(undefined);
  return {
    place: duckDb.place,
    prepare: (_place, work) => work(),
    rows: async (table, files, connection) => ({ rows: [await rowsOfFiles(connection, table, files)] }),
    groups: async () => undefined,
    functions: new Set(),
    async close() {
      duckDb.close();
    },
  };
}

type Log = (problem: string, error: unknown) => void;

/** What lies in `directory` is made anew whenever it cannot be used: all of it can be read from the lake again. */
export async function keepingDatabase(directory: string, log: Log): Promise<Database> {
  mkdirSync(directory, { recursive: true });
  const duckDb = await openDuckDb(join(directory, 'spill'));
  return databaseOver(duckDb, await openKept(duckDb, directory, log), log);
}

export function databaseOver(duckDb: DuckDb, { connection, rows, groups }: KeptParts, log: Log): Database {
  let turn: Promise<unknown> = Promise.resolve();
  return {
    place: duckDb.place,
    prepare(place, work) {
      const answer = turn.then(async () => {
        const prepared = await work();
        await place.connection.run('BEGIN');
        await place.connection.run(`FROM ${KEPT}.objects LIMIT 0`);
        return prepared;
      });
      turn = answer.catch(() => undefined);
      return answer;
    },
    async rows(table, files, own) {
      try {
        const kept = await rows.keep(table, files);
        return { rows: [kept.rows, await rowsOfFiles(own, table, kept.unkept)], kept };
      } catch (error) {
        log('rows of the lake could not be kept; they are read from its files', error);
        return { rows: [await rowsOfFiles(own, table, files)] };
      }
    },
    async groups(aggregation, { table, hidden, source: { kept } }) {
      if (!kept || kept.unkept.length > 0) return undefined;
      // A row that fails the aggregation fails the query too, unless the query does not look at it.
      const name = await groups.fold(aggregation, { table, hidden, ...kept }).catch(() => undefined);
      return name === undefined ? undefined : { catalog: KEPT, schema: GROUPS, name };
    },
    functions: groups.functions,
    async close() {
      rows.stop();
      connection.interrupt();
      await turn;
      connection.closeSync();
      duckDb.close();
    },
  };
}

/** `connection` alone writes what is kept. */
export type KeptParts = { connection: DuckDBConnection; rows: KeptRows; groups: KeptGroups };

/** Over the database that is attached as `kept`. */
export async function openParts(connection: DuckDBConnection): Promise<KeptParts> {
  const groups = await openKeptGroups(connection);
  return { connection, groups, rows: await openKeptRows(connection) };
}

async function openKept(duckDb: DuckDb, directory: string, log: Log): Promise<KeptParts> {
  const connection = await duckDb.connect();
  const [version] = (await connection.runAndReadAll('SELECT version()')).getRows()[0] ?? [];
  const name = `rows-${FORMAT}-${String(version)}.duckdb`;
  const open = async () => {
    await connection.run(`ATTACH ${text(join(directory, name))} AS ${KEPT}`);
    return await openParts(connection);
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
  // A file that lies in two partitions is read once, and its rows are in both.
  const paths = [...new Set(files.map(({ path }) => path))];
  const found = (await connection.runAndReadAll(keysQuery(paths))).getRowObjectsJson();
  const keys = [...new Set(found.flatMap((row) => (row['keys'] ?? []) as string[]))];
  return {
    relation: `(${rowsQuery(paths, columnNames(table), keys)})`,
    fileColumn: '$file',
    files: files.map((file) => ({ file, key: text(file.path) })),
  };
}
