/** GetTable: one table or view, as it stands. */

import type { Operation } from '../../ports.ts';
import { structure, text } from '../../shape.ts';
import { type Catalog, foldedName, tableOutput } from './model.ts';
import { operation, rights } from './operation.ts';
import { tableOf } from './records.ts';

export function getTable(catalog: Catalog): Operation {
  return operation({
    name: 'GetTable',
    input: structure({ DatabaseName: foldedName, Name: foldedName }, { CatalogId: text }),
    permissions: ({ DatabaseName, Name }) => rights(catalog, 'GetTable', DatabaseName, Name),
    run: (tx, { DatabaseName, Name }) => ({
      Table: tableOutput(catalog, DatabaseName, tableOf(tx, catalog, DatabaseName, Name, 'Entity Not Found')),
    }),
  });
}
