/**
 * Looks at what lies in the lake and keeps the table `projection_orders` and its partitions up to it:
 *
 *     lake → [crawler] → athena
 *
 * Its success starts the publishing of the views. It needs no classifier of its own: Glue's JSON classifier reads
 * newline-delimited JSON, gzipped or not
 * (https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html). It does not look under `errors/`.
 */

import { GlueCatalogDatabase } from '@cdktf/provider-aws/lib/glue-catalog-database/index.js';
import { GlueCrawler } from '@cdktf/provider-aws/lib/glue-crawler/index.js';
import { Construct } from 'constructs';
import { keyStatement } from '../encryption.ts';
import { BASE_NAMES, TABLE_PREFIX } from '../names.ts';
import { ServiceRole, type Statement } from '../service-role.ts';
import { arnOf, nameOf, type Setting } from '../setting.ts';
import { type Lake, ORDERS_PREFIX } from './lake.ts';

export type CrawlerSettings = {
  /** Glue's cron: minutes, hours, day of month, month, day of week, year; UTC. */
  schedule: string;
};

export class Crawler extends Construct {
  readonly name: string;
  readonly database: GlueCatalogDatabase;

  constructor(scope: Construct, id: string, setting: Setting, lake: Lake) {
    super(scope, id);
    this.name = nameOf(setting, BASE_NAMES.crawler);
    this.database = new GlueCatalogDatabase(this, 'database', {
      name: nameOf(setting, BASE_NAMES.database),
      description: 'Orders as they lie in the lake, and the views over them.',
    });
    const role = new ServiceRole(this, 'role', setting, {
      name: this.name,
      service: 'glue.amazonaws.com',
      // AWS does not say that Glue names its account for a crawler; where it does not, a plain StringEquals would keep
      // the crawler from ever starting.
      onlyFor: { StringEqualsIfExists: { 'aws:SourceAccount': setting.account } },
      statements: statements(setting, lake, this.database),
    });
    new GlueCrawler(this, 'Default', {
      name: this.name,
      role: role.arn,
      databaseName: this.database.name,
      tablePrefix: TABLE_PREFIX,
      schedule: setting.environment.crawler.schedule,
      s3Target: [{ path: `s3://${lake.bucket.bucket}/${ORDERS_PREFIX}` }],
      recrawlPolicy: { recrawlBehavior: 'CRAWL_EVERYTHING' },
      // A column that is new in the lake joins the table; a file that is gone takes nothing with it.
      schemaChangePolicy: { updateBehavior: 'UPDATE_IN_DATABASE', deleteBehavior: 'LOG' },
      configuration: JSON.stringify(CONFIGURATION),
      dependsOn: [role.policy],
    });
  }
}

/** One table for all of `orders/`, even when an hour's orders have an attribute that another's lack, and partitions
 * that follow the table's columns.
 * https://docs.aws.amazon.com/glue/latest/dg/crawler-grouping-policy.html
 * https://docs.aws.amazon.com/glue/latest/dg/crawler-schema-changes-prevent.html */
const CONFIGURATION = {
  Version: 1,
  Grouping: { TableGroupingPolicy: 'CombineCompatibleSchemas' },
  CrawlerOutput: { Partitions: { AddOrUpdateBehavior: 'InheritFromTable' } },
};

function statements(setting: Setting, lake: Lake, database: GlueCatalogDatabase): Statement[] {
  // All crawlers of the account log to this one group, so no stack owns it.
  const log = arnOf(setting, 'logs', 'log-group:/aws-glue/crawlers');
  return [
    {
      Sid: 'FindTheLake',
      Effect: 'Allow',
      Action: ['s3:GetBucketLocation', 's3:ListBucket'],
      Resource: [lake.bucket.arn],
    },
    {
      Sid: 'ReadOrders',
      Effect: 'Allow',
      Action: ['s3:GetObject'],
      Resource: [`${lake.bucket.arn}/${ORDERS_PREFIX}*`],
    },
    {
      Sid: 'KeepTheTable',
      Effect: 'Allow',
      Action: [
        'glue:GetDatabase',
        'glue:GetTable',
        'glue:GetTables',
        'glue:CreateTable',
        'glue:UpdateTable',
        'glue:GetPartition',
        'glue:GetPartitions',
        'glue:BatchGetPartition',
        'glue:CreatePartition',
        'glue:BatchCreatePartition',
        'glue:UpdatePartition',
        'glue:BatchUpdatePartition',
      ],
      Resource: [
        arnOf(setting, 'glue', 'catalog'),
        database.arn,
        arnOf(setting, 'glue', `table/${nameOf(setting, BASE_NAMES.database)}/${TABLE_PREFIX}*`),
      ],
    },
    {
      Sid: 'Log',
      Effect: 'Allow',
      Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: [log, `${log}:*`],
    },
    ...keyStatement(setting, 'read', 's3'),
  ];
}
