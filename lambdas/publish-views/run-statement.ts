/** Runs one statement in Athena and waits for its end: `publish -> [run-statement] -> athena`. It reads no results. */

import {
  type AthenaClient,
  GetQueryExecutionCommand,
  type QueryExecutionStatus,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';

export type Pause = (milliseconds: number) => Promise<void>;

/** A view is made in half a second; the first looks come soon, later ones leave the API's quota alone. */
const FIRST_POLL_MS = 50;
const POLL_MS_MAX = 2_000;
const POLL_GROWTH = 1.5;

/** Throws Athena's own sentence when the statement fails. */
export async function runStatement(
  athena: AthenaClient,
  pause: Pause,
  { sql, workGroup, database }: { sql: string; workGroup: string; database: string },
): Promise<void> {
  const { QueryExecutionId: id } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      WorkGroup: workGroup,
      QueryExecutionContext: { Database: database },
    }),
  );
  for (let wait = FIRST_POLL_MS; ; wait = Math.min(POLL_MS_MAX, wait * POLL_GROWTH)) {
    const { QueryExecution: execution } = await athena.send(
      new GetQueryExecutionCommand({ QueryExecutionId: id }),
    );
    if (ended(execution?.Status)) return;
    await pause(wait);
  }
}

function ended(status: QueryExecutionStatus | undefined): boolean {
  switch (status?.State) {
    case 'SUCCEEDED':
      return true;
    case 'FAILED':
    case 'CANCELLED':
      throw new Error(status.StateChangeReason ?? `Athena says ${status.State} and no more.`);
    default:
      return false;
  }
}
