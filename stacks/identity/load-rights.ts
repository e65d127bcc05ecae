/**
 * What the load role may do in the account: what `npm run load` calls, as docs/load.md lists it. It writes a run's own
 * orders, whose ids begin with `order-` or `canary-`, and asks the views what became of them. It changes no thing, and
 * deletes nothing.
 *
 *     .github/workflows/load-test.yml → the load role → [load-rights]
 */

import { BASE_NAMES, type EnvironmentName } from '../names.ts';
import { policyDocument, type Statement } from '../service-role.ts';
import { arn, bucketArn, glueArns, named, type Place } from './place.ts';

/** The one environment that has a load role: dev is too small to learn from, prod holds real orders. */
export const LOADED: EnvironmentName = 'staging';

export function loadPolicies(place: Place): Readonly<Record<string, string>> {
  return { run: policyDocument([...writing(place), ...watching(place), ...asking(place)]) };
}

function writing(place: Place): Statement[] {
  const table = arn(place, 'dynamodb', `table/${named(place, BASE_NAMES.table)}`);
  return [
    { Sid: 'FindTheTable', Effect: 'Allow', Action: ['dynamodb:DescribeTable'], Resource: [table] },
    {
      Sid: 'OrdersOfARun',
      Effect: 'Allow',
      Action: ['dynamodb:BatchWriteItem', 'dynamodb:GetItem', 'dynamodb:PutItem'],
      Resource: [table],
      // ForAllValues holds of no keys at all, so there must be some.
      Condition: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['order-*', 'canary-*'] },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      },
    },
  ];
}

function watching(place: Place): Statement[] {
  return [
    {
      Sid: 'CountShards',
      Effect: 'Allow',
      Action: ['kinesis:DescribeStreamSummary'],
      Resource: [arn(place, 'kinesis', `stream/${named(place, BASE_NAMES.stream)}`)],
    },
    // AWS knows no resource for it.
    { Sid: 'ReadMetrics', Effect: 'Allow', Action: ['cloudwatch:GetMetricData'], Resource: ['*'] },
    {
      Sid: 'Crawl',
      Effect: 'Allow',
      Action: ['glue:GetCrawler', 'glue:StartCrawler'],
      Resource: [arn(place, 'glue', `crawler/${named(place, BASE_NAMES.crawler)}`)],
    },
  ];
}

/** A query reads the catalog and the lake in the name of whoever asks. */
function asking(place: Place): Statement[] {
  const lake = bucketArn(place, BASE_NAMES.lake);
  const results = bucketArn(place, BASE_NAMES.results);
  return [
    {
      Sid: 'Ask',
      Effect: 'Allow',
      Action: [
        'athena:GetQueryExecution',
        'athena:GetQueryResults',
        'athena:StartQueryExecution',
        'athena:StopQueryExecution',
      ],
      Resource: [arn(place, 'athena', `workgroup/${named(place, BASE_NAMES.workgroup)}`)],
    },
    {
      Sid: 'FindTables',
      Effect: 'Allow',
      Action: ['glue:GetDatabase', 'glue:GetPartitions', 'glue:GetTable', 'glue:GetTables'],
      Resource: [...glueArns(place), arn(place, 'glue', 'database/default')],
    },
    {
      Sid: 'FindObjects',
      Effect: 'Allow',
      Action: ['s3:GetBucketLocation', 's3:ListBucket'],
      Resource: [lake, results],
    },
    { Sid: 'ReadRows', Effect: 'Allow', Action: ['s3:GetObject'], Resource: [`${lake}/orders/*`] },
    {
      Sid: 'KeepResults',
      Effect: 'Allow',
      Action: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
      Resource: [`${results}/*`],
    },
    {
      Sid: 'KeyThroughTheStores',
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: [arn(place, 'kms', 'key/*')],
      Condition: {
        StringEquals: {
          'kms:ViaService': ['dynamodb', 's3'].map(
            (service) => `${service}.${place.environment.region}.amazonaws.com`,
          ),
        },
      },
    },
  ];
}
