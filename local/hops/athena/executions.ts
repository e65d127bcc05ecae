/**
 * Query executions from QUEUED to their end. What is asked is kept in the store before its id is answered; an
 * execution that an engine's death cut off is FAILED at the next start, since a query changes nothing by halves.
 */

import type { Ports, Principal } from '../../ports.ts';
import type { WorkGroup } from './config.ts';
import { type Database, keepingDatabase } from './database.ts';
import { type Listing, runDdl } from './ddl.ts';
import { allExecutions, type Execution, type ExecutionState, executionKey } from './execution.ts';
import { createLookup } from './lookup.ts';
import { QueryError } from './query-error.ts';
import { type Results, writeResults } from './results.ts';
import { openSession, type Session } from './session.ts';
import { parseStatement, type Statement } from './statement.ts';

export type Executions = {
  start(execution: Execution, principal: Principal): void;
  /** False when it has already ended. */
  stop(id: string): boolean;
  get(id: string): Execution | undefined;
  counts(): { started: number; ended: number; failed: number; running: number; lastFailure?: string };
  close(): Promise<void>;
};

/** Athena runs 20 or more DML queries of an account at once; four keep two cores busy, and the rest are QUEUED. */
const QUERIES_AT_ONCE = 4;

export function createExecutions(
  ports: Ports,
  workGroups: readonly WorkGroup[],
  results: Results,
): Executions {
  const queue: { execution: Execution; principal: Principal }[] = [];
  /** Live executions; `interrupt` is there while DuckDB works. */
  const running = new Map<string, { cancelled: boolean; interrupt?: () => void; done: Promise<void> }>();
  let opened: Promise<Database> | undefined;
  const tally = { started: 0, ended: 0, failed: 0 };
  let lastFailure: string | undefined;
  let closing = false;

  const get = (id: string) => ports.store.get<Execution>(executionKey(id));
  const save = (execution: Execution) =>
    ports.store.transact((tx) => tx.put(executionKey(execution.id), execution));
  void failInterrupted(ports);

  /** Opened for the first query: an engine that is never asked holds no memory for it. */
  function database(): Promise<Database> {
    opened ??= keepingDatabase(ports.directory('athena/rows'), (problem, error) =>
      ports.log('warn', problem, { error: String(error) }),
    ).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  }

  function pump(): void {
    while (!closing && running.size < QUERIES_AT_ONCE) {
      const next = queue.shift();
      if (!next) return;
      const handle: { cancelled: boolean; interrupt?: () => void; done: Promise<void> } = {
        cancelled: false,
        done: Promise.resolve(),
      };
      running.set(next.execution.id, handle);
      handle.done = perform(next.execution, next.principal, handle).finally(() => {
        running.delete(next.execution.id);
        pump();
      });
    }
  }

  async function perform(
    execution: Execution,
    principal: Principal,
    handle: { cancelled: boolean; interrupt?: () => void },
  ): Promise<void> {
    const started = { ...execution, status: { state: 'RUNNING' } as const, startedAt: ports.clock.now() };
    await save(started);
    let scannedBytes = 0;
    let status: ExecutionState;
    try {
      scannedBytes = await answer(started, principal, handle);
      status = handle.cancelled ? cancelled() : { state: 'SUCCEEDED' };
    } catch (error) {
      status = handle.cancelled ? cancelled() : failure(error);
    }
    tally.ended++;
    if (status.state === 'FAILED') {
      tally.failed++;
      lastFailure = `${execution.id}: ${status.reason}`;
    }
    await save({ ...started, status, scannedBytes, endedAt: ports.clock.now() });
  }

  /** Runs the statement and writes its result; answers the bytes it read. */
  async function answer(
    execution: Execution,
    principal: Principal,
    handle: { cancelled: boolean; interrupt?: () => void },
  ): Promise<number> {
    const statement = parseStatement(execution.sql);
    if (statement.kind !== 'query' && statement.kind !== 'explain') {
      const listing = await runDdl(statement, execution.schema, ports, principal, database);
      await writeResults(results, ports, execution, principal, listed(listing));
      return 0;
    }
    const lookup = createLookup(ports, principal);
    const session = await openSession(statement.sql, execution.schema, lookup, await database());
    handle.interrupt = session.interrupt;
    try {
      checkScanned(session, execution);
      await writeResults(results, ports, execution, principal, await answered(statement, session));
      return session.scannedBytes();
    } finally {
      delete handle.interrupt;
      await session.close();
    }
  }

  function checkScanned(session: Session, { workGroup }: Execution): void {
    const limit = workGroups.find(({ name }) => name === workGroup)?.scannedBytesMax;
    if (limit !== undefined && session.scannedBytes() > limit)
      throw new QueryError('Bytes scanned limit was exceeded', 2);
  }

  function failure(error: unknown): ExecutionState {
    if (error instanceof QueryError)
      return { state: 'FAILED', reason: error.message, category: error.category };
    ports.log('error', 'a query failed in a way the engine does not know', { error: (error as Error).stack });
    return { state: 'FAILED', reason: 'GENERIC_INTERNAL_ERROR: Internal error', category: 1 };
  }

  return {
    get,
    start(execution, principal) {
      tally.started++;
      queue.push({ execution, principal });
      pump();
    },
    stop(id) {
      const handle = running.get(id);
      if (handle) {
        handle.cancelled = true;
        handle.interrupt?.();
        return true;
      }
      const waiting = queue.findIndex(({ execution }) => execution.id === id);
      const [removed] = waiting < 0 ? [] : queue.splice(waiting, 1);
      if (!removed) return false;
      void save({ ...removed.execution, status: cancelled(), endedAt: ports.clock.now() });
      return true;
    },
    counts: () => ({
      ...tally,
      running: running.size + queue.length,
      ...(lastFailure ? { lastFailure } : {}),
    }),
    async close() {
      closing = true;
      for (const handle of running.values()) handle.interrupt?.();
      await Promise.all([...running.values()].map(({ done }) => done));
      await (await opened)?.close();
    },
  };
}

function cancelled(): ExecutionState {
  return { state: 'CANCELLED', reason: 'Query cancelled by user' };
}

function failInterrupted({ store, clock }: Ports): Promise<void> {
  return store.transact((tx) => {
    for (const execution of allExecutions(tx)) {
      if (execution.status.state !== 'QUEUED' && execution.status.state !== 'RUNNING') continue;
      const status = {
        state: 'FAILED',
        reason: 'The engine stopped while the query ran; ask it again.',
        category: 1,
      };
      tx.put(executionKey(execution.id), { ...execution, status, endedAt: clock.now() });
    }
  });
}

async function answered(statement: Extract<Statement, { kind: 'query' | 'explain' }>, session: Session) {
  if (statement.kind === 'query') return { columns: await session.columns(), batches: session.rows() };
  return listed({ column: 'Query Plan', values: (await session.plan()).split('\n') });
}

function listed({ column, values }: Listing) {
  async function* batches(): AsyncGenerator<(string | null)[][]> {
    yield values.map((value) => [value]);
  }
  return { columns: [{ name: column, duckType: 'VARCHAR' }], batches: batches() };
}
