/** One query execution as the store keeps it, and where it is kept. */

import type { Read } from '../../store/store.ts';

export type ExecutionState =
  | { state: 'QUEUED' }
  | { state: 'RUNNING' }
  | { state: 'SUCCEEDED' }
  | { state: 'FAILED'; reason: string; category: 1 | 2 | 3 }
  | { state: 'CANCELLED'; reason: string };

export type Execution = {
  id: string;
  sql: string;
  statementType: 'DDL' | 'DML' | 'UTILITY';
  workGroup: string;
  schema: string;
  outputLocation: string;
  status: ExecutionState;
  submittedAt: number;
  startedAt?: number;
  endedAt?: number;
  scannedBytes: number;
};

export const executionKey = (id: string) => ['athena-execution', id] as const;

/** Newest last. */
export function allExecutions(read: Read): Execution[] {
  return read
    .range<Execution>({ from: ['athena-execution'], to: ['athena-execution', '\uffff'] })
    .map(({ value }) => value)
    .sort((a, b) => a.submittedAt - b.submittedAt);
}
