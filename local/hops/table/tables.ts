/**
 * The tables that the stack declares, opened over the store: what dynalite needs to know of each, its meter, its
 * stream. Nothing creates a table while the engine runs.
 */

import { createHash } from 'node:crypto';
import { EngineError } from '../../aws-error.ts';
import type { Ports } from '../../ports.ts';
import {
  declareStream,
  describedStream,
  STREAM_LABEL,
  type StreamDescription,
  shardIds,
  streamArnOf,
} from '../../store/changes.ts';
import type { Key, Tx } from '../../store/store.ts';
import type { AttributeDefinition, KeyElement, SecondaryIndex, TableConfig } from './config.ts';
import type { Peaks } from './growth.ts';
import { measuredMeter } from './metrics.ts';
import { createMeter, type Meter, partitionsOf, withoutLimits } from './throughput.ts';

export type Table = {
  name: string;
  arn: string;
  id: string;
  config: TableConfig;
  /** Milliseconds since the epoch. */
  createdAt: number;
  /** What dynalite's actions read. */
  schema: TableSchema;
  indexes: SecondaryIndex[];
  meter: Meter;
  stream: StreamDescription | undefined;
};

export type TableSchema = {
  TableName: string;
  TableStatus: 'ACTIVE';
  KeySchema: KeyElement[];
  AttributeDefinitions: AttributeDefinition[];
  GlobalSecondaryIndexes?: SecondaryIndex[];
  LocalSecondaryIndexes?: SecondaryIndex[];
};

export type Tables = ReadonlyMap<string, Table>;

/** What is kept of a table between runs, to tell when the stack no longer fits the data. */
type KeptTable = { createdAt: number; shape: string };

export function openTables(configs: readonly TableConfig[], ports: Ports): Tables {
  const tables = new Map<string, Table>();
  for (const config of configs) tables.set(config.name, openTable(config, ports));
  void ports.store
    .transact((tx) => {
      for (const table of tables.values()) declare(tx, table);
    })
    .catch((error: Error) =>
      ports.log('error', 'The tables could not be declared.', { reason: error.message }),
    );
  return tables;
}

function openTable(config: TableConfig, ports: Ports): Table {
  const { name } = config;
  const arn = `arn:aws:dynamodb:${ports.region}:${ports.account}:table/${name}`;
  const kept = ports.store.get<KeptTable>(['table', name]);
  if (kept && kept.shape !== shapeOf(config))
    throw new EngineError(
      `The table "${name}" has other keys or indexes in the stack than in the data directory.`,
      'Start with --fresh, or with another --data directory: keys and indexes of kept items do not change.',
    );
  const createdAt = kept?.createdAt ?? ports.clock.now();
  return {
    name,
    arn,
    id: uuidOf(arn),
    config,
    createdAt,
    schema: schemaOf(config),
    indexes: [...config.globalIndexes, ...config.localIndexes],
    meter: measuredMeter(meterOf(config, arn, ports), ports.measuring, name),
    stream: streamOf(config, arn, createdAt, ports),
  };
}

function meterOf({ name, throughput }: TableConfig, arn: string, { quotas, clock, store }: Ports): Meter {
  return quotas === 'lifted'
    ? withoutLimits(throughput)
    : createMeter(throughput, arn, clock, store.get<Peaks>(peaksKey(name)));
}

/** Keeps what of the table's traffic decides how far it has grown, when that has changed: once a minute at most. */
export function keepPeaks(tx: Tx, { name, meter }: Table): void {
  const peaks = meter.unkept();
  if (peaks) tx.put(peaksKey(name), peaks);
}

function peaksKey(table: string): Key {
  return ['table-peaks', table];
}

/** The shards stay as they were first declared, whatever the throughput is now: an item keeps its shard. */
function streamOf(
  config: TableConfig,
  tableArn: string,
  createdAt: number,
  ports: Ports,
): StreamDescription | undefined {
  if (config.streamViewType === undefined) return undefined;
  const arn = streamArnOf(tableArn);
  return {
    arn,
    label: STREAM_LABEL,
    tableName: config.name,
    viewType: config.streamViewType,
    keySchema: config.keySchema,
    createdAt,
    enabled: true,
    shards: describedStream(ports.store, arn)?.shards ?? shardIds(arn, partitionsOf(config.throughput)),
  };
}

function declare(tx: Tx, table: Table): void {
  const kept: KeptTable = { createdAt: table.createdAt, shape: shapeOf(table.config) };
  tx.put(['table', table.name], kept);
  const before = describedStream(tx, streamArnOf(table.arn));
  if (table.stream) declareStream(tx, table.stream);
  else if (before) declareStream(tx, { ...before, enabled: false });
}

function shapeOf({ keySchema, attributes, globalIndexes, localIndexes }: TableConfig): string {
  return JSON.stringify([keySchema, attributes, globalIndexes, localIndexes]);
}

function schemaOf(config: TableConfig): TableSchema {
  return {
    TableName: config.name,
    TableStatus: 'ACTIVE',
    KeySchema: config.keySchema,
    AttributeDefinitions: config.attributes,
    ...(config.globalIndexes.length > 0 ? { GlobalSecondaryIndexes: config.globalIndexes } : {}),
    ...(config.localIndexes.length > 0 ? { LocalSecondaryIndexes: config.localIndexes } : {}),
  };
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
