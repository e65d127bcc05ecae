/**
 * The lake's rows in DuckDB's own storage, so that an object is read once and not by every query: as text, a column for
 * each of the table's, so that a column that changes its type costs nothing.
 *
 *     lake's files → [kept rows] → queries
 *
 * It is never the truth. A query asks with the objects that it listed as its caller, and gets the rows of just these
 * versions: an object that is new is read, one that is gone is dropped. What cannot be kept is left to be read from its
 * file. Rows and the note that they are there come and go in one transaction.
 */

import type { DuckDBConnection } from '@duckdb/node-api';
import { inTransaction, KEPT } from './duckdb.ts';
import { columnNames, type GlueTable, type Rows, type TableFile } from './external-table.ts';
import { keysQuery, quoted, rowsQuery, text } from './json-files.ts';

/** Kept rows, and the files that could not be kept. */
/** A version of an object of which all rows are kept. */
export type KeptObject = { file: TableFile; id: number };
/** Kept rows, and the files that could not be kept. */
export type Kept = { rows: Rows; objects: KeptObject[]; unkept: TableFile[] };

export type KeptRows = {
  /** The rows of `files`, kept where they can be. Throws when the storage fails. One call at a time. */
  keep(table: GlueTable, files: readonly TableFile[]): Promise<Kept>;
  /** Gives up what is not read yet. */
  stop(): void;
};

const OBJECT = '$object';
/** Objects that are read in one transaction: what a crash throws away, and what waits in memory for its commit. */
const OBJECTS_AT_ONCE = 32;

/** One table's rows: by version, the object's number and the keys that its rows have. */
type Relation = {
  name: string;
  columns: Set<string>;
  objects: Map<string, { id: number; keys: ReadonlySet<string> }>;
};

/** `connection` is the only one that writes to the database that is attached as `kept`. */
export async function openKeptRows(connection: DuckDBConnection): Promise<KeptRows> {
  await connection.run(`CREATE SCHEMA IF NOT EXISTS ${KEPT}.rows`);
  await connection.run(
    `CREATE TABLE IF NOT EXISTS ${KEPT}.objects (relation VARCHAR, id INTEGER, version VARCHAR, keys VARCHAR[])`,
  );
  const relations = await readRelations(connection);
  /** No number is given twice: what is made of kept rows is told by it. */
  let lastId = await greatestId(connection);
  let stopped = false;

  async function relationOf(table: GlueTable): Promise<Relation> {
    const name = JSON.stringify([table.DatabaseName, table.Name]);
    const found = relations.get(name);
    if (found) return found;
    await connection.run(
      `CREATE TABLE ${relationName(name)} (${[`${quoted(OBJECT)} INTEGER`, ...columnNames(table).map(declared)].join(', ')})`,
    );
    const made: Relation = {
      name,
      columns: new Set(columnNames(table).map(lower)),
      objects: new Map(),
    };
    relations.set(name, made);
    return made;
  }

  /** A column that the rows were read without: only objects that have such a key must be read again. */
  async function addColumns(relation: Relation, table: GlueTable): Promise<void> {
    const missing = columnNames(table).filter((column) => !relation.columns.has(lower(column)));
    if (missing.length === 0) return;
    const stale = [...relation.objects]
      .filter(([, { keys }]) => missing.some((column) => keys.has(lower(column))))
      .map(([version]) => version);
    await inTransaction(connection, async () => {
      for (const column of missing)
        await connection.run(`ALTER TABLE ${relationName(relation.name)} ADD COLUMN ${declared(column)}`);
      await drop(relation, stale);
    });
    for (const column of missing) relation.columns.add(lower(column));
    for (const version of stale) relation.objects.delete(version);
  }

  /** Queries that run see them still: each has the state of the storage in which it began. */
  async function dropGone(relation: Relation, files: readonly TableFile[]): Promise<void> {
    const there = new Set(files.map(versionOf));
    const gone = [...relation.objects.keys()].filter((version) => !there.has(version));
    if (gone.length === 0) return;
    await inTransaction(connection, () => drop(relation, gone));
    for (const version of gone) relation.objects.delete(version);
  }

  async function drop(relation: Relation, versions: readonly string[]): Promise<void> {
    const ids = versions.flatMap((version) => relation.objects.get(version)?.id ?? []);
    if (ids.length === 0) return;
    await connection.run(`DELETE FROM ${KEPT}.objects WHERE id IN (${ids.join(', ')})`);
    await connection.run(
      `DELETE FROM ${relationName(relation.name)} WHERE ${quoted(OBJECT)} IN (${ids.join(', ')})`,
    );
  }

  async function load(relation: Relation, table: GlueTable, files: readonly TableFile[]): Promise<void> {
    const columns = columnNames(table);
    const read = files.map((file) => ({ file, id: ++lastId }));
    const keys = new Map<string, string[]>();
    const found = await connection.runAndReadAll(keysQuery(files.map(({ path }) => path)));
    for (const { file, keys: each } of found.getRowObjectsJson())
      keys.set(String(file), (each ?? []) as string[]);
    const isPlain = (path: string) =>
      !keys.get(path)?.some((key) => !columns.includes(key) && columns.some((c) => lower(c) === lower(key)));
    await inTransaction(connection, async () => {
      for (const group of [
        read.filter(({ file }) => isPlain(file.path)),
        read.filter(({ file }) => !isPlain(file.path)),
      ]) {
        if (group.length === 0) continue;
        const paths = [...new Set(group.map(({ file }) => file.path))];
        const ids = group.map(({ file, id }) => `(${text(file.path)}, ${id})`);
        await connection.run(
          `INSERT INTO ${relationName(relation.name)} (${[OBJECT, ...columns].map(quoted).join(', ')})
           SELECT f.id${columns.map((column) => `, r.${quoted(column)}`).join('')}
           FROM (${rowsQuery(paths, columns, [...new Set(paths.flatMap((path) => keys.get(path) ?? []))])}) r
           JOIN (VALUES ${ids.join(', ')}) f(path, id) ON r."$file" = f.path`,
        );
      }
      const notes = read.map(
        ({ file, id }) =>
          `(${text(relation.name)}, ${id}, ${text(versionOf(file))}, [${(keys.get(file.path) ?? []).map(text).join(', ')}]::VARCHAR[])`,
      );
      await connection.run(`INSERT INTO ${KEPT}.objects VALUES ${notes.join(', ')}`);
    });
    for (const { file, id } of read)
      relation.objects.set(versionOf(file), { id, keys: new Set((keys.get(file.path) ?? []).map(lower)) });
  }

  /** One object that cannot be kept does not keep the others out; it is read from its file, where the query fails. */
  async function loadAll(relation: Relation, table: GlueTable, files: readonly TableFile[]): Promise<void> {
    for (let from = 0; from < files.length && !stopped; from += OBJECTS_AT_ONCE) {
      const some = files.slice(from, from + OBJECTS_AT_ONCE);
      const failed = await load(relation, table, some).catch((error: unknown) => error ?? true);
      if (failed === undefined || some.length === 1) continue;
      for (const file of some) await load(relation, table, [file]).catch(() => undefined);
    }
  }

  return {
    async keep(table, files) {
      const relation = await relationOf(table);
      await addColumns(relation, table);
      await dropGone(relation, files);
      const fresh = files.filter((file) => !relation.objects.has(versionOf(file)));
      await loadAll(relation, table, [...new Map(fresh.map((file) => [versionOf(file), file])).values()]);
      const objects = files.flatMap((file) => {
        const object = relation.objects.get(versionOf(file));
        return object ? [{ file, id: object.id }] : [];
      });
      return {
        rows: { relation: relationName(relation.name), fileColumn: OBJECT, files: filesOf(objects) },
        objects,
        unkept: files.filter((file) => !relation.objects.has(versionOf(file))),
      };
    },
    stop() {
      stopped = true;
    },
  };
}

