/** DeletePartition and BatchDeletePartition: partitions leave the catalog; the lake's files stay. */

import { AwsError } from '../../aws-error.ts';
import type { Operation } from '../../ports.ts';
import { list, structure, text } from '../../shape.ts';
import type { Tx } from '../../store/store.ts';
import { eachPartition } from './create-partition.ts';
import { type Catalog, foldedName, partitionValues } from './model.ts';
import { operation, rights } from './operation.ts';
import { partitionKey, tableOf } from './records.ts';

/** https://docs.aws.amazon.com/glue/latest/webapi/API_BatchDeletePartition.html */
const PARTITIONS_PER_BATCH_MAX = 25;

function remove(tx: Tx, database: string, table: string, values: readonly string[]): void {
  const key = partitionKey(database, table, values);
  if (!tx.get(key)) throw new AwsError('EntityNotFoundException', 'Cannot find partition.');
  tx.remove(key);
}

export function deletePartition(catalog: Catalog): Operation {
  return operation({
    name: 'DeletePartition',
    input: structure(
      { DatabaseName: foldedName, TableName: foldedName, PartitionValues: partitionValues },
      { CatalogId: text },
    ),
    permissions: ({ DatabaseName, TableName }) => rights(catalog, 'DeletePartition', DatabaseName, TableName),
    run(tx, { DatabaseName, TableName, PartitionValues }) {
      tableOf(tx, catalog, DatabaseName, TableName);
      remove(tx, DatabaseName, TableName, PartitionValues);
      return {};
    },
  });
}

export function batchDeletePartition(catalog: Catalog): Operation {
  const valueList = structure({ Values: partitionValues });
  const input = structure(
    {
      DatabaseName: foldedName,
      TableName: foldedName,
      PartitionsToDelete: list(valueList, 0, PARTITIONS_PER_BATCH_MAX),
    },
    { CatalogId: text },
  );
  return operation({
    name: 'BatchDeletePartition',
    input,
    permissions: ({ DatabaseName, TableName }) =>
      rights(catalog, 'BatchDeletePartition', DatabaseName, TableName),
    run(tx, { DatabaseName, TableName, PartitionsToDelete }) {
      tableOf(tx, catalog, DatabaseName, TableName);
      return {
        Errors: eachPartition(
          PartitionsToDelete,
          ({ Values }) => ({ PartitionValues: Values }),
          ({ Values }) => remove(tx, DatabaseName, TableName, Values),
        ),
      };
    },
  });
}
