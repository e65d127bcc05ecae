/**
 * One query: the tables and views that it reads, defined under the names and in the catalog that Athena shows, in a
 * place of its own (`duckdb.ts`). Nothing that another query does can be seen, and closing it forgets all.
 */

import type { DuckDBConnection } from '@duckdb/node-api';
import type { Database, Source } from './database.ts';
import type { Place } from './duckdb.ts';
import { checkReadable, type GlueTable, selectOf, shownColumns } from './external-table.ts';
import { isolate, mentionsHidden } from './isolate.ts';
import { quoted, text } from './json-files.ts';
import type { Lookup } from './lookup.ts';
import { type BaseTable, mergeableIn } from './mergeable.ts';
import { fromDuckDb, position, QueryError } from './query-error.ts';
import { CATALOG, nameColumns, readTree, rewriteTree, type TableReference, writeTree } from './rewrite.ts';
import type { ResultColumn } from './values.ts';
import { valueText } from './values.ts';
import { decodeView } from './view-text.ts';

/** Athena allows views over views; a chain deeper than this is a circle that someone made through the Glue API. */
const VIEW_DEPTH_MAX = 32;

export type Session = {
  /** Bytes of the files that the query reads, a file counted once. */
  scannedBytes(): number;
  columns(): Promise<ResultColumn[]>;
  /** Rows as Athena's texts, in batches. */
  rows(): AsyncGenerator<(string | null)[][]>;
  plan(): Promise<string>;
  interrupt(): void;
  close(): Promise<void>;
};

/** Throws a QueryError in Athena's words when the query cannot be analysed. */
export async function openSession(
  sql: string,
  schema: string,
  lookup: Lookup,
  database: Database,
): Promise<Session> {
  const place = await database.place();
  const { connection, close } = place;
  try {
    const world = createWorld(place, lookup, database);
    const prepared = await database.prepare(place, () => world.rewritten(sql, schema, 0));
    return {
      scannedBytes: world.scannedBytes,
      close,
      interrupt: () => connection.interrupt(),
      columns: () => guarded(sql, () => describe(connection, prepared)),
      plan: () => guarded(sql, () => explain(connection, prepared)),
      rows: () => stream(connection, prepared, sql),
    };
  } catch (error) {
    await close();
    throw error instanceof QueryError ? error : fromDuckDb(error, sql);
  }
}

/** A table of the lake as it is defined in a session. */
type LakeTable = { table: GlueTable; source: Source; hidden: boolean };

/** The tables and views that are defined in a session, each once. */
function createWorld({ connection, catalog }: Place, lookup: Lookup, database: Database) {
  /** By `schema.table` and whether its hidden columns show: the name that it is defined under. */
  const defined = new Map<string, string>();
  const sources = new Map<string, Source>();
  /** By `schema.name` as it is defined. */
  const lakeTables = new Map<string, LakeTable>();
  const schemas = new Set<string>();
  const scanned = new Map<string, number>();

  /** `sql` with its tables defined and qualified, its functions DuckDB's. */
  async function rewritten(sql: string, schema: string, depth: number): Promise<string> {
    if (depth > VIEW_DEPTH_MAX)
      throw new QueryError('INVALID_VIEW: Views are nested too deep or refer to themselves.');
    const tree = await parse(connection, sql);
    nameColumns(tree);
    const hidden = mentionsHidden(tree);
    const shown = new Map<string, string>();
    for (const reference of rewriteTree(tree, schema))
      shown.set(`${reference.schema}.${reference.name}`, await define(reference, sql, depth, hidden));
    isolate(tree, sql, { catalog, shown, hidden });
    // What is asked once is not worth keeping; a view is asked again.
    if (depth > 0) await readKeptGroups(tree);
    const answer = await connection.runAndReadAll(
      `SELECT json_deserialize_sql(${text(writeTree(tree))}::JSON)`,
    );
    return String(answer.getRows()[0]?.[0]).replace(/;\s*$/, '');
  }

  /** Answers the name that it is defined under. */
  async function define(
    reference: TableReference,
    sql: string,
    depth: number,
    hidden: boolean,
  ): Promise<string> {
    const { schema, name, offset } = reference;
    const known = defined.get(`${schema}.${name} ${hidden}`);
    if (known) return known;
    const table = await lookup.table(schema, name);
    if (!table) throw await notFound(reference, position(sql, offset));
    const isView = table.TableType === 'VIRTUAL_VIEW';
    const shown = hidden && !isView ? `${name}$all` : name;
    const select = isView
      ? await viewSelect(table, schema, depth)
      : await tableSelect(table, `${schema}.${shown}`, hidden);
    if (!schemas.has(schema)) await connection.run(`CREATE SCHEMA ${catalog}.${quoted(schema)}`);
    schemas.add(schema);
    for (const each of isView ? [true, false] : [hidden]) defined.set(`${schema}.${name} ${each}`, shown);
    await connection.run(`CREATE VIEW ${catalog}.${quoted(schema)}.${quoted(shown)} AS ${select}`);
    return shown;
  }

  async function viewSelect(table: GlueTable, schema: string, depth: number): Promise<string> {
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

  async function tableSelect(table: GlueTable, key: string, hidden: boolean): Promise<string> {
    const source = await sourceOf(table);
    lakeTables.set(key, { table, source, hidden });
    return selectOf(table, source.rows, hidden);
  }

  /** Aggregations of a view whose groups are kept read them. */
  async function readKeptGroups(tree: unknown): Promise<void> {
    const lakeTable = ({ schema, name }: BaseTable) => lakeTables.get(`${schema}.${name}`);
    const columns = (base: BaseTable) => {
      const found = lakeTable(base);
      return found && shownColumns(found.table, found.hidden);
    };
    for (const aggregation of mergeableIn(tree, columns, database.functions)) {
      const found = lakeTable(aggregation.table);
      const relation = found && (await database.groups(aggregation, found));
      if (relation) aggregation.readFrom(relation);
    }
  }

  async function sourceOf(table: GlueTable): Promise<Source> {
    const key = `${table.DatabaseName}.${table.Name}`;
    const known = sources.get(key);
    if (known) return known;
    checkReadable(table);
    const files = await lookup.files(table);
    for (const { path, bytes } of files) scanned.set(path, bytes);
    const source = await database.rows(table, files, connection);
    sources.set(key, source);
    return source;
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
