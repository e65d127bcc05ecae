/**
 * Orders, one item each, keyed by `orderid`:
 *
 *     order → [table] → stream
 *
 * On demand, up to a stated maximum that bounds the bill. AWS serves 4,000 writes a second of a new table and twice
 * its highest peak later (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html),
 * so a flash sale wants the table warmed beforehand (`aws dynamodb update-table --warm-throughput`; the provider's
 * release that we pin has no argument for it). What becomes of a change is the stream's part.
 */

import { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table/index.js';
import { Construct } from 'constructs';
import { BASE_NAMES } from '../names.ts';
import { nameOf, type Setting } from '../setting.ts';

export type TableSettings = {
  /** Requests beyond are throttled. One write unit is a kilobyte written, one read unit four kilobytes read. */
  writeUnitsPerSecondMax: number;
  readUnitsPerSecondMax: number;
  pointInTimeRecovery: 'off' | { days: number };
};

const ORDER_KEY = 'orderid';

export class Table extends Construct {
  readonly resource: DynamodbTable;

  constructor(scope: Construct, id: string, setting: Setting) {
    super(scope, id);
    const { deletion, table } = setting.environment;
    this.resource = new DynamodbTable(this, 'Default', {
      name: nameOf(setting, BASE_NAMES.table),
      billingMode: 'PAY_PER_REQUEST',
      onDemandThroughput: {
        maxWriteRequestUnits: table.writeUnitsPerSecondMax,
        maxReadRequestUnits: table.readUnitsPerSecondMax,
      },
      tableClass: 'STANDARD',
      hashKey: ORDER_KEY,
      attribute: [{ name: ORDER_KEY, type: 'S' }],
      pointInTimeRecovery: recovery(table.pointInTimeRecovery),
      deletionProtectionEnabled: deletion === 'protected',
      ...(setting.keyArn === undefined
        ? {}
        : { serverSideEncryption: { enabled: true, kmsKeyArn: setting.keyArn } }),
      ...(deletion === 'protected' ? { lifecycle: { preventDestroy: true } } : {}),
    });
  }
}

function recovery(settings: TableSettings['pointInTimeRecovery']) {
  return settings === 'off' ? { enabled: false } : { enabled: true, recoveryPeriodInDays: settings.days };
}
