/**
 * UpdateTable: replaces a table's definition whole and counts its VersionId up. The version before is kept for
 * GetTableVersions unless SkipArchive says not to; only the newest TABLE_VERSIONS_KEPT_MAX are kept.
 */

import { AwsError } from '../../aws-error.ts';
import type { Operation } from '../../ports.ts';
import { flag, structure, text } from '../../shape.ts';
import { type Catalog, foldedName, type TableRecord, tableInput } from './model.ts';
import { operation, rights } from './operation.ts';
import { TABLE_VERSIONS_KEPT_MAX, tableKey, tableOf, versionKey } from './records.ts';

export function updateTable(catalog: Catalog): Operation {
  return operation({
    name: 'UpdateTable',
    input: structure(
      { DatabaseName: foldedName, TableInput: tableInput },
      { CatalogId: text, SkipArchive: flag, VersionId: text },
    ),
    permissions: ({ DatabaseName, TableInput }) =>
      rights(catalog, 'UpdateTable', DatabaseName, TableInput.Name),
    run(tx, { DatabaseName, TableInput, SkipArchive, VersionId }) {
      const before = tableOf(tx, catalog, DatabaseName, TableInput.Name);
      if (VersionId !== undefined && VersionId !== String(before.version))
        throw new AwsError(
          'ConcurrentModificationException',
          'Update table failed due to concurrent modifications.',
        );
      if (!SkipArchive) tx.put(versionKey(DatabaseName, TableInput.Name, before.version), before);
      const oldest = before.version - TABLE_VERSIONS_KEPT_MAX;
      if (oldest >= 0) tx.remove(versionKey(DatabaseName, TableInput.Name, oldest));
      const record: TableRecord = {
        ...before,
        input: TableInput,
        updateTime: catalog.now(),
        version: before.version + 1,
      };
      tx.put(tableKey(DatabaseName, TableInput.Name), record);
      return {};
    },
  });
}
