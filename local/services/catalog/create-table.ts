/** CreateTable: a crawler's table or an Athena view comes into the catalog, as version 0. */

import { AwsError } from '../../aws-error.ts';
import type { Operation } from '../../ports.ts';
import { structure, text } from '../../shape.ts';
import { type Catalog, foldedName, type TableRecord, tableInput } from './model.ts';
import { creator, operation, rights } from './operation.ts';
import { databaseOf, tableKey } from './records.ts';

export function createTable(catalog: Catalog): Operation {
  return operation({
    name: 'CreateTable',
    input: structure({ DatabaseName: foldedName, TableInput: tableInput }, { CatalogId: text }),
    permissions: ({ DatabaseName, TableInput }) =>
      rights(catalog, 'CreateTable', DatabaseName, TableInput.Name),
    run(tx, { DatabaseName, TableInput }, { principal }) {
      databaseOf(catalog, DatabaseName);
      const key = tableKey(DatabaseName, TableInput.Name);
      if (tx.get(key)) throw new AwsError('AlreadyExistsException', 'Table already exists.');
      const now = catalog.now();
      const record: TableRecord = {
        input: TableInput,
        createTime: now,
        updateTime: now,
        version: 0,
        createdBy: creator(principal, catalog.account),
      };
      tx.put(key, record);
      return {};
    },
  });
}
