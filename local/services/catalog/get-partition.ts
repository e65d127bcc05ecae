/** GetPartition: one partition, by its values. */

import { AwsError } from '../../aws-error.ts';
import type { Operation } from '../../ports.ts';
import { structure, text } from '../../shape.ts';
import { type Catalog, foldedName, type PartitionRecord, partitionOutput, partitionValues } from './model.ts';
import { operation, rights } from './operation.ts';
import { partitionKey, tableOf } from './records.ts';

export function getPartition(catalog: Catalog): Operation {
  return operation({
    name: 'GetPartition',
    input: structure(
      { DatabaseName: foldedName, TableName: foldedName, PartitionValues: partitionValues },
      { CatalogId: text },
    ),
    permissions: ({ DatabaseName, TableName }) => rights(catalog, 'GetPartition', DatabaseName, TableName),
    run(tx, { DatabaseName, TableName, PartitionValues }) {
      tableOf(tx, catalog, DatabaseName, TableName);
      const record = tx.get<PartitionRecord>(partitionKey(DatabaseName, TableName, PartitionValues));
      if (!record) throw new AwsError('EntityNotFoundException', 'Cannot find partition.');
      return { Partition: partitionOutput(catalog, DatabaseName, TableName, record) };
    },
  });
}
