/**
 * GetTables: the tables of a database by name, those alone whose whole name matches Expression when one is given.
 * AWS's expressions are Java's; what JavaScript's cannot compile is refused as AWS refuses a wrong one.
 */

import { AwsError } from '../../aws-error.ts';
import type { Operation } from '../../ports.ts';
import { numberOf, structure, text, textOf } from '../../shape.ts';
import { type Catalog, foldedName, tableOutput } from './model.ts';
import { operation, rights } from './operation.ts';
import { page, readToken } from './paging.ts';
import { databaseOf, tablesOf } from './records.ts';

/** https://docs.aws.amazon.com/glue/latest/webapi/API_GetTables.html */
const TABLES_PER_PAGE_MAX = 100;
const EXPRESSION_LENGTH_MAX = 2048;

function namePattern(expression: string | undefined): RegExp {
  if (expression === undefined || expression === '') return /^/;
  try {
    return new RegExp(`^(?:${expression})$`, 'i');
  } catch {
    throw new AwsError('InvalidInputException', `Invalid regular expression: ${expression}`);
  }
}

export function getTables(catalog: Catalog): Operation {
  return operation({
    name: 'GetTables',
    input: structure(
      { DatabaseName: foldedName },
      {
        CatalogId: text,
        Expression: textOf(0, EXPRESSION_LENGTH_MAX),
        MaxResults: numberOf(1, TABLES_PER_PAGE_MAX),
        NextToken: text,
      },
    ),
    permissions: ({ DatabaseName }) => rights(catalog, 'GetTables', DatabaseName, '*'),
    run(tx, { DatabaseName, Expression, MaxResults, NextToken }) {
      databaseOf(catalog, DatabaseName);
      const pattern = namePattern(Expression);
      const after = readToken(NextToken)?.[0] ?? '';
      const rest = tablesOf(tx, DatabaseName).filter(
        ({ input }) => input.Name > after && pattern.test(input.Name),
      );
      const { items, next } = page(rest, MaxResults ?? TABLES_PER_PAGE_MAX, ({ input }) => [input.Name]);
      return { TableList: items.map((record) => tableOutput(catalog, DatabaseName, record)), ...next };
    },
  });
}
