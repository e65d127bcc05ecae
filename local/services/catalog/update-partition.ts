/** UpdatePartition and BatchUpdatePartition: a partition's definition is replaced whole; its values may change. */

import { AwsError } from '../../aws-error.ts';
import type { Operation } from '../../ports.ts';
import { list, structure, text } from '../../shape.ts';
import type { Tx } from '../../store/store.ts';
import { eachPartition, valuesFor } from './create-partition.ts';
import {
  type Catalog,
  foldedName,
  type PartitionInput,
  type PartitionRecord,
  partitionInput,
  partitionValues,
  type TableRecord,
} from './model.ts';
import { operation, rights } from './operation.ts';
import { partitionKey, tableOf } from './records.ts';

/** https://docs.aws.amazon.com/glue/latest/webapi/API_BatchUpdatePartition.html */
const PARTITIONS_PER_BATCH_MAX = 100;

function update(
  tx: Tx,
  database: string,
  table: TableRecord,
  values: readonly string[],
  input: PartitionInput,
): void {
  const before = partitionKey(database, table.input.Name, values);
  const record = tx.get<PartitionRecord>(before);
  if (!record) throw new AwsError('EntityNotFoundException', 'Cannot find partition.');
  const changed = valuesFor(table, input.Values ?? values);
  const after = partitionKey(database, table.input.Name, changed);
  if (changed.join('\u0000') !== values.join('\u0000')) {
    if (tx.get(after)) throw new AwsError('AlreadyExistsException', 'Partition already exists.');
    tx.remove(before);
  }
  const updated: PartitionRecord = { ...record, input: { ...input, Values: changed } };
  tx.put(after, updated);
}

export function updatePartition(catalog: Catalog): Operation {
  return operation({
    name: 'UpdatePartition',
    input: structure(
      {
        DatabaseName: foldedName,
        TableName: foldedName,
        PartitionValueList: partitionValues,
        PartitionInput: partitionInput,
      },
      { CatalogId: text },
    ),
    permissions: ({ DatabaseName, TableName }) => rights(catalog, 'UpdatePartition', DatabaseName, TableName),
    run(tx, { DatabaseName, TableName, PartitionValueList, PartitionInput }) {
      const table = tableOf(tx, catalog, DatabaseName, TableName);
      update(tx, DatabaseName, table, PartitionValueList, PartitionInput);
      return {};
    },
  });
}

export function batchUpdatePartition(catalog: Catalog): Operation {
  const entry = structure({ PartitionValueList: partitionValues, PartitionInput: partitionInput });
  const input = structure(
    {
      DatabaseName: foldedName,
      TableName: foldedName,
      Entries: list(entry, 1, PARTITIONS_PER_BATCH_MAX),
    },
    { CatalogId: text },
  );
  return operation({
    name: 'BatchUpdatePartition',
    input,
    permissions: ({ DatabaseName, TableName }) =>
      rights(catalog, 'BatchUpdatePartition', DatabaseName, TableName),
    run(tx, { DatabaseName, TableName, Entries }) {
      const table = tableOf(tx, catalog, DatabaseName, TableName);
      return {
        Errors: eachPartition(
          Entries,
          ({ PartitionValueList }) => ({ PartitionValueList }),
          ({ PartitionValueList, PartitionInput }) =>
            update(tx, DatabaseName, table, PartitionValueList, PartitionInput),
        ),
      };
    },
  });
}
