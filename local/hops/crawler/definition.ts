/**
 * What the crawler writes of a table or partition into the catalog: columns, SerDe and the parameters that Glue's
 * crawler leaves there. Athena reads the SerDe; people read the rest.
 */

import type { Item, PartitionPlan, TablePlan } from './group.ts';
import { columnsOf, type Field, hiveType, mergeFields } from './schema.ts';

export type Column = { Name: string; Type: string };
export type StorageDescriptor = {
  Columns: Column[];
  Location: string;
  Parameters: Record<string, string>;
} & Record<string, unknown>;
export type TableInput = {
  Name: string;
  Owner: string;
  Retention: number;
  TableType: string;
  PartitionKeys: Column[];
  Parameters: Record<string, string>;
  StorageDescriptor: StorageDescriptor;
};
export type PartitionInput = {
  Values: string[];
  Parameters: Record<string, string>;
  StorageDescriptor: StorageDescriptor;
};

const SERDE = 'org.openx.data.jsonserde.JsonSerDe';
const INPUT_FORMAT = 'org.apache.hadoop.mapred.TextInputFormat';
const OUTPUT_FORMAT = 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat';

/** Statistics change with every crawl over a living lake; all else is the definition. */
export const STATISTICS = ['averageRecordSize', 'objectCount', 'recordCount', 'sizeKey'];

/** The parameter that marks what a crawler no longer finds. */
export const DEPRECATED = 'DEPRECATED_BY_CRAWLER';

export function tableInput(crawler: string, name: string, plan: TablePlan): TableInput {
  const fields = schemaOf(plan.items);
  const Parameters = {
    ...parameters(crawler, plan.items),
    ...(plan.keys.length > 0 ? { 'partition_filtering.enabled': 'true' } : {}),
  };
  return {
    Name: name,
    Owner: 'owner',
    Retention: 0,
    TableType: 'EXTERNAL_TABLE',
    PartitionKeys: plan.keys.map((Name) => ({ Name, Type: 'string' })),
    Parameters,
    StorageDescriptor: storage(plan.location, fields, Parameters),
  };
}

/** A partition with its own columns, or with its table's when it inherits them. */
export function partitionInput(
  crawler: string,
  plan: PartitionPlan,
  inherited: StorageDescriptor | undefined,
): PartitionInput {
  const Parameters = parameters(crawler, plan.items);
  const own = storage(plan.location, schemaOf(plan.items), Parameters);
  const StorageDescriptor = inherited
    ? { ...own, Columns: inherited.Columns, SerdeInfo: inherited['SerdeInfo'] }
    : own;
  return { Values: plan.values, Parameters, StorageDescriptor };
}

function schemaOf(items: readonly Item[]): Field[] {
  return items.reduce<Field[]>((fields, { profile }) => mergeFields(fields, profile.fields), []);
}

function storage(
  location: string,
  fields: readonly Field[],
  parameters: Record<string, string>,
): StorageDescriptor {
  return {
    Columns: columnsOf(fields).map(([Name, type]) => ({ Name, Type: hiveType(type) })),
    Location: location,
    InputFormat: INPUT_FORMAT,
    OutputFormat: OUTPUT_FORMAT,
    Compressed: parameters['compressionType'] !== 'none',
    NumberOfBuckets: -1,
    SerdeInfo: {
      SerializationLibrary: SERDE,
      Parameters: {
        paths: fields
          .map(([name]) => name)
          .sort()
          .join(','),
      },
    },
    BucketColumns: [],
    SortColumns: [],
    StoredAsSubDirectories: false,
    Parameters: parameters,
  };
}

function parameters(crawler: string, items: readonly Item[]): Record<string, string> {
  const profiles = items.map(({ profile }) => profile);
  const sampled = profiles.reduce((sum, { records }) => sum + records, 0);
  const bytes = profiles.reduce((sum, profile) => sum + profile.bytes, 0);
  const records = profiles.reduce((sum, profile) => sum + Math.round(profile.records / profile.share), 0);
  const jsonPath = profiles[0]?.jsonPath;
  const gzip = profiles.filter(({ compression }) => compression === 'gzip').length;
  return {
    CrawlerSchemaDeserializerVersion: '1.0',
    CrawlerSchemaSerializerVersion: '1.0',
    UPDATED_BY_CRAWLER: crawler,
    averageRecordSize: String(sampled === 0 ? 0 : Math.round(bytes / sampled)),
    classification: 'json',
    compressionType: gzip * 2 > profiles.length ? 'gzip' : 'none',
    ...(jsonPath == null ? {} : { jsonPath }),
    objectCount: String(items.length),
    recordCount: String(records),
    sizeKey: String(items.reduce((sum, { size }) => sum + size, 0)),
    typeOfData: 'file',
  };
}
