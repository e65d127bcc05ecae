/**
 * Orders, one item each, keyed by `orderid`:
 *
 *     order → [table] → stream
 *
 * On demand: it takes what comes, from 4,000 writes a second when new to twice its highest peak
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html), so a flash sale
 * wants the table warmed beforehand. It does not say what becomes of a change: that is the stream's part.
 */

import { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table/index.js';
import { Construct } from 'constructs';
import { BASE_NAMES } from '../names.ts';
import { nameOf, type Setting } from '../setting.ts';

export type TableSettings = {
  pointInTimeRecovery: 'off' | { days: number };
};

export const ORDER_KEY = 'orderid';

export class Table extends Construct {
  readonly resource: DynamodbTable;

  constructor(scope: Construct, id: string, setting: Setting) {
    super(scope, id);
    const { deletion, table } = setting.environment;
    this.resource = new DynamodbTable(this, 'Default', {
      name: nameOf(setting, BASE_NAMES.table),
      billingMode: 'PAY_PER_REQUEST',
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
