/** GetQueryResults: a finished query's rows, a page at a time, the column names as the first row of a SELECT's. */

import { effect } from '../../operation.ts';
import type { Operation } from '../../ports.ts';
import { numberOf, structure, text } from '../../shape.ts';
import type { Execution } from './execution.ts';
import { type Athena, invalid, needed, parserOf, workGroupArn } from './input.ts';
import { executionOf } from './query-executions.ts';
import type { Row } from './results.ts';
import { athenaType } from './trino.ts';
import type { ResultColumn } from './values.ts';

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html */
const ROWS_PER_PAGE_MAX = 1000;

type Input = { execution: Execution; from: number; limit: number };

const read = parserOf(
  structure({ QueryExecutionId: needed }, { MaxResults: numberOf(1, ROWS_PER_PAGE_MAX), NextToken: text }),
);

export function getQueryResults(athena: Athena): Operation {
  return effect({
    service: 'athena',
    name: 'GetQueryResults',
    parse(raw): Input {
      const { QueryExecutionId, MaxResults = ROWS_PER_PAGE_MAX, NextToken } = read(raw);
      return {
        execution: executionOf(athena, QueryExecutionId),
        limit: MaxResults,
        from: readToken(NextToken),
      };
    },
    permissions: ({ execution: { workGroup, outputLocation } }) => [
      { action: 'athena:GetQueryResults', resource: workGroupArn(athena, workGroup) },
      { action: 's3:GetObject', resource: `arn:aws:s3:::${outputLocation.slice('s3://'.length)}` },
    ],
    run: (input) => page(athena, input),
  });
}

async function page(athena: Athena, { execution, from, limit }: Input): Promise<unknown> {
  const { state } = execution.status;
  if (state === 'FAILED' || state === 'CANCELLED')
    throw invalid(`Query did not finish successfully. Final query state: ${state}`);
  if (state !== 'SUCCEEDED') throw invalid(`Query has not yet finished. Current state: ${state}`);
  const headed = execution.statementType === 'DML' && from === 0;
  const { columns, rows, next } = await athena.results.read(execution.id, from, headed ? limit - 1 : limit);
  const shown: Row[] = headed ? [columns.map(({ name }) => name), ...rows] : rows;
  return {
    UpdateCount: 0,
    ResultSet: {
      Rows: shown.map((row) => ({
        Data: row.map((value) => (value === null ? {} : { VarCharValue: value })),
      })),
      ResultSetMetadata: { ColumnInfo: columns.map(columnInfo) },
    },
    ...(next === undefined ? {} : { NextToken: String(next) }),
  };
}

function columnInfo({ name, duckType }: ResultColumn): Record<string, unknown> {
  const { type, precision, scale } = athenaType(duckType);
  return {
    CatalogName: 'hive',
    SchemaName: '',
    TableName: '',
    Name: name,
    Label: name,
    Type: type,
    Precision: precision,
    Scale: scale,
    Nullable: 'UNKNOWN',
    CaseSensitive: type === 'varchar',
  };
}

function readToken(token: string | undefined): number {
  if (token === undefined) return 0;
  if (/^\d{1,15}$/.test(token)) return Number(token);
  throw invalid('The NextToken is not valid.');
}
