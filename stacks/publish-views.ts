/**
 * Publishes the views of `sql/` after each successful crawl:
 *
 *     crawler → rule → [publish-views] → athena
 *
 * Beside the hops rather than among them: no order passes here. Its code is lambdas/publish-views. It may make and
 * change tables of the pipeline's database but drop none, and it reads no order.
 */

import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target/index.js';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission/index.js';
import { Construct } from 'constructs';
import { keyStatement } from './encryption.ts';
import type { Athena } from './hops/athena.ts';
import type { Crawler } from './hops/crawler.ts';
import { BASE_NAMES, ORDERS_TABLE } from './names.ts';
import { type LambdaBundle, NodeFunction } from './node-function.ts';
import type { Statement } from './service-role.ts';
import { arnOf, nameOf, type Setting } from './setting.ts';

const MEMORY_MEGABYTES = 256;
const TIMEOUT_SECONDS = 300;

export class PublishViews extends Construct {
  readonly name: string;

  constructor(
    scope: Construct,
    id: string,
    setting: Setting,
    crawler: Crawler,
    athena: Athena,
    bundle: LambdaBundle,
  ) {
    super(scope, id);
    const made = new NodeFunction(this, 'Default', setting, {
      name: BASE_NAMES.publishViews,
      description: 'Publishes the views of sql/ after each successful crawl.',
      bundle,
      memoryMegabytes: MEMORY_MEGABYTES,
      timeoutSeconds: TIMEOUT_SECONDS,
      variables: {
        DATABASE: crawler.database.name,
        ORDERS_TABLE,
        WORKGROUP: athena.workgroup.name,
      },
      statements: statements(setting, crawler, athena),
    });
    this.name = made.name;
    const rule = new CloudwatchEventRule(this, 'rule', {
      name: nameOf(setting, BASE_NAMES.crawled),
      description: 'The crawler has brought the table up to the lake.',
      eventPattern: JSON.stringify(crawlerEvent(crawler.name, 'Succeeded')),
    });
    const permission = new LambdaPermission(this, 'permission', {
      statementId: 'AfterEachCrawl',
      action: 'lambda:InvokeFunction',
      functionName: made.function.functionName,
      principal: 'events.amazonaws.com',
      sourceArn: rule.arn,
    });
    new CloudwatchEventTarget(this, 'target', {
      rule: rule.name,
      targetId: 'publish-views',
      arn: made.function.arn,
      dependsOn: [permission],
    });
  }
}

/** https://docs.aws.amazon.com/glue/latest/dg/automating-awsglue-with-cloudwatch-events.html */
export function crawlerEvent(crawlerName: string, state: 'Succeeded' | 'Failed'): unknown {
  return {
    source: ['aws.glue'],
    'detail-type': ['Glue Crawler State Change'],
    detail: { crawlerName: [crawlerName], state: [state] },
  };
}

/** https://docs.aws.amazon.com/athena/latest/ug/managed-policies.html
 * https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html (why `default` too) */
function statements(setting: Setting, crawler: Crawler, athena: Athena): Statement[] {
  const catalog = arnOf(setting, 'glue', 'catalog');
  return [
    {
      Sid: 'Ask',
      Effect: 'Allow',
      Action: ['athena:GetQueryExecution', 'athena:GetQueryResults', 'athena:StartQueryExecution'],
      Resource: [athena.workgroup.arn],
    },
    {
      Sid: 'FindTheDatabase',
      Effect: 'Allow',
      Action: ['glue:GetDatabase'],
      Resource: [catalog, crawler.database.arn, arnOf(setting, 'glue', 'database/default')],
    },
    {
      Sid: 'KeepTheViews',
      Effect: 'Allow',
      Action: ['glue:CreateTable', 'glue:GetTable', 'glue:GetTables', 'glue:UpdateTable'],
      Resource: [
        catalog,
        crawler.database.arn,
        arnOf(setting, 'glue', `table/${nameOf(setting, BASE_NAMES.database)}/*`),
      ],
    },
    {
      Sid: 'FindTheResults',
      Effect: 'Allow',
      Action: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
      Resource: [athena.results.arn],
    },
    {
      Sid: 'WriteResults',
      Effect: 'Allow',
      Action: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
      Resource: [`${athena.results.arn}/*`],
    },
    ...keyStatement(setting, 'read and write', 's3'),
  ];
}
