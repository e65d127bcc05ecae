/** DeleteTable and BatchDeleteTable: a table goes with its partitions and versions; the lake's files stay. */

import type { Operation } from '../../ports.ts';
import { list, structure, text } from '../../shape.ts';
import { type Catalog, foldedName } from './model.ts';
import { operation, rights } from './operation.ts';
import { databaseOf, removeTable, tableKey, tableOf } from './records.ts';

/** https://docs.aws.amazon.com/glue/latest/webapi/API_BatchDeleteTable.html */
const TABLES_PER_BATCH_MAX = 100;

export function deleteTable(catalog: Catalog): Operation {
  return operation({
    name: 'DeleteTable',
    input: structure({ DatabaseName: foldedName, Name: foldedName }, { CatalogId: text }),
    permissions: ({ DatabaseName, Name }) => rights(catalog, 'DeleteTable', DatabaseName, Name),
    run(tx, { DatabaseName, Name }) {
      const { version } = tableOf(tx, catalog, DatabaseName, Name);
      removeTable(tx, DatabaseName, Name, version);
      return {};
    },
  });
}

export function batchDeleteTable(catalog: Catalog): Operation {
  const input = structure(
    { DatabaseName: foldedName, TablesToDelete: list(foldedName, 0, TABLES_PER_BATCH_MAX) },
    { CatalogId: text },
  );
  return operation({
    name: 'BatchDeleteTable',
    input,
    permissions: ({ DatabaseName, TablesToDelete }) =>
      TablesToDelete.flatMap((table) => rights(catalog, 'BatchDeleteTable', DatabaseName, table)),
    run(tx, { DatabaseName, TablesToDelete }) {
      databaseOf(catalog, DatabaseName);
      const Errors: { TableName: string; ErrorDetail: { ErrorCode: string; ErrorMessage: string } }[] = [];
      for (const TableName of TablesToDelete) {
        const record = tx.get<{ version: number }>(tableKey(DatabaseName, TableName));
        if (record) removeTable(tx, DatabaseName, TableName, record.version);
        else
          Errors.push({
            TableName,
            ErrorDetail: {
              ErrorCode: 'EntityNotFoundException',
              ErrorMessage: `Table ${TableName} not found.`,
            },
          });
      }
      return { Errors };
    },
  });
}
