/**
 * Brings the catalog up to what the crawl found, by the crawler's policies, in one unit of work: a crawl is in the
 * catalog whole or not at all.
 *
 * Statistics alone (record counts, sizes) are updated without counting as a change and without a kept version.
 */

import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../../aws-error.ts';
import type { CrawlerConfig } from './config.ts';
import type { Summary } from './crawl-record.ts';
import {
  type Column,
  DEPRECATED,
  type PartitionInput,
  STATISTICS,
  type StorageDescriptor,
  type TableInput,
  tableInput,
} from './definition.ts';
import type { TablePlan } from './group.ts';
import { tableName, tableNameWithHash } from './naming.ts';
import { deletePartitions, type Glue, writePartitions } from './write-partitions.ts';

type CatalogTable = {
  Name: string;
  PartitionKeys: Column[];
  Parameters?: Record<string, string>;
  StorageDescriptor?: StorageDescriptor;
};

export type Written = { summary: Summary; tables: string[] };

export function writeCatalog(
  glue: Glue,
  config: CrawlerConfig,
  plans: readonly TablePlan[],
  foundBefore: readonly string[],
): Written {
  const summary: Summary = {
    tablesCreated: 0,
    tablesUpdated: 0,
    tablesDeleted: 0,
    partitionsCreated: 0,
    partitionsUpdated: 0,
    partitionsDeleted: 0,
  };
  const tables: string[] = [];
  for (const plan of plans) tables.push(writeTable(glue, config, plan, tables, summary));
  const gone = foundBefore.filter((name) => !tables.includes(name));
  for (const name of gone) retire(glue, config, name, summary);
  // Under LOG a table whose files are gone stays, and stays the crawler's to retire should the policy change.
  return { summary, tables: config.deleteBehavior === 'LOG' ? [...tables, ...gone] : tables };
}

function writeTable(
  glue: Glue,
  config: CrawlerConfig,
  plan: TablePlan,
  taken: readonly string[],
  summary: Summary,
): string {
  const plain = tableName(config.tablePrefix, plan.baseName);
  let existing = taken.includes(plain) ? undefined : getTable(glue, config.database, plain);
  let name = plain;
  if (taken.includes(plain) || (existing && existing.StorageDescriptor?.Location !== plan.location)) {
    name = tableNameWithHash(plain, plan.location);
    existing = getTable(glue, config.database, name);
  }
  const wanted = tableInput(config.name, name, plan);
  const at = { DatabaseName: config.database };
  if (!existing) {
    glue('CreateTable', { ...at, TableInput: wanted });
    summary.tablesCreated += 1;
    writePartitions(glue, config, plan, wanted, [], summary);
    return name;
  }
  const partitions = existing.PartitionKeys.length > 0 ? getPartitions(glue, config.database, name) : [];
  if (config.updateBehavior === 'LOG') {
    const sameKeys = isDeepStrictEqual(existing.PartitionKeys, wanted.PartitionKeys);
    if (sameKeys) writePartitions(glue, config, plan, asInput(existing, wanted), partitions, summary);
    return name;
  }
  updateTable(glue, config, plan, existing, partitions, wanted, summary);
  return name;
}

function updateTable(
  glue: Glue,
  config: CrawlerConfig,
  plan: TablePlan,
  existing: CatalogTable,
  partitions: PartitionInput[],
  inferred: TableInput,
  summary: Summary,
): void {
  const at = { DatabaseName: config.database };
  const wanted = config.output.mergeNewColumns ? mergeColumns(existing, inferred) : inferred;
  let standing = partitions;
  if (!isDeepStrictEqual(existing.PartitionKeys, wanted.PartitionKeys) && partitions.length > 0) {
    // Partitions of other keys say nothing of this table any more.
    deletePartitions(glue, config.database, wanted.Name, partitions);
    summary.partitionsDeleted += partitions.length;
    standing = [];
  }
  const changed = !isDeepStrictEqual(definition(asInput(existing, wanted)), definition(wanted));
  if (changed || !isDeepStrictEqual(existing.Parameters, wanted.Parameters))
    glue('UpdateTable', { ...at, TableInput: wanted, SkipArchive: !changed });
  if (changed) summary.tablesUpdated += 1;
  writePartitions(glue, config, plan, wanted, standing, summary);
}

/** The table as it stands, in the shape of what the crawler would write. */
function asInput(existing: CatalogTable, wanted: TableInput): TableInput {
  return {
    ...wanted,
    PartitionKeys: existing.PartitionKeys,
    Parameters: existing.Parameters ?? {},
    StorageDescriptor: existing.StorageDescriptor ?? { ...wanted.StorageDescriptor, Columns: [] },
  };
}

/** New columns join at the end; what stands keeps its type, and parameters of others stay. */
function mergeColumns(existing: CatalogTable, inferred: TableInput): TableInput {
  const columns = existing.StorageDescriptor?.Columns ?? [];
  const known = new Set(columns.map(({ Name }) => Name));
  const Columns = [...columns, ...inferred.StorageDescriptor.Columns.filter(({ Name }) => !known.has(Name))];
  const kept = Object.entries(existing.Parameters ?? {}).filter(([key]) => key !== DEPRECATED);
  return {
    ...inferred,
    Parameters: { ...Object.fromEntries(kept), ...inferred.Parameters },
    StorageDescriptor: { ...inferred.StorageDescriptor, Columns },
  };
}

function definition<T extends { Parameters: object; StorageDescriptor: StorageDescriptor }>(input: T) {
  return {
    ...input,
    Parameters: withoutStatistics(input.Parameters),
    StorageDescriptor: {
      ...input.StorageDescriptor,
      Parameters: withoutStatistics(input.StorageDescriptor.Parameters),
    },
  };
}

function withoutStatistics(parameters: object): object {
  return Object.fromEntries(Object.entries(parameters).filter(([key]) => !STATISTICS.includes(key)));
}

/** A table of this crawler whose files are gone. */
function retire(glue: Glue, config: CrawlerConfig, name: string, summary: Summary): void {
  const at = { DatabaseName: config.database };
  if (config.deleteBehavior === 'LOG') return;
  const table = getTable(glue, config.database, name);
  if (table?.Parameters?.['UPDATED_BY_CRAWLER'] !== config.name) return;
  if (config.deleteBehavior === 'DELETE_FROM_DATABASE') {
    glue('DeleteTable', { ...at, Name: name });
    summary.tablesDeleted += 1;
    return;
  }
  glue('UpdateTable', {
    ...at,
    TableInput: { ...table, Parameters: { ...table.Parameters, [DEPRECATED]: config.name } },
  });
  summary.tablesUpdated += 1;
}

function getTable(glue: Glue, database: string, name: string): CatalogTable | undefined {
  try {
    return glue<{ Table: CatalogTable }>('GetTable', { DatabaseName: database, Name: name }).Table;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'EntityNotFoundException') return undefined;
    throw error;
  }
}

function getPartitions(glue: Glue, database: string, table: string): PartitionInput[] {
  type Answer = { Partitions: PartitionInput[]; NextToken?: string };
  const partitions: PartitionInput[] = [];
  let NextToken: string | undefined;
  do {
    const answer: Answer = glue('GetPartitions', { DatabaseName: database, TableName: table, NextToken });
    for (const each of answer.Partitions) partitions.push({ ...each, Parameters: each.Parameters ?? {} });
    NextToken = answer.NextToken;
  } while (NextToken !== undefined);
  return partitions;
}
