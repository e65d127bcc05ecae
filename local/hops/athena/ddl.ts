/** The statements beside SELECT, by what each answers. They read and write the Glue catalog as their caller. */

import { AwsError } from '../../aws-error.ts';
import type { Ports, Principal } from '../../ports.ts';
import type { Database } from './database.ts';
import type { GlueTable } from './external-table.ts';
import { createLookup } from './lookup.ts';
import { QueryError } from './query-error.ts';
import { CATALOG } from './rewrite.ts';
import { openSession } from './session.ts';
import type { Name, Statement } from './statement.ts';
import { decodeView, viewInput } from './view-text.ts';

export type Listing = { column: string; values: string[] };
type Ddl = Exclude<Statement, { kind: 'query' | 'explain' }>;

/** Throws a QueryError in Athena's words. */
export async function runDdl(
  statement: Ddl,
  schema: string,
  ports: Ports,
  principal: Principal,
  database: () => Promise<Database>,
): Promise<Listing> {
  const glue = <O>(operation: string, input: object): Promise<O> =>
    ports.call<O>(principal, 'glue', operation, input);
  const lookup = createLookup(ports, principal);

  async function tableOf(name: Name): Promise<GlueTable> {
    const table = await lookup.table(name.schema ?? schema, name.name);
    if (table) return table;
    throw new QueryError(
      `TABLE_NOT_FOUND: Table '${CATALOG}.${name.schema ?? schema}.${name.name}' does not exist`,
    );
  }

  async function viewOf(name: Name) {
    const table = await tableOf(name);
    const view = table.TableType === 'VIRTUAL_VIEW' ? decodeView(table.ViewOriginalText) : undefined;
    if (view) return view;
    throw new QueryError(`NOT_SUPPORTED: '${table.DatabaseName}.${table.Name}' is a table, not a view`);
  }

  async function createView(statement: Extract<Ddl, { kind: 'create-view' }>): Promise<void> {
    const target = { DatabaseName: statement.view.schema ?? schema, Name: statement.view.name };
    const existing = await lookup.table(target.DatabaseName, target.Name);
    if (existing && existing.TableType !== 'VIRTUAL_VIEW')
      throw new QueryError(
        `TABLE_ALREADY_EXISTS: '${target.DatabaseName}.${target.Name}' is a table, not a view`,
      );
    if (existing && !statement.replace)
      throw new QueryError(
        `ALREADY_EXISTS: View already exists: '${CATALOG}.${target.DatabaseName}.${target.Name}'`,
      );
    // A view is analysed by its tables' columns alone: neither partitions nor files are read, as in Athena.
    const noRows = async () => ({ rows: [], release() {} });
    const columnsOnly = { ...lookup, files: async () => [] };
    const session = await openSession(statement.sql, schema, columnsOnly, {
      ...(await database()),
      rows: noRows,
    });
    try {
      const columns = await session.columns();
      const unnamed = columns.findIndex(({ name }) => /^_col\d+$/.test(name));
      if (unnamed >= 0)
        throw new QueryError(`line 1:1: Column name not specified at position ${unnamed + 1}`);
      const TableInput = viewInput(target.Name, schema, statement.sql, columns);
      await glue(existing ? 'UpdateTable' : 'CreateTable', { DatabaseName: target.DatabaseName, TableInput });
    } finally {
      await session.close();
    }
  }

  async function dropView({ view, ifExists }: Extract<Ddl, { kind: 'drop-view' }>): Promise<void> {
    if (ifExists && !(await lookup.table(view.schema ?? schema, view.name))) return;
    await viewOf(view);
    await glue('DeleteTable', { DatabaseName: view.schema ?? schema, Name: view.name });
  }

  async function tables(inSchema: string, pattern: string | undefined): Promise<GlueTable[]> {
    // SHOW's patterns know `*` and `|`; in Glue's regular expressions that is `.*` and `|`.
    const Expression = pattern?.replace(/[.+?^${}()[\]\\]/g, '\\$&').replaceAll('*', '.*');
    const all: GlueTable[] = [];
    let NextToken: string | undefined;
    do {
      const page = await glue<{ TableList: GlueTable[]; NextToken?: string }>('GetTables', {
        DatabaseName: inSchema,
        ...(Expression ? { Expression } : {}),
        ...(NextToken ? { NextToken } : {}),
      });
      all.push(...page.TableList);
      NextToken = page.NextToken;
    } while (NextToken);
    return all;
  }

  async function partitionsOf(name: Name): Promise<string[]> {
    const table = await tableOf(name);
    const keys = (table.PartitionKeys ?? []).map(({ Name }) => Name);
    if (keys.length === 0)
      throw new QueryError(
        `FAILED: Execution Error: Table ${table.DatabaseName}.${table.Name} is not a partitioned table`,
      );
    const lines: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await glue<{ Partitions: { Values: string[] }[]; NextToken?: string }>('GetPartitions', {
        DatabaseName: table.DatabaseName,
        TableName: table.Name,
        ...(NextToken ? { NextToken } : {}),
      });
      lines.push(
        ...page.Partitions.map(({ Values }) => keys.map((key, index) => `${key}=${Values[index]}`).join('/')),
      );
      NextToken = page.NextToken;
    } while (NextToken);
    return lines.sort();
  }

  async function perform(): Promise<Listing> {
    switch (statement.kind) {
      case 'create-view':
        await createView(statement);
        return { column: 'result', values: [] };
      case 'drop-view':
        await dropView(statement);
        return { column: 'result', values: [] };
      case 'show-create-view': {
        const view = await viewOf(statement.view);
        const name = `"${statement.view.schema ?? schema}"."${statement.view.name}"`;
        return { column: 'Create View', values: `CREATE VIEW ${name} AS \n${view.originalSql}`.split('\n') };
      }
      case 'show-tables':
      case 'show-views': {
        const all = await tables(statement.schema ?? schema, statement.pattern);
        const views = statement.kind === 'show-views';
        const shown = all.filter(({ TableType }) => !views || TableType === 'VIRTUAL_VIEW');
        return { column: views ? 'views' : 'tab_name', values: shown.map(({ Name }) => Name) };
      }
      case 'show-databases': {
        const { DatabaseList } = await glue<{ DatabaseList: { Name: string }[] }>('GetDatabases', {});
        return { column: 'database_name', values: DatabaseList.map(({ Name }) => Name) };
      }
      case 'show-partitions':
        return { column: 'partition', values: await partitionsOf(statement.table) };
      case 'show-columns': {
        const table = await tableOf(statement.table);
        return { column: 'field', values: allColumns(table).map(({ Name }) => Name.padEnd(20)) };
      }
      case 'describe':
        return { column: 'col_name', values: describeLines(await tableOf(statement.table)) };
    }
  }

  try {
    return await perform();
  } catch (error) {
    if (error instanceof AwsError) throw new QueryError(`${error.code}: ${error.message}`);
    throw error;
  }
}

function allColumns(table: GlueTable) {
  return [...(table.StorageDescriptor?.Columns ?? []), ...(table.PartitionKeys ?? [])];
}

/** Hive's layout, tabs and all, with the partition columns repeated below as it does. */
function describeLines(table: GlueTable): string[] {
  const line = ({ Name, Type }: { Name: string; Type?: string }) =>
    `${Name.padEnd(20)}\t${(Type ?? '').padEnd(20)}\t${' '.repeat(20)}`;
  const lines = allColumns(table).map(line);
  const partitions = table.PartitionKeys ?? [];
  if (partitions.length === 0) return lines;
  return [
    ...lines,
    '\t \t ',
    '# Partition Information\t \t ',
    '# col_name            \tdata_type           \tcomment             ',
    '\t \t ',
    ...partitions.map(line),
  ];
}
