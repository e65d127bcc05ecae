/** GetQueryExecution, BatchGetQueryExecution, ListQueryExecutions and StopQueryExecution: what became of queries. */

import { effect } from '../../operation.ts';
import type { Operation } from '../../ports.ts';
import { list, numberOf, structure, text } from '../../shape.ts';
import { allExecutions, type Execution } from './execution.ts';
import { type Athena, invalid, needed, parserOf, workGroupArn, workGroupNamed } from './input.ts';

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_ListQueryExecutions.html */
const EXECUTIONS_PER_PAGE_MAX = 50;

const readId = parserOf(structure({ QueryExecutionId: needed }));

export function queryExecutionOperations(athena: Athena): Operation[] {
  const byId = (name: string, run: (execution: Execution) => unknown): Operation =>
    effect({
      service: 'athena',
      name,
      parse: (raw) => executionOf(athena, readId(raw).QueryExecutionId),
      permissions: ({ workGroup }) => [
        { action: `athena:${name}`, resource: workGroupArn(athena, workGroup) },
      ],
      run: async (execution) => run(execution),
    });
  return [
    byId('GetQueryExecution', (execution) => ({ QueryExecution: shown(athena, execution) })),
    byId('StopQueryExecution', ({ id }) => {
      athena.executions.stop(id);
      return {};
    }),
    batchGet(athena),
    listQueryExecutions(athena),
  ];
}

export function executionOf({ executions }: Athena, id: string): Execution {
  const execution = executions.get(id);
  if (execution) return execution;
  throw invalid(`QueryExecution ${id} was not found`);
}

const readIds = parserOf(structure({ QueryExecutionIds: list(text, 1, EXECUTIONS_PER_PAGE_MAX) }));

function batchGet(athena: Athena): Operation {
  return effect({
    service: 'athena',
    name: 'BatchGetQueryExecution',
    parse: (raw) => readIds(raw).QueryExecutionIds,
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
  });
}

const readPage = parserOf(
  structure({}, { WorkGroup: text, MaxResults: numberOf(1, EXECUTIONS_PER_PAGE_MAX), NextToken: text }),
);

function listQueryExecutions(athena: Athena): Operation {
  return effect({
    service: 'athena',
    name: 'ListQueryExecutions',
    parse(raw) {
      const { WorkGroup = 'primary', MaxResults = EXECUTIONS_PER_PAGE_MAX, NextToken } = readPage(raw);
      return { workGroup: WorkGroup, limit: MaxResults, after: NextToken };
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
  });
}

function shown({ ports }: Athena, execution: Execution): Record<string, unknown> {
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
