/**
 * GetPartitions: a table's partitions by value, filtered by an expression over its partition keys. Segments split
 * them among parallel readers: each partition is in exactly one.
 */

import { AwsError } from '../../aws-error.ts';
import type { Operation } from '../../ports.ts';
import { flag, numberOf, structure, text, textOf } from '../../shape.ts';
import { EXPRESSION_LENGTH_MAX, parseExpression } from './expression.ts';
import { filterBy, type Matches } from './filter.ts';
import { type Catalog, foldedName, partitionOutput } from './model.ts';
import { operation, rights } from './operation.ts';
import { page, readToken } from './paging.ts';
import { partitionsOf, tableOf } from './records.ts';

/** https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartitions.html */
const PARTITIONS_PER_PAGE_MAX = 1000;
/** https://docs.aws.amazon.com/glue/latest/webapi/API_Segment.html */
const SEGMENTS_MAX = 10;

const segment = structure(
  { SegmentNumber: numberOf(0, SEGMENTS_MAX - 1), TotalSegments: numberOf(1, SEGMENTS_MAX) },
  {},
);
type Segment = ReturnType<typeof segment>;

function inSegment({ SegmentNumber, TotalSegments }: Segment): Matches {
  if (SegmentNumber >= TotalSegments)
    throw new AwsError('InvalidInputException', 'Segment number must be smaller than total segments');
  return (values) => {
    let sum = 0;
    for (const character of values.join('/')) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
    return sum % TotalSegments === SegmentNumber;
  };
}

export function getPartitions(catalog: Catalog): Operation {
  const input = structure(
    { DatabaseName: foldedName, TableName: foldedName },
    {
      CatalogId: text,
      ExcludeColumnSchema: flag,
      Expression: textOf(0, EXPRESSION_LENGTH_MAX),
      MaxResults: numberOf(1, PARTITIONS_PER_PAGE_MAX),
      NextToken: text,
      Segment: segment,
    },
  );
  return operation({
    name: 'GetPartitions',
    input,
    permissions: ({ DatabaseName, TableName }) => rights(catalog, 'GetPartitions', DatabaseName, TableName),
    run(tx, input) {
      const { DatabaseName, TableName, Expression } = input;
      const table = tableOf(tx, catalog, DatabaseName, TableName);
      const keys = table.input.PartitionKeys ?? [];
      const matches: Matches = Expression?.trim() ? filterBy(parseExpression(Expression), keys) : () => true;
      const mine: Matches = input.Segment ? inSegment(input.Segment) : () => true;
      const rest = partitionsOf(tx, DatabaseName, TableName, readToken(input.NextToken)).filter(
        ({ input: { Values } }) => matches(Values) && mine(Values),
      );
      const { items, next } = page(
        rest,
        input.MaxResults ?? PARTITIONS_PER_PAGE_MAX,
        (last) => last.input.Values,
      );
      return {
        Partitions: items.map((record) =>
          partitionOutput(catalog, DatabaseName, TableName, record, !input.ExcludeColumnSchema),
        ),
        ...next,
      };
    },
  });
}
