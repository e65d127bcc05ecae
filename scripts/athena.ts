/**
 * Asks Athena, on AWS or on the laptop alike: starts a query, waits for it, and reads all pages of its answer.
 * Used by every script that looks at the views. It speaks the AWS API only.
 */

import { setTimeout as pause } from 'node:timers/promises';
import {
  type AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';

export type Question = { sql: string; workGroup: string; database: string };
export type Answer = {
  columns: { name: string; type: string }[];
  /** Athena's API answers text for every type; null is SQL's NULL. */
  rows: (string | null)[][];
  scannedBytes: number;
  milliseconds: number;
};

/** The query ended in FAILED or CANCELLED; `message` is Athena's own sentence. */
export class QueryFailed extends Error {
  readonly nextStep: string;
  constructor(reason: string, queryExecutionId: string) {
    super(`Athena: ${reason}`);
    this.nextStep = `Correct the SQL; the execution is ${queryExecutionId}.`;
  }
}

const FIRST_POLL_MS = 20;
const POLL_MS_MAX = 1_000;

/** Throws QueryFailed with Athena's sentence; `signal` cancels the query on Athena too. */
export async function ask(client: AthenaClient, question: Question, signal?: AbortSignal): Promise<Answer> {
  const started = await client.send(
    new StartQueryExecutionCommand({
      QueryString: question.sql,
      WorkGroup: question.workGroup,
      QueryExecutionContext: { Database: question.database },
    }),
  );
  const id = started.QueryExecutionId as string;
  const execution = await finished(client, id, signal);
  if (execution.Status?.State !== 'SUCCEEDED')
    throw new QueryFailed(
      execution.Status?.StateChangeReason ?? `the query was ${execution.Status?.State}`,
      id,
    );
  return {
    ...(await readPages(client, id, execution.StatementType === 'DML')),
    scannedBytes: execution.Statistics?.DataScannedInBytes ?? 0,
    milliseconds: execution.Statistics?.TotalExecutionTimeInMillis ?? 0,
  };
}

async function finished(client: AthenaClient, id: string, signal?: AbortSignal): Promise<QueryExecution> {
  for (let wait = FIRST_POLL_MS; ; wait = Math.min(POLL_MS_MAX, wait * 1.5)) {
    const { QueryExecution: execution } = await client.send(
      new GetQueryExecutionCommand({ QueryExecutionId: id }),
    );
    const state = execution?.Status?.State;
    if (execution && (state === 'SUCCEEDED' || state === 'FAILED' || state === 'CANCELLED')) return execution;
    if (signal?.aborted) await client.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
    await pause(wait);
  }
}

/** Athena repeats the column names as the first row of a SELECT's first page, and of no other statement's. */
async function readPages(
  client: AthenaClient,
  id: string,
  headed: boolean,
): Promise<Pick<Answer, 'columns' | 'rows'>> {
  const rows: Answer['rows'] = [];
  let columns: Answer['columns'] = [];
  let token: string | undefined;
  do {
    const page = await client.send(
      new GetQueryResultsCommand({ QueryExecutionId: id, ...(token ? { NextToken: token } : {}) }),
    );
    const info = page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? [];
    columns = info.map(({ Name, Type, Precision, Scale }) => ({
      name: Name ?? '',
      type: Type === 'decimal' ? `decimal(${Precision},${Scale})` : (Type ?? ''),
    }));
    const values = (page.ResultSet?.Rows ?? []).map(({ Data }) =>
      (Data ?? []).map((each) => each.VarCharValue ?? null),
    );
    rows.push(...(headed && !token ? values.slice(1) : values));
    token = page.NextToken;
  } while (token);
  return { columns, rows };
}
