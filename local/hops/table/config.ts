/**
 * Reads `aws_dynamodb_table` as the stack declares it. What the provider knows and a laptop does not do is either
 * inert (encryption, table class, tags: nothing that a client of the API could tell) or refused (replicas, restore
 * and import, expiry by time to live).
 */

import type { Block, ResourceKind } from '../../stack/stack.ts';
import { STREAM_LABEL, type StreamViewType, streamArnOf } from '../../store/changes.ts';

export type KeyElement = { AttributeName: string; KeyType: 'HASH' | 'RANGE' };
export type AttributeDefinition = { AttributeName: string; AttributeType: 'S' | 'N' | 'B' };
export type SecondaryIndex = {
  IndexName: string;
  KeySchema: KeyElement[];
  Projection: { ProjectionType: 'ALL' | 'KEYS_ONLY' | 'INCLUDE'; NonKeyAttributes?: string[] };
};

/** Units a second. On demand, what is not declared is what AWS gives a new table. */
export type Throughput =
  | { mode: 'provisioned'; readUnits: number; writeUnits: number }
  | { mode: 'on-demand'; readUnitsMax?: number; writeUnitsMax?: number; warm?: Units };
export type Units = { readUnits: number; writeUnits: number };

export type TableConfig = {
  name: string;
  keySchema: KeyElement[];
  attributes: AttributeDefinition[];
  globalIndexes: SecondaryIndex[];
  localIndexes: SecondaryIndex[];
  streamViewType: StreamViewType | undefined;
  throughput: Throughput;
  pointInTimeRecoveryDays: number | undefined;
  deletionProtection: boolean;
  tableClass: string;
  encryption: { kmsKeyArn: string | undefined } | undefined;
};

/** AWS keeps 35 days unless told otherwise (API_PointInTimeRecoverySpecification). */
const RECOVERY_PERIOD_DAYS_DEFAULT = 35;

export const tableKind: ResourceKind<TableConfig> = {
  type: 'aws_dynamodb_table',
  computed(block, { account, region }) {
    const name = block.string('name');
    const arn = `arn:aws:dynamodb:${region}:${account}:table/${name}`;
    const streams = block.boolean('stream_enabled', false);
    return {
      id: name,
      arn,
      stream_arn: streams ? streamArnOf(arn) : '',
      stream_label: streams ? STREAM_LABEL : '',
    };
  },
  parse(block) {
    refuseAbsent(block);
    block.inert('id', 'tags', 'tags_all', 'timeouts');
    const hash = block.string('hash_key');
    return {
      name: block.string('name'),
      keySchema: keySchema(hash, block.optionalString('range_key')),
      attributes: block.blocks('attribute').map((attribute) => ({
        AttributeName: attribute.string('name'),
        AttributeType: attribute.string('type') as AttributeDefinition['AttributeType'],
      })),
      globalIndexes: block
        .blocks('global_secondary_index')
        .map((index) => secondaryIndex(index, index.string('hash_key'))),
      localIndexes: block.blocks('local_secondary_index').map((index) => secondaryIndex(index, hash)),
      streamViewType: streamViewType(block),
      throughput: throughput(block),
      pointInTimeRecoveryDays: recoveryDays(block.block('point_in_time_recovery')),
      deletionProtection: block.boolean('deletion_protection_enabled', false),
      tableClass: block.optionalString('table_class') ?? 'STANDARD',
      encryption: encryption(block.block('server_side_encryption')),
    };
  },
};

function refuseAbsent(block: Block): void {
  for (const name of ['replica', 'import_table'])
    if (block.has(name) && block.blocks(name).length > 0)
      block.refuse(name, 'the engine keeps one region and starts with an empty table.');
  for (const name of [
    'restore_date_time',
    'restore_source_name',
    'restore_source_table_arn',
    'restore_to_latest_time',
  ])
    if (block.has(name)) block.refuse(name, 'the engine keeps no backups to restore from.');
  const ttl = block.block('ttl');
  const expires = ttl?.boolean('enabled', false) ?? false;
  ttl?.inert('attribute_name');
  if (expires) block.refuse('ttl', 'the engine does not expire items.');
}

function keySchema(hash: string, range: string | undefined): KeyElement[] {
  const elements: KeyElement[] = [{ AttributeName: hash, KeyType: 'HASH' }];
  if (range !== undefined) elements.push({ AttributeName: range, KeyType: 'RANGE' });
  return elements;
}

function secondaryIndex(index: Block, hash: string): SecondaryIndex {
  // An index's own throughput is not enforced: its writes count against the table's.
  index.inert('read_capacity', 'write_capacity', 'on_demand_throughput', 'warm_throughput');
  const nonKey = index.strings('non_key_attributes');
  return {
    IndexName: index.string('name'),
    KeySchema: keySchema(hash, index.optionalString('range_key')),
    Projection: {
      ProjectionType: index.string('projection_type') as SecondaryIndex['Projection']['ProjectionType'],
      ...(nonKey.length > 0 ? { NonKeyAttributes: nonKey } : {}),
    },
  };
}

function streamViewType(block: Block): StreamViewType | undefined {
  const enabled = block.boolean('stream_enabled', false);
  const viewType = block.optionalString('stream_view_type');
  return enabled ? ((viewType ?? 'NEW_AND_OLD_IMAGES') as StreamViewType) : undefined;
}

function throughput(block: Block): Throughput {
  const readUnits = block.optionalNumber('read_capacity') ?? 0;
  const writeUnits = block.optionalNumber('write_capacity') ?? 0;
  const maximum = block.block('on_demand_throughput');
  const readUnitsMax = declared(maximum?.optionalNumber('max_read_request_units'));
  const writeUnitsMax = declared(maximum?.optionalNumber('max_write_request_units'));
  const warm = block.block('warm_throughput');
  const warmUnits = warm && {
    readUnits: warm.number('read_units_per_second'),
    writeUnits: warm.number('write_units_per_second'),
  };
  // Terraform's default billing mode is PROVISIONED.
  if ((block.optionalString('billing_mode') ?? 'PROVISIONED') === 'PROVISIONED')
    return { mode: 'provisioned', readUnits, writeUnits };
  return {
    mode: 'on-demand',
    ...(readUnitsMax === undefined ? {} : { readUnitsMax }),
    ...(writeUnitsMax === undefined ? {} : { writeUnitsMax }),
    ...(warmUnits ? { warm: warmUnits } : {}),
  };
}

/** The provider writes -1 for "no maximum". */
function declared(units: number | undefined): number | undefined {
  return units === undefined || units < 0 ? undefined : units;
}

function recoveryDays(block: Block | undefined): number | undefined {
  const days = block?.optionalNumber('recovery_period_in_days');
  if (!block?.boolean('enabled', false)) return undefined;
  return days ?? RECOVERY_PERIOD_DAYS_DEFAULT;
}

function encryption(block: Block | undefined): TableConfig['encryption'] {
  const kmsKeyArn = block?.optionalString('kms_key_arn');
  return block?.boolean('enabled', false) ? { kmsKeyArn } : undefined;
}
