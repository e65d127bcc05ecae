/**
 * The lake's rows in DuckDB's own storage, so that an object is read once and not by every query: as text, a column for
 * each of the table's, so that a column that changes its type costs nothing.
 *
 *     lake's files → [kept rows] → queries
 *
 * It is never the truth. A query asks with the objects that it listed as its caller, and gets the rows of just these
 * versions: an object that is new is read, one that is gone is dropped. What cannot be kept is left to be read from its
 * file. Rows and the note that they are there are committed together, and whatever stands there without a note is
 * dropped at the start.
 */

import type { DuckDBConnection } from '@duckdb/node-api';
import { columnNames, type GlueTable, type Rows, type TableFile } from './external-table.ts';
import { keysQuery, quoted, rowsQuery, text } from './json-files.ts';

/** Kept rows, and the files that could not be kept. */
export type Held = { rows: Rows; unkept: TableFile[]; release(): void };

export type KeptRows = {
  /** The rows of `files`, kept where they can be; they stay until the release. Throws when the storage fails. */
  hold(table: GlueTable, files: readonly TableFile[]): Promise<Held>;
  /** Ends what is under way. */
  close(): Promise<void>;
};

/** The attached database's name in SQL. */
export const KEPT = 'kept';
const OBJECT = '$object';
/** Objects that are read in one transaction: what a crash throws away, and what waits in memory for its commit. */
const OBJECTS_AT_ONCE = 32;

/** A version of an object that is kept. */
type Kept = { id: number; keys: ReadonlySet<string> };
/** One table's rows. `dropped` are ids whose rows go as soon as no query holds them. */
type Relation = {
  name: string;
  columns: Set<string>;
  objects: Map<string, Kept>;
  dropped: Set<number>;
};

