/**
 * Lake rows in, a view's rows out: the views on DuckDB, through the same rewriting that the engine's Athena does.
 * `lake` holds rows as the crawler would show them; whoever tests a view says what its rows are.
 */

import { DuckDBInstance } from '@duckdb/node-api';
import { inOrder } from '../lambdas/publish-views/dependencies.ts';
import { CATALOG, readTree, rewriteTree, writeTree } from '../local/hops/athena/rewrite.ts';
import { MACROS, SETTINGS } from '../local/hops/athena/trino.ts';
import type { LakeRow } from '../schemas/lake-row.gen.ts';
import { readViews } from '../scripts/views/read-views.ts';

/** A row that something else put into the lake lacks even the change. */
export type AnyRow = { [column in keyof LakeRow]: LakeRow[column] | null } & {
  /** Trino's hidden column: when the row's file was written; not given, it is never late. */
  $file_modified_time?: string;
};

export type Lake = {
  /** Rows as objects of text, null, and numbers where they are exact. */
  ask(sql: string): Promise<Record<string, unknown>[]>;
  /** `name type` of each column, in DuckDB's words. */
  columns(view: string): Promise<string[]>;
};

/** The column types that a crawler gives the lake's rows, unless a test says otherwise. */
const COLUMNS = {
  orderid: 'VARCHAR',
  product_name: 'VARCHAR',
  quantity: 'INTEGER',
  price: 'DOUBLE',
  category: 'VARCHAR',
  customer_id: 'VARCHAR',
  status: 'VARCHAR',
  created_at: 'VARCHAR',
  currency: 'VARCHAR',
  region: 'VARCHAR',
  deal_id: 'VARCHAR',
  channel: 'VARCHAR',
  event_id: 'VARCHAR',
  event_name: 'VARCHAR',
  changed_at: 'VARCHAR',
  sequence_number: 'VARCHAR',
  // Trino's hidden column: when the file of the row was written.
  $file_modified_time: 'TIMESTAMP',
};

const SCHEMA = 'sales';

export async function lake(
  rows: readonly Partial<AnyRow>[],
  types: Partial<typeof COLUMNS> = {},
): Promise<Lake> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const read = async (sql: string, values: string[] = []) =>
    (await connection.runAndReadAll(sql, values)).getRowObjectsJson();

  async function rewritten(sql: string): Promise<string> {
    const [row] = await read('SELECT json_serialize_sql($1::VARCHAR) AS tree', [sql]);
    const tree = readTree(String(row?.['tree']));
    rewriteTree(tree, SCHEMA);
    const [answer] = await read('SELECT json_deserialize_sql($1::JSON) AS sql', [writeTree(tree)]);
    return String(answer?.['sql']);
  }

  for (const statement of [...SETTINGS, ...MACROS, `ATTACH ':memory:' AS ${CATALOG}`])
    await connection.run(statement);
  await connection.run(`CREATE SCHEMA ${CATALOG}.${SCHEMA}`);
  const columns = { ...COLUMNS, ...types };
  await connection.run(
    `CREATE TABLE ${CATALOG}.${SCHEMA}.projection_orders AS
     SELECT unnest(from_json($1, $2), recursive := true)`,
    [JSON.stringify(rows), JSON.stringify([columns])],
  );
  for (const { name, sql } of inOrder(await readViews(), 'projection_orders'))
    await connection.run(`CREATE VIEW ${CATALOG}.${SCHEMA}.${name} AS ${await rewritten(sql)}`);
  return {
    ask: async (sql) => read(await rewritten(sql)),
    columns: async (view) =>
      (await read(`DESCRIBE ${CATALOG}.${SCHEMA}.${view}`)).map(
        ({ column_name, column_type }) => `${column_name} ${column_type}`,
      ),
  };
}

let lastChange = 0;

/** A change of an order with the four original fields, each with an event id and a sequence number after the last. */
export function change(fields: Partial<AnyRow> = {}): AnyRow {
  lastChange++;
  return {
    orderid: 'o-1',
    product_name: 'Headphones',
    quantity: 1,
    price: 10,
    category: null,
    customer_id: null,
    status: null,
    created_at: null,
    currency: null,
    region: null,
    deal_id: null,
    channel: null,
    event_id: `event-${lastChange}`,
    event_name: 'INSERT',
    changed_at: '2026-07-08T09:30:00.000Z',
    sequence_number: String(400000000000000000000n + BigInt(lastChange)),
    ...fields,
  };
}
