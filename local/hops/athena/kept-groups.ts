/**
 * The groups of the views' aggregations over kept rows, moved on by the rows of new objects alone, so that the latest
 * image of an order costs what came in and not what lies there.
 *
 *     kept rows → [kept groups] → queries
 *
 * `mergeable.ts` says which aggregations these are and how two states of a group become one. A state knows the objects
 * that are folded into it; when one of them is gone or changed, or the view or its table is another, it is made anew
 * from the kept rows. Nothing here is the truth.
 */

import { createHash } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import { inTransaction, KEPT } from './duckdb.ts';
import { type GlueTable, type Rows, selectOf } from './external-table.ts';
import { quoted, text } from './json-files.ts';
import { filesOf, type KeptObject } from './kept-rows.ts';
import type { Aggregation, Part } from './mergeable.ts';
import { writeTree } from './rewrite.ts';
import { MACROS, SETTINGS } from './trino.ts';

export type KeptGroups = {
  /** Functions that answer the same for the same arguments. */
  functions: ReadonlySet<string>;
  /**
   * Brings the aggregation's groups up to these objects and answers the table that holds them; undefined when they
   * cannot be kept. Throws when a row makes the aggregation fail. One call at a time.
   */
  fold(aggregation: Aggregation, over: Over): Promise<string | undefined>;
};

export type Over = { table: GlueTable; hidden: boolean; rows: Rows; objects: readonly KeptObject[] };

/** The schema of the tables that `fold` answers. */
export const GROUPS = 'groups';
/** A view that was changed leaves its old groups behind; so many are kept, those asked last. */
const STATES_MAX = 24;
/** Of the lake's files, mostly gzip: groups of so much are aggregated at once, since DuckDB holds them in memory. */
const PORTION_BYTES_MAX = 64 * 1024 * 1024;
const FRESH = { catalog: 'temp', schema: 'main', name: 'fresh_rows' };

export async function openKeptGroups(connection: DuckDBConnection): Promise<KeptGroups> {
  await connection.run(`CREATE SCHEMA IF NOT EXISTS ${KEPT}.${GROUPS}`);
  await connection.run(`CREATE TABLE IF NOT EXISTS ${KEPT}.folded (state VARCHAR, id INTEGER, part VARCHAR)`);
  /** The parts that are folded into each state; the state that was asked last stands last. */
  const states = await readStates(connection);
  /** By state, the objects with which it could not be made: with the same ones it is not tried again. */
  const failed = new Map<string, string>();

  async function drop(name: string): Promise<void> {
    await inTransaction(connection, async () => {
      await connection.run(`DROP TABLE IF EXISTS ${relationOf(name)}`);
      await connection.run(`DELETE FROM ${KEPT}.folded WHERE state = ${text(name)}`);
    });
    states.delete(name);
  }

  async function stateSql(aggregation: Aggregation, part?: Part): Promise<string> {
    const tree = writeTree(aggregation.stateOf(FRESH, part));
    const answer = await connection.runAndReadAll(`SELECT json_deserialize_sql(${text(tree)}::JSON)`);
    const sql = String(answer.getRows()[0]?.[0]).replace(/;\s*$/, '');
    // Groups are found by a number: their keys may be long texts.
    return `SELECT hash(${aggregation.keys.join(', ')}) AS h, * FROM (${sql})`;
  }

  async function note(name: string, objects: readonly KeptObject[]): Promise<void> {
    const rows = objects.map((object) => `(${text(name)}, ${object.id}, ${text(partOf(object))})`);
    if (rows.length > 0) await connection.run(`INSERT INTO ${KEPT}.folded VALUES ${rows.join(', ')}`);
  }

  async function showFresh({ table, hidden, rows }: Over, objects: readonly KeptObject[]): Promise<void> {
    const source = { ...rows, files: filesOf(objects) };
    await connection.run(`CREATE OR REPLACE TEMP VIEW ${FRESH.name} AS ${selectOf(table, [source], hidden)}`);
  }

  /** False when its type says that it cannot be moved on. */
  async function make(
    name: string,
    aggregation: Aggregation,
    objects: readonly KeptObject[],
  ): Promise<boolean> {
    const sql = await stateSql(aggregation);
    const columns = (await connection.runAndReadAll(`DESCRIBE ${sql}`)).getRows();
    const inexact = columns.some(([column, type]) => {
      const merge = aggregation.merges[Number(/^s(\d+)$/.exec(String(column))?.[1])];
      // In their last digits sums of doubles hang on the order of the rows.
      return merge?.startsWith('sum(') && /^(DOUBLE|FLOAT)$/.test(String(type));
    });
    if (inexact) return false;
    while (states.size >= STATES_MAX) await drop([...states.keys()][0] as string);
    await inTransaction(connection, async () => {
      const of = portions(objects).length;
      await connection.run(`CREATE TABLE ${relationOf(name)} AS ${sql} LIMIT 0`);
      for (let remainder = 0; remainder < of; remainder++)
        await connection.run(
          `INSERT INTO ${relationOf(name)} ${await stateSql(aggregation, of > 1 ? { remainder, of } : undefined)}`,
        );
      await note(name, objects);
    });
    return true;
  }

  async function moveOn(
    name: string,
    aggregation: Aggregation,
    objects: readonly KeptObject[],
  ): Promise<void> {
    const { keys, merges } = aggregation;
    const relation = relationOf(name);
    const columns = ['h', ...keys, ...merges.map((_, index) => `s${index}`)].join(', ');
    await connection.run(`CREATE OR REPLACE TEMP TABLE fresh_groups AS ${await stateSql(aggregation)}`);
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE met_groups AS
       SELECT rowid AS row FROM ${relation} WHERE h IN (SELECT h FROM fresh_groups)`,
    );
    const met = await connection.runAndReadAll('SELECT min(row), max(row) FROM met_groups');
    const [first, last] = met.getRows()[0] ?? [];
    // Orders that change are mostly young and so stand together: the bounds spare DuckDB the rest of the table.
    const isMet = `rowid BETWEEN ${first ?? 0} AND ${last ?? -1} AND rowid IN (SELECT row FROM met_groups)`;
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE moved_groups AS
       SELECT ${['h', ...keys, ...merges].join(', ')}
       FROM (SELECT ${columns} FROM ${relation} WHERE ${isMet} UNION ALL SELECT ${columns} FROM fresh_groups)
       GROUP BY ${['h', ...keys].join(', ')}`,
    );
    await inTransaction(connection, async () => {
      await connection.run(`DELETE FROM ${relation} WHERE ${isMet}`);
      await connection.run(`INSERT INTO ${relation} SELECT * FROM moved_groups`);
      await note(name, objects);
    });
    for (const table of ['fresh_groups', 'met_groups', 'moved_groups'])
      await connection.run(`DROP TABLE temp.main.${table}`);
  }

  /** False when the state cannot be kept. */
  async function bringUpTo(
    name: string,
    there: Set<string>,
    aggregation: Aggregation,
    over: Over,
  ): Promise<boolean> {
    const isStale = [...(states.get(name) ?? [])].some((part) => !there.has(part));
    if (isStale) await drop(name);
    const folded = states.get(name);
    const fresh = over.objects.filter((object) => !folded?.has(partOf(object)));
    if (!folded) {
      await showFresh(over, fresh);
      if (!(await make(name, aggregation, fresh))) return false;
    } else if (fresh.length > 0)
      for (const some of portions(fresh)) {
        await showFresh(over, some);
        await moveOn(name, aggregation, some);
        for (const object of some) folded.add(partOf(object));
      }
    states.delete(name);
    states.set(name, there);
    return true;
  }

  return {
    functions: await constantFunctions(connection),
    async fold(aggregation, over) {
      const name = nameOf(aggregation, over.table, over.hidden);
      const there = new Set(over.objects.map(partOf));
      const asked = createHash('sha256')
        .update(JSON.stringify([...there]))
        .digest('hex');
      if (failed.get(name) === asked) return undefined;
      try {
        if (await bringUpTo(name, there, aggregation, over)) return name;
      } catch (error) {
        failed.set(name, asked);
        throw error;
      }
      failed.set(name, asked);
      return undefined;
    },
  };
}

