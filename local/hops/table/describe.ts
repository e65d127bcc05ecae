/**
 * The table's small reads: DescribeTable, ListTables, DescribeTimeToLive, DescribeContinuousBackups. They tell what
 * the stack declares; ItemCount and TableSizeBytes are exact here, where AWS counts every six hours or so.
 */

import describeTableValidation from 'dynalite/validations/describeTable.js';
import listTablesValidation from 'dynalite/validations/listTables.js';
import { AwsError } from '../../aws-error.ts';
import type { Operation } from '../../ports.ts';
import type { Read } from '../../store/store.ts';
import { checked } from './dynalite.ts';
import { permission, type Request, type Room, tableNamed } from './room.ts';
import type { Table } from './tables.ts';
import { sizeOf } from './write.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html */
const LIST_TABLES_MAX = 100;
const DAY_MS = 86_400_000;

type ListTablesRequest = { ExclusiveStartTableName?: string; Limit?: number };

export function describeTable(room: Room): Operation<Request> {
  return {
    kind: 'effect',
    service: 'dynamodb',
    name: 'DescribeTable',
    parse: (raw) => checked<Request>(raw, describeTableValidation),
    permissions: (request) => permission(room, 'DescribeTable', request),
    run: async ({ TableName }) => ({ Table: describe(tableNamed(room, TableName, true), room.ports.store) }),
  };
}

export function listTables({ tables }: Room): Operation<ListTablesRequest> {
  return {
    kind: 'effect',
    service: 'dynamodb',
    name: 'ListTables',
    parse: (raw) => checked<ListTablesRequest>(raw, listTablesValidation),
    permissions: () => [{ action: 'dynamodb:ListTables', resource: '*' }],
    async run({ ExclusiveStartTableName: start = '', Limit = LIST_TABLES_MAX }) {
      const names = [...tables.keys()].sort().filter((name) => name > start);
      const page = names.slice(0, Limit);
      return {
        TableNames: page,
        ...(names.length > page.length ? { LastEvaluatedTableName: page.at(-1) } : {}),
      };
    },
  };
}

export function describeTimeToLive(room: Room): Operation<Request> {
  return {
    kind: 'effect',
    service: 'dynamodb',
    name: 'DescribeTimeToLive',
    parse: (raw) => checked<Request>(raw, describeTableValidation),
    permissions: (request) => permission(room, 'DescribeTimeToLive', request),
    async run({ TableName }) {
      tableNamed(room, TableName, true);
      return { TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } };
    },
  };
}

export function describeContinuousBackups(room: Room): Operation<Request> {
  return {
    kind: 'effect',
    service: 'dynamodb',
    name: 'DescribeContinuousBackups',
    parse: (raw) => checked<Request>(raw, describeTableValidation),
    permissions: (request) => permission(room, 'DescribeContinuousBackups', request),
    async run({ TableName }) {
      const table = room.tables.get(TableName);
      if (!table) throw new AwsError('TableNotFoundException', `Table not found: ${TableName}`);
      const days = table.config.pointInTimeRecoveryDays;
      const now = room.ports.clock.now();
      return {
        ContinuousBackupsDescription: {
          ContinuousBackupsStatus: 'ENABLED',
          PointInTimeRecoveryDescription:
            days === undefined
              ? { PointInTimeRecoveryStatus: 'DISABLED' }
              : {
                  PointInTimeRecoveryStatus: 'ENABLED',
                  RecoveryPeriodInDays: days,
                  EarliestRestorableDateTime: new Date(Math.max(table.createdAt, now - days * DAY_MS)),
                  LatestRestorableDateTime: new Date(now),
                },
        },
      };
    },
  };
}

function describe(table: Table, read: Read): object {
  const { config, schema, stream } = table;
  const size = sizeOf(read, table.name);
  return {
    ...schema,
    ...indexDescriptions(table),
    TableArn: table.arn,
    TableId: table.id,
    CreationDateTime: new Date(table.createdAt),
    ItemCount: size.items,
    TableSizeBytes: size.bytes,
    DeletionProtectionEnabled: config.deletionProtection,
    TableClassSummary: { TableClass: config.tableClass },
    ...throughputOf(table),
    ...(stream
      ? {
          StreamSpecification: { StreamEnabled: true, StreamViewType: stream.viewType },
          LatestStreamArn: stream.arn,
          LatestStreamLabel: stream.label,
        }
      : {}),
    ...(config.encryption
      ? {
          SSEDescription: {
            Status: 'ENABLED',
            SSEType: 'KMS',
            ...(config.encryption.kmsKeyArn ? { KMSMasterKeyArn: config.encryption.kmsKeyArn } : {}),
          },
        }
      : {}),
  };
}

function throughputOf({ config: { throughput }, createdAt, meter }: Table): object {
  const capacity = meter.warm();
  const warm = {
    WarmThroughput: {
      ReadUnitsPerSecond: capacity.readUnits,
      WriteUnitsPerSecond: capacity.writeUnits,
      Status: 'ACTIVE',
    },
  };
  const provisioned = throughput.mode === 'provisioned';
  const ProvisionedThroughput = {
    NumberOfDecreasesToday: 0,
    ReadCapacityUnits: provisioned ? throughput.readUnits : 0,
    WriteCapacityUnits: provisioned ? throughput.writeUnits : 0,
  };
  if (provisioned) return { ProvisionedThroughput, ...warm };
  const { readUnitsMax, writeUnitsMax } = throughput;
  return {
    ProvisionedThroughput,
    ...warm,
    BillingModeSummary: {
      BillingMode: 'PAY_PER_REQUEST',
      LastUpdateToPayPerRequestDateTime: new Date(createdAt),
    },
    ...(readUnitsMax === undefined && writeUnitsMax === undefined
      ? {}
      : {
          OnDemandThroughput: {
            MaxReadRequestUnits: readUnitsMax ?? -1,
            MaxWriteRequestUnits: writeUnitsMax ?? -1,
          },
        }),
  };
}

function indexDescriptions({ arn, config }: Table): object {
  const described = (indexes: typeof config.localIndexes, more: object) =>
    indexes.map((index) => ({ ...index, IndexArn: `${arn}/index/${index.IndexName}`, ...more }));
  return {
    ...(config.globalIndexes.length > 0
      ? { GlobalSecondaryIndexes: described(config.globalIndexes, { IndexStatus: 'ACTIVE' }) }
      : {}),
    ...(config.localIndexes.length > 0 ? { LocalSecondaryIndexes: described(config.localIndexes, {}) } : {}),
  };
}