/** `connection` is the only one that writes to the database that is attached as `kept`. */
export async function openKeptRows(connection: DuckDBConnection): Promise<KeptRows> {
  await connection.run(
    `CREATE TABLE IF NOT EXISTS ${KEPT}.objects (relation VARCHAR, id INTEGER, version VARCHAR, keys VARCHAR[])`,
  );
  const relations = await readRelations(connection);
  const holders = new Map<number, number>();
  let lastId = await greatestId(connection);
  let turn: Promise<unknown> = Promise.resolve();
  let closing = false;

  async function transaction(work: () => Promise<void>): Promise<void> {
    await connection.run('BEGIN');
    try {
      await work();
      await connection.run('COMMIT');
    } catch (error) {
      await connection.run('ROLLBACK');
      throw error;
    }
  }

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
      dropped: new Set(),
    };
    relations.set(name, made);
    return made;
  }

  /** A column that the rows were read without: only objects that have such a key must be read again. */
  async function addColumns(relation: Relation, table: GlueTable): Promise<void> {
    const missing = columnNames(table).filter((column) => !relation.columns.has(lower(column)));
    if (missing.length === 0) return;
    const stale = [...relation.objects].filter(([, { keys }]) =>
      missing.some((column) => keys.has(lower(column))),
    );
    await transaction(async () => {
      for (const column of missing)
        await connection.run(`ALTER TABLE ${relationName(relation.name)} ADD COLUMN ${declared(column)}`);
      await forget(stale.map(([, { id }]) => id));
    });
    for (const column of missing) relation.columns.add(lower(column));
    retire(relation, stale);
  }

  async function dropGone(relation: Relation, files: readonly TableFile[]): Promise<void> {
    const there = new Set(files.map(versionOf));
    const gone = [...relation.objects].filter(([version]) => !there.has(version));
    if (gone.length > 0) await transaction(() => forget(gone.map(([, { id }]) => id)));
    retire(relation, gone);
    const free = [...relation.dropped].filter((id) => !holders.has(id));
    if (free.length === 0) return;
    await transaction(() => deleteRows(connection, relation.name, free));
    for (const id of free) relation.dropped.delete(id);
  }

  function retire(relation: Relation, entries: readonly (readonly [string, Kept])[]): void {
    for (const [version, { id }] of entries) {
      relation.objects.delete(version);
      relation.dropped.add(id);
    }
  }

  async function forget(ids: readonly number[]): Promise<void> {
    if (ids.length > 0) await connection.run(`DELETE FROM ${KEPT}.objects WHERE id IN (${ids.join(', ')})`);
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
    await transaction(async () => {
      for (const group of [
        read.filter(({ file }) => isPlain(file.path)),
        read.filter(({ file }) => !isPlain(file.path)),
      ]) {
        if (group.length === 0) continue;
        const paths = group.map(({ file }) => file.path);
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
    for (let from = 0; from < files.length && !closing; from += OBJECTS_AT_ONCE) {
      const some = files.slice(from, from + OBJECTS_AT_ONCE);
      const failed = await load(relation, table, some).catch((error: unknown) => error ?? true);
      if (failed === undefined || some.length === 1) continue;
      for (const file of some) await load(relation, table, [file]).catch(() => undefined);
    }
  }

  async function keep(table: GlueTable, files: readonly TableFile[]): Promise<Relation> {
    const relation = await relationOf(table);
    await addColumns(relation, table);
    await dropGone(relation, files);
    const fresh = files.filter((file) => !relation.objects.has(versionOf(file)));
    await loadAll(relation, table, [...new Map(fresh.map((file) => [versionOf(file), file])).values()]);
    return relation;
  }

  async function hold(table: GlueTable, files: readonly TableFile[]): Promise<Held> {
    const relation = await keep(table, files);
    const kept: { file: TableFile; id: number }[] = [];
    const unkept: TableFile[] = [];
    for (const file of files) {
      const object = relation.objects.get(versionOf(file));
      if (object) kept.push({ file, id: object.id });
      else unkept.push(file);
    }
    const ids = new Set(kept.map(({ id }) => id));
    for (const id of ids) holders.set(id, (holders.get(id) ?? 0) + 1);
    return {
      rows: {
        relation: relationName(relation.name),
        fileColumn: OBJECT,
        files: kept.map(({ file, id }) => ({ file, key: String(id) })),
      },
      unkept,
      release() {
        for (const id of ids) {
          const left = (holders.get(id) ?? 1) - 1;
          if (left > 0) holders.set(id, left);
          else holders.delete(id);
        }
        ids.clear();
      },
    };
  }

  return {
    hold(table, files) {
      const answer = turn.then(() => hold(table, files));
      turn = answer.catch(() => undefined);
      return answer;
    },
    async close() {
      closing = true;
      connection.interrupt();
      await turn;
      connection.closeSync();
    },
  };
}

/** Names one version of an object. */
function versionOf({ uri, bytes, modifiedAt, etag = '' }: TableFile): string {
  return `${uri} ${bytes} ${modifiedAt.getTime()} ${etag}`;
}

async function readRelations(connection: DuckDBConnection): Promise<Map<string, Relation>> {
  const relations = new Map<string, Relation>();
  const columns = await connection.runAndReadAll(
    `SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = '${KEPT}' AND table_name <> 'objects'`,
  );
  for (const [table, column] of columns.getRows()) {
    const name = String(table);
    const relation = relations.get(name) ?? {
      name,
      columns: new Set(),
      objects: new Map(),
      dropped: new Set(),
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
  for (const { name } of relations.values())
    await connection.run(
      `DELETE FROM ${relationName(name)} WHERE ${quoted(OBJECT)} NOT IN (SELECT id FROM ${KEPT}.objects WHERE relation = ${text(name)})`,
    );
  return relations;
}

async function greatestId(connection: DuckDBConnection): Promise<number> {
  const answer = await connection.runAndReadAll(`SELECT coalesce(max(id), 0) FROM ${KEPT}.objects`);
  return Number(answer.getRows()[0]?.[0] ?? 0);
}

async function deleteRows(connection: DuckDBConnection, name: string, ids: readonly number[]): Promise<void> {
  await connection.run(`DELETE FROM ${relationName(name)} WHERE ${quoted(OBJECT)} IN (${ids.join(', ')})`);
}

const relationName = (name: string): string => `${KEPT}.${quoted(name)}`;
const declared = (column: string): string => `${quoted(column)} VARCHAR`;
const lower = (name: string): string => name.toLowerCase();
