/**
 * The athena hop: SQL over the lake, through the catalog.
 *
 *     crawler → catalog → [athena] ← whoever asks
 *
 * DuckDB answers; Trino's names and rules are put over it in `trino.ts`, `rewrite.ts` and `external-table.ts`. It
 * creates no tables: those come from the crawler. Prepared statements, INSERT, CTAS and UNLOAD are refused.
 */

import type { Part } from '../../ports.ts';
import { type WorkGroup, workGroupKind } from './config.ts';
import { createExecutions } from './executions.ts';
import { getQueryResults } from './get-query-results.ts';
import type { Athena } from './input.ts';
import { metadataOperations } from './metadata.ts';
import { queryExecutionOperations } from './query-executions.ts';
import { createResults } from './results.ts';
import { startQueryExecution } from './start-query-execution.ts';

const OWNED = [
  'CreateWorkGroup',
  'UpdateWorkGroup',
  'DeleteWorkGroup',
  'CreateDataCatalog',
  'DeleteDataCatalog',
];

export const athena: Part = {
  name: 'athena',
  kinds: [workGroupKind],
  open(stack, ports) {
    const workGroups = withPrimary(stack.all(workGroupKind));
    const results = createResults(ports.directory('athena'));
    const executions = createExecutions(ports, workGroups, results);
    const room: Athena = { ports, workGroups, executions, results };
    return {
      operations: [
        startQueryExecution(room),
        ...queryExecutionOperations(room),
        getQueryResults(room),
        ...metadataOperations(room),
      ],
      refusals: OWNED.map((name) => ({
        service: 'athena',
        name,
        sentence: `${name}: the stack owns workgroups and catalogs; change stacks/hops/athena.ts and start again.`,
      })),
      status() {
        const { started, ended, failed, running, lastFailure } = executions.counts();
        return {
          in: started,
          out: ended - failed,
          waiting: running,
          failed,
          ...(lastFailure ? { lastFailure } : {}),
        };
      },
      close: () => executions.close(),
    };
  },
};

/**
 * Every account has a workgroup named `primary`, and tools use it when none is named. AWS gives it no result location;
 * here it has that of the stack's first workgroup, so that a tool works without one.
 */
function withPrimary(workGroups: WorkGroup[]): WorkGroup[] {
  if (workGroups.some(({ name }) => name === 'primary')) return workGroups;
  const outputLocation = workGroups[0]?.outputLocation;
  const primary = {
    name: 'primary',
    description: '',
    enabled: true,
    enforced: false,
    scannedBytesMax: undefined,
  };
  return [...workGroups, { ...primary, outputLocation }];
}
