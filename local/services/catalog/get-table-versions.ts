/** GetTableVersions: the table as it stands and as it stood, newest first. */

import type { Operation } from '../../ports.ts';
import { numberOf, structure, text } from '../../shape.ts';
import { type Catalog, foldedName, type TableRecord, tableOutput } from './model.ts';
import { operation, rights } from './operation.ts';
import { page, readToken } from './paging.ts';
import { tableOf, versionKey } from './records.ts';

/** https://docs.aws.amazon.com/glue/latest/webapi/API_GetTableVersions.html */
const VERSIONS_PER_PAGE_MAX = 100;

export function getTableVersions(catalog: Catalog): Operation {
  return operation({
    name: 'GetTableVersions',
    input: structure(
      { DatabaseName: foldedName, TableName: foldedName },
      { CatalogId: text, MaxResults: numberOf(1, VERSIONS_PER_PAGE_MAX), NextToken: text },
    ),
    permissions: ({ DatabaseName, TableName }) =>
      rights(catalog, 'GetTableVersions', DatabaseName, TableName),
    run(tx, { DatabaseName, TableName, MaxResults, NextToken }) {
      const newest = tableOf(tx, catalog, DatabaseName, TableName);
      const before = Number(readToken(NextToken)?.[0] ?? newest.version + 1);
      const older = tx.range<TableRecord>({
        from: versionKey(DatabaseName, TableName, 0),
        to: versionKey(DatabaseName, TableName, newest.version),
        reverse: true,
      });
      const rest = [newest, ...older.map(({ value }) => value)].filter(({ version }) => version < before);
      const { items, next } = page(rest, MaxResults ?? VERSIONS_PER_PAGE_MAX, ({ version }) => [
        String(version),
      ]);
      return {
        TableVersions: items.map((record) => ({
          Table: tableOutput(catalog, DatabaseName, record),
          VersionId: String(record.version),
        })),
        ...next,
      };
    },
  });
}