/** At least one, empty when there is no object. */
function portions(objects: readonly KeptObject[]): KeptObject[][] {
  const all: KeptObject[][] = [[]];
  let bytes = 0;
  for (const object of objects) {
    if (bytes + object.file.bytes > PORTION_BYTES_MAX && bytes > 0) {
      all.push([]);
      bytes = 0;
    }
    all.at(-1)?.push(object);
    bytes += object.file.bytes;
  }
  return all;
}

/** An object as a part of a table: the same object may lie in two partitions, and a partition may get other values. */
function partOf({ id, file: { values } }: KeptObject): string {
  return JSON.stringify([id, ...values]);
}

/** Told by all that its rows hang on: the aggregation, the table's columns, and what Trino's functions mean here. */
function nameOf(aggregation: Aggregation, table: GlueTable, hidden: boolean): string {
  const state = JSON.stringify(aggregation.stateOf(FRESH), (member, value) =>
    member === 'query_location' ? undefined : value,
  );
  const columns = [table.StorageDescriptor?.Columns, table.PartitionKeys].map((list) =>
    (list ?? []).map(({ Name, Type }) => [Name, Type]),
  );
  return createHash('sha256')
    .update(JSON.stringify([table.DatabaseName, table.Name, state, columns, hidden, MACROS, SETTINGS]))
    .digest('hex');
}

async function readStates(connection: DuckDBConnection): Promise<Map<string, Set<string>>> {
  const tables = await connection.runAndReadAll(
    `SELECT table_name FROM duckdb_tables() WHERE database_name = '${KEPT}' AND schema_name = '${GROUPS}'`,
  );
  const states = new Map(tables.getRows().map(([name]) => [String(name), new Set<string>()]));
  const folded = await connection.runAndReadAll(`SELECT state, part FROM ${KEPT}.folded`);
  for (const [state, part] of folded.getRows()) states.get(String(state))?.add(String(part));
  return states;
}

async function constantFunctions(connection: DuckDBConnection): Promise<Set<string>> {
  const answer = await connection.runAndReadAll(
    `SELECT function_name FROM duckdb_functions() WHERE function_type = 'scalar'
     GROUP BY 1 HAVING bool_and(stability = 'CONSISTENT')
     UNION SELECT function_name FROM duckdb_functions() WHERE function_type = 'macro' AND function_name LIKE 'trino\\_%' ESCAPE '\\'`,
  );
  return new Set(answer.getRows().map(([name]) => String(name)));
}

const relationOf = (name: string): string => `${KEPT}.${GROUPS}.${quoted(name)}`;
