/**
 * An Athena and a Glue catalog in memory, as far as publishing needs them, for its tests. Athena formats the SQL of
 * a view before it stores it, as the real one does, so that nothing can rely on finding its own text again.
 */

import type { AthenaClient } from '@aws-sdk/client-athena';
import type { GlueClient, Table } from '@aws-sdk/client-glue';
import type { LogLine } from './publish.ts';

type Command = { constructor: { name: string }; input: Record<string, unknown> };
type Tables = Map<string, Table>;
type Execution = { name: string; sql: string; looks: number };

export type FakeCloud = ReturnType<typeof fakeCloud>;

export function fakeCloud() {
  const tables: Tables = new Map();
  const executions: Execution[] = [];
  const refusals = new Map<string, string>();
  const log: LogLine[] = [];
  return {
    tables,
    executions,
    log,
    /** Views that Athena refuses, and its words. */
    refusals,
    createView: (name: string, sql: string) => createView(tables, name, sql),
    /** `columns` as `a int, b string`. */
    createTable(name: string, columns: string): void {
      const StorageDescriptor = { Columns: parsed(columns) };
      tables.set(name, { Name: name, TableType: 'EXTERNAL_TABLE', StorageDescriptor });
    },
    alter(name: string, changes: Partial<Table>): void {
      tables.set(name, { ...tables.get(name), Name: name, ...changes });
    },
    means: {
      athena: fakeAthena(tables, executions, refusals) as unknown as AthenaClient,
      glue: fakeGlue(tables) as unknown as GlueClient,
      pause: async () => {},
      log: (line: LogLine) => void log.push(line),
    },
  };
}

function fakeAthena(tables: Tables, executions: Execution[], refusals: ReadonlyMap<string, string>) {
  return {
    async send(command: Command): Promise<unknown> {
      if (command.constructor.name === 'StartQueryExecutionCommand') {
        const statement = String(command.input['QueryString']);
        const [, name = '', sql = statement] =
          /^CREATE OR REPLACE VIEW (\w+) AS\n([\s\S]*)$/.exec(statement) ?? [];
        executions.push({ name, sql, looks: 0 });
        return { QueryExecutionId: String(executions.length - 1) };
      }
      const execution = executions[Number(command.input['QueryExecutionId'])];
      if (!execution) throw new Error('no such execution');
      if (execution.looks++ === 0) return { QueryExecution: { Status: { State: 'RUNNING' } } };
      const refusal = refusals.get(execution.name);
      if (refusal) return { QueryExecution: { Status: { State: 'FAILED', StateChangeReason: refusal } } };
      const [, dropped] = /^DROP VIEW IF EXISTS (\w+)$/.exec(execution.sql) ?? [];
      if (dropped) tables.delete(dropped);
      else createView(tables, execution.name, execution.sql);
      return { QueryExecution: { Status: { State: 'SUCCEEDED' } } };
    },
  };
}

function fakeGlue(tables: Tables) {
  return {
    async send(command: Command): Promise<unknown> {
      const { input } = command;
      switch (command.constructor.name) {
        case 'GetTablesCommand':
          return onePage(tables, Number(input['NextToken'] ?? 0));
        case 'GetTableCommand':
          return { Table: structuredClone(tables.get(String(input['Name']))) };
        default: {
          const update = input['TableInput'] as Table;
          const version = tables.get(update.Name ?? '')?.VersionId;
          if (version !== input['VersionId']) throw new Error('ConcurrentModificationException');
          tables.set(update.Name ?? '', { ...update, VersionId: String(Number(version) + 1) });
          return {};
        }
      }
    },
  };
}

/** One table a page: whoever reads the first page alone is found out. */
function onePage(tables: Tables, at: number): { TableList: Table[]; NextToken?: string } {
  const TableList = structuredClone([...tables.values()].slice(at, at + 1));
  return { TableList, ...(at + 1 < tables.size ? { NextToken: String(at + 1) } : {}) };
}

function createView(tables: Tables, name: string, sql: string): void {
  const originalSql = sql.replace(/--.*/g, '').replace(/\s+/g, ' ').trim().toUpperCase();
  tables.set(name, {
    Name: name,
    TableType: 'VIRTUAL_VIEW',
    ViewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify({ originalSql })).toString('base64')} */`,
    Parameters: { presto_view: 'true', comment: 'Presto View' },
    // What a test's view gives stands in its SQL: `-- gives a int, b string`.
    StorageDescriptor: { Columns: parsed(/-- gives (.*)/.exec(sql)?.[1] ?? 'a int') },
    VersionId: String(Number(tables.get(name)?.VersionId ?? 0) + 1),
  });
}

function parsed(columns: string) {
  return columns.split(', ').map((column) => {
    const [Name, Type] = column.split(' ');
    return { Name, Type };
  });
}
