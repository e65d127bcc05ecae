/**
 * Publishes the views of `sql/` after each successful crawl, and each hour, since the crawl's event is sent at best
 * effort and one that is lost would leave views stale until the next:
 *
 *     crawler → rule → [publish-views] → athena
 *     each hour → rule ↗
 *
 * Beside the hops rather than among them: no order passes here. Its code is lambdas/publish-views. It may make and
 * change tables of the pipeline's database but drop none, and it reads no order.
 */

import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target/index.js';
import type { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
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
const SCHEDULE = 'rate(1 hour)';

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
      description: 'Publishes the views of sql/ after each successful crawl, and each hour.',
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
    calls(this, rule, made.function, {
      statementId: 'AfterEachCrawl',
      permission: 'permission',
      target: 'target',
    });
    const hourly = new CloudwatchEventRule(this, 'hourly', {
      name: nameOf(setting, BASE_NAMES.viewsHourly),
      description:
        "Heals the views when a crawl's event was lost; a run with nothing to publish changes nothing.",
      scheduleExpression: SCHEDULE,
    });
    calls(this, hourly, made.function, {
      statementId: 'EachHour',
      permission: 'hourly_permission',
      target: 'hourly_target',
    });
  }
}

/** The rule calls the function, and no other rule may by this permission. */
function calls(
  scope: Construct,
  rule: CloudwatchEventRule,
  callee: LambdaFunction,
  ids: { statementId: string; permission: string; target: string },
): void {
  const permission = new LambdaPermission(scope, ids.permission, {
    statementId: ids.statementId,
    action: 'lambda:InvokeFunction',
    functionName: callee.functionName,
    principal: 'events.amazonaws.com',
    sourceArn: rule.arn,
  });
  new CloudwatchEventTarget(scope, ids.target, {
    rule: rule.name,
    targetId: 'publish-views',
    arn: callee.arn,
    dependsOn: [permission],
  });
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
