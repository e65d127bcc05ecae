/** CreatePartition and BatchCreatePartition: partitions come into a table, each once. */

import { AwsError } from '../../aws-error.ts';
import type { Operation } from '../../ports.ts';
import { list, structure, text } from '../../shape.ts';
import type { Tx } from '../../store/store.ts';
import {
  type Catalog,
  foldedName,
  type PartitionInput,
  type PartitionRecord,
  partitionInput,
  type TableRecord,
} from './model.ts';
import { operation, rights } from './operation.ts';
import { partitionKey, tableOf } from './records.ts';

/** https://docs.aws.amazon.com/glue/latest/webapi/API_BatchCreatePartition.html */
const PARTITIONS_PER_BATCH_MAX = 100;

/** The values, one for each of the table's keys, or Glue's error. */
export function valuesFor(table: TableRecord, values: readonly string[] | undefined): string[] {
  if (values?.length !== (table.input.PartitionKeys ?? []).length)
    throw new AwsError(
      'InvalidInputException',
      'The number of partition keys do not match the number of partition values',
    );
  return [...values];
}

function create(tx: Tx, now: number, database: string, table: TableRecord, input: PartitionInput): void {
  const values = valuesFor(table, input.Values);
  const key = partitionKey(database, table.input.Name, values);
  if (tx.get(key)) throw new AwsError('AlreadyExistsException', 'Partition already exists.');
  const record: PartitionRecord = { input: { ...input, Values: values }, creationTime: now };
  tx.put(key, record);
}

export function createPartition(catalog: Catalog): Operation {
  return operation({
    name: 'CreatePartition',
    input: structure(
      { DatabaseName: foldedName, TableName: foldedName, PartitionInput: partitionInput },
      { CatalogId: text },
    ),
    permissions: ({ DatabaseName, TableName }) => rights(catalog, 'CreatePartition', DatabaseName, TableName),
    run(tx, { DatabaseName, TableName, PartitionInput }) {
      const table = tableOf(tx, catalog, DatabaseName, TableName);
      create(tx, catalog.now(), DatabaseName, table, PartitionInput);
      return {};
    },
  });
}

export function batchCreatePartition(catalog: Catalog): Operation {
  const input = structure(
    {
      DatabaseName: foldedName,
      TableName: foldedName,
      PartitionInputList: list(partitionInput, 0, PARTITIONS_PER_BATCH_MAX),
    },
    { CatalogId: text },
  );
  return operation({
    name: 'BatchCreatePartition',
    input,
    permissions: ({ DatabaseName, TableName }) =>
      rights(catalog, 'BatchCreatePartition', DatabaseName, TableName),
    run(tx, { DatabaseName, TableName, PartitionInputList }) {
      const table = tableOf(tx, catalog, DatabaseName, TableName);
      return {
        Errors: eachPartition(
          PartitionInputList,
          ({ Values }) => ({ PartitionValues: Values ?? [] }),
          (input) => create(tx, catalog.now(), DatabaseName, table, input),
        ),
      };
    },
  });
}

/** Does `work` for each, and lists the ones that Glue refused instead of failing the batch. */
export function eachPartition<T, N>(items: readonly T[], name: (item: T) => N, work: (item: T) => void) {
  const errors: (N & { ErrorDetail: { ErrorCode: string; ErrorMessage: string } })[] = [];
  for (const item of items) {
    try {
      work(item);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      errors.push({ ...name(item), ErrorDetail: { ErrorCode: error.code, ErrorMessage: error.message } });
    }
  }
  return errors;
}
