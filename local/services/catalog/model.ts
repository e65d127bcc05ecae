/**
 * What the catalog keeps: Glue's TableInput and PartitionInput as they came, with what Glue adds to them. The shapes
 * are AWS's (API_TableInput, API_PartitionInput, API_StorageDescriptor); the store holds times as milliseconds.
 *
 * Names of databases and tables are folded to lower case, as Glue folds them for Hive's sake.
 */

import {
  anything,
  flag,
  list,
  number,
  numberOf,
  type Reader,
  structure,
  text,
  textMap,
  textOf,
  timestamp,
} from '../../shape.ts';
import type { Database } from './config.ts';

/** https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html */
const NAME_LENGTH_MAX = 255;
/** https://docs.aws.amazon.com/glue/latest/webapi/API_PartitionInput.html */
const PARTITION_VALUE_LENGTH_MAX = 1024;

export const name = textOf(1, NAME_LENGTH_MAX);
/** A database's or table's name, folded. */
export const foldedName: Reader<string> = (value, path) => name(value, path).toLowerCase();

const column = structure({ Name: name }, { Type: text, Comment: text, Parameters: textMap });

const storageDescriptor = structure(
  {},
  {
    AdditionalLocations: list(text),
    BucketColumns: list(text),
    Columns: list(column),
    Compressed: flag,
    InputFormat: text,
    Location: text,
    NumberOfBuckets: number,
    OutputFormat: text,
    Parameters: textMap,
    SerdeInfo: structure({}, { Name: text, SerializationLibrary: text, Parameters: textMap }),
    SkewedInfo: anything,
    SortColumns: list(structure({ Column: text, SortOrder: number })),
    StoredAsSubDirectories: flag,
  },
);

export const tableInput = structure(
  { Name: foldedName },
  {
    Description: text,
    LastAccessTime: timestamp,
    LastAnalyzedTime: timestamp,
    Owner: text,
    Parameters: textMap,
    PartitionKeys: list(column),
    Retention: numberOf(0, Number.MAX_SAFE_INTEGER),
    StorageDescriptor: storageDescriptor,
    TableType: text,
    ViewExpandedText: text,
    ViewOriginalText: text,
  },
);

export const partitionValues = list(textOf(0, PARTITION_VALUE_LENGTH_MAX), 1);

export const partitionInput = structure(
  {},
  {
    LastAccessTime: timestamp,
    LastAnalyzedTime: timestamp,
    Parameters: textMap,
    StorageDescriptor: storageDescriptor,
    Values: partitionValues,
  },
);

export type StorageDescriptor = ReturnType<typeof storageDescriptor>;
type TableInput = ReturnType<typeof tableInput>;
export type PartitionInput = ReturnType<typeof partitionInput>;

export type TableRecord = {
  input: TableInput;
  createTime: number;
  updateTime: number;
  version: number;
  createdBy: string;
};
export type PartitionRecord = {
  input: PartitionInput & { Values: string[] };
  creationTime: number;
};

/** What every operation of the catalog stands on: the account's databases, and the time. */
export type Catalog = {
  account: string;
  region: string;
  now(): number;
  /** By folded name. */
  databases: ReadonlyMap<string, Database>;
  /** The stack's databases and classifiers came to be when the engine started. */
  createdAt: number;
};

function describe(descriptor: StorageDescriptor): StorageDescriptor {
  return {
    ...descriptor,
    Columns: descriptor.Columns ?? [],
    Compressed: descriptor.Compressed ?? false,
    NumberOfBuckets: descriptor.NumberOfBuckets ?? 0,
    SerdeInfo: descriptor.SerdeInfo ?? {},
    SortColumns: descriptor.SortColumns ?? [],
    StoredAsSubDirectories: descriptor.StoredAsSubDirectories ?? false,
  };
}

function times(input: { LastAccessTime?: number; LastAnalyzedTime?: number }): Record<string, Date> {
  return {
    ...(input.LastAccessTime === undefined ? {} : { LastAccessTime: new Date(input.LastAccessTime) }),
    ...(input.LastAnalyzedTime === undefined ? {} : { LastAnalyzedTime: new Date(input.LastAnalyzedTime) }),
  };
}

/** A table as Glue answers it: https://docs.aws.amazon.com/glue/latest/webapi/API_Table.html */
export function tableOutput(catalog: Catalog, database: string, record: TableRecord) {
  const { StorageDescriptor: descriptor, ...input } = record.input;
  return {
    ...input,
    ...times(input),
    ...(descriptor ? { StorageDescriptor: describe(descriptor) } : {}),
    DatabaseName: database,
    CatalogId: catalog.account,
    PartitionKeys: input.PartitionKeys ?? [],
    Retention: input.Retention ?? 0,
    CreateTime: new Date(record.createTime),
    UpdateTime: new Date(record.updateTime),
    CreatedBy: record.createdBy,
    IsRegisteredWithLakeFormation: false,
    VersionId: String(record.version),
  };
}

/** A partition as Glue answers it: https://docs.aws.amazon.com/glue/latest/webapi/API_Partition.html */
export function partitionOutput(
  catalog: Catalog,
  database: string,
  table: string,
  record: PartitionRecord,
  withColumns = true,
) {
  const { StorageDescriptor: descriptor, ...input } = record.input;
  const described = descriptor ? describe(descriptor) : undefined;
  if (described && !withColumns) delete described.Columns;
  return {
    ...input,
    ...times(input),
    ...(described ? { StorageDescriptor: described } : {}),
    DatabaseName: database,
    TableName: table,
    CatalogId: catalog.account,
    CreationTime: new Date(record.creationTime),
  };
}
