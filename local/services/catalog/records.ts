/**
 * Where the catalog's tables and partitions lie in the store, and how they are looked up. A partition's key is its
 * values, so a table's partitions come back in the order of their values.
 *
 *     operations → [records] → store
 */

import { AwsError } from '../../aws-error.ts';
import type { Key, Read, Tx } from '../../store/store.ts';
import type { Database } from './config.ts';
import type { Catalog, PartitionRecord, TableRecord } from './model.ts';

/** Sorts after every name and value. */
const LAST = '\u{10ffff}';
/** AWS keeps 100,000 versions of a table (https://docs.aws.amazon.com/general/latest/gr/glue.html). */
export const TABLE_VERSIONS_KEPT_MAX = 100;

export const tableKey = (database: string, table: string): Key => ['glue-table', database, table];
export const versionKey = (database: string, table: string, version: number): Key => [
  'glue-table-version',
  database,
  table,
  version,
];
export const partitionKey = (database: string, table: string, values: readonly string[]): Key => [
  'glue-partition',
  database,
  table,
  ...values,
];

export function databaseOf(catalog: Catalog, name: string): Database {
  const database = catalog.databases.get(name);
  if (!database) throw new AwsError('EntityNotFoundException', `Database ${name} not found.`);
  return database;
}

/** The table, or Glue's error; GetTable alone says `Entity Not Found` for a missing one. */
export function tableOf(
  tx: Read,
  catalog: Catalog,
  database: string,
  table: string,
  sentence = `Table ${table} not found.`,
): TableRecord {
  databaseOf(catalog, database);
  const record = tx.get<TableRecord>(tableKey(database, table));
  if (!record) throw new AwsError('EntityNotFoundException', sentence);
  return record;
}

export function tablesOf(tx: Read, database: string): TableRecord[] {
  return tx
    .range<TableRecord>({ from: ['glue-table', database], to: ['glue-table', database, LAST] })
    .map(({ value }) => value);
}

/** A table's partitions after `after`, by value. */
export function partitionsOf(
  tx: Read,
  database: string,
  table: string,
  after?: readonly string[],
): PartitionRecord[] {
  const from = after ? partitionKey(database, table, [...after, '']) : partitionKey(database, table, []);
  return tx
    .range<PartitionRecord>({ from, to: partitionKey(database, table, [LAST]) })
    .map(({ value }) => value);
}

/** Removes the table with its partitions and versions. */
export function removeTable(tx: Tx, database: string, table: string, version: number): void {
  tx.remove(tableKey(database, table));
  for (const { input } of partitionsOf(tx, database, table))
    tx.remove(partitionKey(database, table, input.Values));
  for (let old = Math.max(0, version - TABLE_VERSIONS_KEPT_MAX); old < version; old++)
    tx.remove(versionKey(database, table, old));
}
