/**
 * One query's DuckDB: an instance of its own in memory, holding just the tables and views that the query reads, under
 * the names and in the catalog that Athena shows. Nothing that another query does can be seen, and closing it forgets
 * all.
 */

import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import {
  checkReadable,
  type GlueTable,
  mixedCaseKeysQuery,
  quoted,
  selectOf,
  type TableFile,
  text,
} from './external-table.ts';
import type { Lookup } from './lookup.ts';
import { fromDuckDb, position, QueryError } from './query-error.ts';
import { CATALOG, nameColumns, readTree, rewriteTree, type TableReference, writeTree } from './rewrite.ts';
import { MACROS, SETTINGS } from './trino.ts';
import type { ResultColumn } from './values.ts';
import { valueText } from './values.ts';
import { decodeView } from './view-text.ts';

/** Two queries may each take this much and still leave the engine within its own bound. */
const MEMORY_MAX = '1GB';
/** Athena allows views over views; a chain deeper than this is a circle that someone made through the Glue API. */
const VIEW_DEPTH_MAX = 32;

/** Spellings of JSON keys per file, so that a file is looked through once in the engine's life. */
export type KeySpellings = Map<string, string[]>;

export type Session = {
  /** Bytes of the files that the query reads, a file counted once. */
  scannedBytes(): number;
  columns(): Promise<ResultColumn[]>;
  /** Rows as Athena's texts, in batches. */
  rows(): AsyncGenerator<(string | null)[][]>;
  plan(): Promise<string>;
  interrupt(): void;
  close(): void;
};

/** Throws a QueryError in Athena's words when the query cannot be analysed. */
export async function openSession(
  sql: string,
  schema: string,
  lookup: Lookup,
  spellings: KeySpellings,
): Promise<Session> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: MEMORY_MAX });
  const connection = await instance.connect();
  const close = () => {
    connection.closeSync();
    instance.closeSync();
  };
  try {
    for (const statement of [...SETTINGS, ...MACROS, `ATTACH ':memory:' AS ${CATALOG}`])
      await connection.run(statement);
    const world = createWorld(connection, lookup, spellings);
    const prepared = await world.rewritten(sql, schema, 0);
    return {
      scannedBytes: world.scannedBytes,
      close,
      interrupt: () => connection.interrupt(),
      columns: () => guarded(sql, () => describe(connection, prepared)),
      plan: () => guarded(sql, () => explain(connection, prepared)),
      rows: () => stream(connection, prepared, sql),
    };
  } catch (error) {
    close();
    throw error instanceof QueryError ? error : fromDuckDb(error, sql);
  }
}

