/** GetQueryExecution, BatchGetQueryExecution, ListQueryExecutions and StopQueryExecution: what became of queries. */

import type { Operation } from '../../ports.ts';
import { allExecutions, type Execution } from './execution.ts';
import {
  type Athena,
  invalid,
  type Json,
  optionalText,
  pageSize,
  record,
  requiredText,
  workGroupArn,
  workGroupNamed,
} from './input.ts';

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_ListQueryExecutions.html */
const EXECUTIONS_PER_PAGE_MAX = 50;

export function queryExecutionOperations(athena: Athena): Operation[] {
  const byId = (name: string, run: (execution: Execution) => unknown): Operation => {
    const operation: Operation<Execution> = {
      kind: 'effect',
      service: 'athena',
      name,
      parse: (raw) => executionOf(athena, requiredText(record(raw), 'QueryExecutionId')),
      permissions: ({ workGroup }) => [
        { action: `athena:${name}`, resource: workGroupArn(athena, workGroup) },
      ],
      run: async (execution) => run(execution),
    };
    return operation as unknown as Operation;
  };
  return [
    byId('GetQueryExecution', (execution) => ({ QueryExecution: shown(athena, execution) })),
    byId('StopQueryExecution', ({ id }) => {
      athena.executions.stop(id);
      return {};
    }),
    batchGet(athena),
    list(athena),
  ];
}

export function executionOf({ executions }: Athena, id: string): Execution {
  const execution = executions.get(id);
  if (execution) return execution;
  throw invalid(`QueryExecution ${id} was not found`);
}

function batchGet(athena: Athena): Operation {
  const operation: Operation<string[]> = {
    kind: 'effect',
    service: 'athena',
    name: 'BatchGetQueryExecution',
    parse(raw) {
      const ids = record(raw)['QueryExecutionIds'];
      if (!Array.isArray(ids) || ids.length < 1 || ids.length > EXECUTIONS_PER_PAGE_MAX)
        throw invalid(`QueryExecutionIds must hold 1 to ${EXECUTIONS_PER_PAGE_MAX} ids.`);
      return ids.map(String);
    },
    permissions: (ids) =>
      [...new Set(ids.flatMap((id) => athena.executions.get(id)?.workGroup ?? []))].map((name) => ({
        action: 'athena:BatchGetQueryExecution',
        resource: workGroupArn(athena, name),
      })),
    async run(ids) {
      const found = ids.flatMap((id) => athena.executions.get(id) ?? []);
      const missing = ids.filter((id) => !athena.executions.get(id));
      return {
        QueryExecutions: found.map((execution) => shown(athena, execution)),
        UnprocessedQueryExecutionIds: missing.map((QueryExecutionId) => ({
          QueryExecutionId,
          ErrorCode: 'InvalidRequestException',
          ErrorMessage: `QueryExecution ${QueryExecutionId} was not found`,
        })),
      };
    },
  };
  return operation as unknown as Operation;
}

function list(athena: Athena): Operation {
  const operation: Operation<{ workGroup: string; limit: number; after: string | undefined }> = {
    kind: 'effect',
    service: 'athena',
    name: 'ListQueryExecutions',
    parse(raw) {
      const input = record(raw);
      return {
        workGroup: optionalText(input, 'WorkGroup') ?? 'primary',
        limit: pageSize(input, EXECUTIONS_PER_PAGE_MAX),
        after: optionalText(input, 'NextToken'),
      };
    },
    permissions: ({ workGroup }) => [
      { action: 'athena:ListQueryExecutions', resource: workGroupArn(athena, workGroup) },
    ],
    async run({ workGroup, limit, after }) {
      workGroupNamed(athena, workGroup);
      const newestFirst = allExecutions(athena.ports.store)
        .filter((execution) => execution.workGroup === workGroup)
        .reverse();
      const from = after === undefined ? 0 : newestFirst.findIndex(({ id }) => id === after) + 1;
      if (after !== undefined && from === 0) throw invalid('The NextToken is not valid.');
      const page = newestFirst.slice(from, from + limit);
      const more = from + limit < newestFirst.length ? { NextToken: page.at(-1)?.id } : {};
      return { QueryExecutionIds: page.map(({ id }) => id), ...more };
    },
  };
  return operation as unknown as Operation;
}

function shown({ ports }: Athena, execution: Execution): Json {
  const { status, submittedAt, startedAt, endedAt } = execution;
  const until = endedAt ?? ports.clock.now();
  const failed = status.state === 'FAILED' ? status : undefined;
  return {
    QueryExecutionId: execution.id,
    Query: execution.sql,
    StatementType: execution.statementType,
    ResultConfiguration: { OutputLocation: execution.outputLocation },
    ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: false } },
    QueryExecutionContext: { Database: execution.schema, Catalog: 'awsdatacatalog' },
    Status: {
      State: status.state,
      ...('reason' in status ? { StateChangeReason: status.reason } : {}),
      SubmissionDateTime: new Date(submittedAt),
      ...(endedAt === undefined ? {} : { CompletionDateTime: new Date(endedAt) }),
      ...(failed
        ? {
            AthenaError: {
              ErrorCategory: failed.category,
              ErrorType: 1006,
              Retryable: false,
              ErrorMessage: failed.reason,
            },
          }
        : {}),
    },
    Statistics: {
      DataScannedInBytes: execution.scannedBytes,
      EngineExecutionTimeInMillis: startedAt === undefined ? 0 : until - startedAt,
      QueryQueueTimeInMillis: (startedAt ?? until) - submittedAt,
      TotalExecutionTimeInMillis: until - submittedAt,
      ResultReuseInformation: { ReusedPreviousResult: false },
    },
    WorkGroup: execution.workGroup,
    EngineVersion: { SelectedEngineVersion: 'AUTO', EffectiveEngineVersion: 'Athena engine version 3' },
    SubstatementType:
      execution.statementType === 'DML'
        ? 'SELECT'
        : (execution.sql.trim().split(/\s+/)[0] ?? '').toUpperCase(),
  };
}
