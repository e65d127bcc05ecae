/**
 * The DuckDB that answers, with Trino's functions in it, and the place that a query has there: a connection, and a
 * catalog of its own in memory for the tables and views that the query reads. No query names another's: what a query
 * names is looked up in Glue's catalog and put into its own (`session.ts`).
 */

import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { MACROS, SETTINGS } from './trino.ts';

/** What DuckDB may hold in memory, all queries together; what is more goes to its directory for that. */
const MEMORY_MAX = '2GB';
const THREADS = '2';
/** Of its log: a checkpoint puts whole tables in order, which the default of 16 MB has it do for every few objects. */
const CHECKPOINT_AFTER = '512MB';

/** The attached database in which the lake's rows are kept, as SQL names it. */
export const KEPT = 'kept';

export type Place = { connection: DuckDBConnection; catalog: string; close(): Promise<void> };

export type DuckDb = {
  connect(): Promise<DuckDBConnection>;
  /** For one query; `close` forgets all that it defined. */
  place(): Promise<Place>;
  close(): void;
};

/** Without a directory, what does not fit into memory fails. */
export async function openDuckDb(spillDirectory: string | undefined): Promise<DuckDb> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: THREADS,
    memory_limit: MEMORY_MAX,
    temp_directory: spillDirectory ?? '',
    checkpoint_threshold: CHECKPOINT_AFTER,
  });
  const first = await instance.connect();
  for (const statement of MACROS) await first.run(statement);
  let places = 0;

  async function connect(): Promise<DuckDBConnection> {
    const connection = await instance.connect();
    for (const statement of SETTINGS) await connection.run(statement);
    return connection;
  }

  return {
    connect,
    async place() {
      const connection = await connect();
      const catalog = `query_${++places}`;
      await connection.run(`ATTACH ':memory:' AS ${catalog}`);
      return {
        connection,
        catalog,
        async close() {
          // It was begun for the query and ends with it, failed or not.
          await connection.run('ROLLBACK').catch(() => undefined);
          await connection.run(`DETACH ${catalog}`);
          connection.closeSync();
        },
      };
    },
    close() {
      first.closeSync();
      instance.closeSync();
    },
  };
}

/** All of it or nothing. */
export async function inTransaction(connection: DuckDBConnection, work: () => Promise<void>): Promise<void> {
  await connection.run('BEGIN');
  try {
    await work();
    await connection.run('COMMIT');
  } catch (error) {
    // After a failed COMMIT there is nothing left to roll back.
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