/** The tables and views that are defined in a session, each once. */
function createWorld(connection: DuckDBConnection, lookup: Lookup, spellings: KeySpellings) {
  const defined = new Set<string>();
  const schemas = new Set<string>();
  const scanned = new Map<string, number>();

  /** `sql` with its tables defined and qualified, its functions DuckDB's. */
  async function rewritten(sql: string, schema: string, depth: number): Promise<string> {
    if (depth > VIEW_DEPTH_MAX)
      throw new QueryError('INVALID_VIEW: Views are nested too deep or refer to themselves.');
    const tree = await parse(connection, sql);
    nameColumns(tree);
    for (const reference of rewriteTree(tree, schema)) await define(reference, sql, depth);
    const answer = await connection.runAndReadAll(
      `SELECT json_deserialize_sql(${text(writeTree(tree))}::JSON)`,
    );
    return String(answer.getRows()[0]?.[0]).replace(/;\s*$/, '');
  }

  async function define(reference: TableReference, sql: string, depth: number): Promise<void> {
    const { schema, name, offset } = reference;
    const key = `${schema}.${name}`;
    if (defined.has(key)) return;
    const table = await lookup.table(schema, name);
    if (!table) throw await notFound(reference, position(sql, offset));
    const select = await selectFor(table, schema, depth);
    if (!schemas.has(schema)) await connection.run(`CREATE SCHEMA ${CATALOG}.${quoted(schema)}`);
    schemas.add(schema);
    defined.add(key);
    await connection.run(`CREATE VIEW ${CATALOG}.${quoted(schema)}.${quoted(name)} AS ${select}`);
  }

  async function selectFor(table: GlueTable, schema: string, depth: number): Promise<string> {
    if (table.TableType === 'VIRTUAL_VIEW') {
      const view = decodeView(table.ViewOriginalText);
      if (!view) throw new QueryError(`NOT_SUPPORTED: ${schema}.${table.Name} is no view of Athena's.`);
      try {
        return await rewritten(view.originalSql, view.schema, depth + 1);
      } catch (error) {
        const reason =
          error instanceof QueryError ? error.message : fromDuckDb(error, view.originalSql).message;
        throw new QueryError(
          `INVALID_VIEW: Failed analyzing stored view '${CATALOG}.${schema}.${table.Name}': ${reason}`,
        );
      }
    }
    checkReadable(table);
    const files = await lookup.files(table);
    for (const { path, bytes } of files) scanned.set(path, bytes);
    const other = await spellingsIn(files);
    return selectOf(table, files, (column) =>
      other.filter((key) => key.toLowerCase() === column.toLowerCase()),
    );
  }

  async function spellingsIn(files: TableFile[]): Promise<string[]> {
    const fresh = files.filter(({ path, bytes }) => !spellings.has(`${path}:${bytes}`));
    if (fresh.length > 0) {
      const keys = (await connection.runAndReadAll(mixedCaseKeysQuery(fresh)))
        .getRows()
        .map(([key]) => String(key));
      for (const { path, bytes } of fresh) spellings.set(`${path}:${bytes}`, keys);
    }
    return [...new Set(files.flatMap(({ path, bytes }) => spellings.get(`${path}:${bytes}`) ?? []))];
  }

  async function notFound({ schema, name }: TableReference, place: string): Promise<QueryError> {
    if (!(await lookup.hasSchema(schema)))
      return new QueryError(`SCHEMA_NOT_FOUND: ${place}: Schema '${schema}' does not exist`);
    return new QueryError(`TABLE_NOT_FOUND: ${place}: Table '${CATALOG}.${schema}.${name}' does not exist`);
  }

  return {
    rewritten,
    scannedBytes: () => [...scanned.values()].reduce((sum, bytes) => sum + bytes, 0),
  };
}

async function parse(connection: DuckDBConnection, sql: string): Promise<unknown> {
  const answer = await connection.runAndReadAll(`SELECT json_serialize_sql(${text(sql)})`);
  const tree = readTree(String(answer.getRows()[0]?.[0])) as {
    error: boolean;
    error_message?: string;
    position?: string;
    statements?: unknown[];
  };
  if (tree.error) {
    const place = position(sql, Number(tree.position ?? 0));
    const near = /at or near "([^"]*)"/.exec(tree.error_message ?? '')?.[1];
    throw new QueryError(`${place}: mismatched input '${near ?? '<EOF>'}'`);
  }
  if (tree.statements?.length !== 1) throw new QueryError('Only one sql statement is allowed.');
  return tree;
}

async function describe(connection: DuckDBConnection, sql: string): Promise<ResultColumn[]> {
  const rows = (await connection.runAndReadAll(`DESCRIBE ${sql}`)).getRows();
  return rows.map(([name, duckType]) => ({ name: String(name), duckType: String(duckType) }));
}

async function explain(connection: DuckDBConnection, sql: string): Promise<string> {
  const rows = (await connection.runAndReadAll(`EXPLAIN ${sql}`)).getRows();
  return rows.map((row) => String(row[1])).join('\n');
}

async function* stream(
  connection: DuckDBConnection,
  sql: string,
  original: string,
): AsyncGenerator<(string | null)[][]> {
  try {
    const result = await connection.stream(sql);
    const types = result.columnTypes().map(String);
    for (;;) {
      const chunk = await result.fetchChunk();
      if (!chunk || chunk.rowCount === 0) return;
      yield chunk.getRows().map((row) => row.map((value, index) => valueText(value, types[index] ?? '')));
    }
  } catch (error) {
    throw fromDuckDb(error, original);
  }
}

async function guarded<T>(sql: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fromDuckDb(error, sql);
  }
}