/** Objects as `Rows` names them. */
export function filesOf(objects: readonly KeptObject[]): Rows['files'] {
  return objects.map(({ file, id }) => ({ file, key: String(id) }));
}

/** Names one version of an object. */
function versionOf({ uri, bytes, modifiedAt, etag = '' }: TableFile): string {
  return `${uri} ${bytes} ${modifiedAt.getTime()} ${etag}`;
}

async function readRelations(connection: DuckDBConnection): Promise<Map<string, Relation>> {
  const relations = new Map<string, Relation>();
  const columns = await connection.runAndReadAll(
    `SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = '${KEPT}' AND schema_name = 'rows'`,
  );
  for (const [table, column] of columns.getRows()) {
    const name = String(table);
    const relation = relations.get(name) ?? {
      name,
      columns: new Set(),
      objects: new Map(),
    };
    relations.set(name, relation);
    if (column !== OBJECT) relation.columns.add(lower(String(column)));
  }
  const objects = await connection.runAndReadAll(`SELECT relation, id, version, keys FROM ${KEPT}.objects`);
  for (const { relation, id, version, keys } of objects.getRowObjectsJson())
    relations.get(String(relation))?.objects.set(String(version), {
      id: Number(id),
      keys: new Set(((keys ?? []) as string[]).map(lower)),
    });
  return relations;
}

async function greatestId(connection: DuckDBConnection): Promise<number> {
  const answer = await connection.runAndReadAll(
    `SELECT greatest((SELECT max(id) FROM ${KEPT}.objects), (SELECT max(id) FROM ${KEPT}.folded), 0)`,
  );
  return Number(answer.getRows()[0]?.[0] ?? 0);
}

const relationName = (name: string): string => `${KEPT}.rows.${quoted(name)}`;
const declared = (column: string): string => `${quoted(column)} VARCHAR`;
const lower = (name: string): string => name.toLowerCase();
