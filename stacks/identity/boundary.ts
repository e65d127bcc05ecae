/**
 * What no role of the pipeline may exceed, whatever its own policy says: carrying changes from hop to hop, and nothing
 * else. The apply role may make roles only with this boundary and cannot change it, so a pull request that writes
 * itself a wider policy is given nothing by it. A hop that needs a new right needs a line here too, and
 * `npm run bootstrap` by an administrator.
 *
 * The last statements deny outright: another policy, such as a bucket's or a key's own, could else grant what is merely
 * not allowed here. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */

import { BASE_NAMES } from '../names.ts';
import { policyDocument, type Statement } from '../service-role.ts';
import { arn, bucketArn, glueArns, logGroups, named, type Place } from './place.ts';

export function boundary(place: Place, stateKeyArn: string): string {
  return policyDocument([...streams(place), ...lake(place), ...asking(place), ...never(place, stateKeyArn)]);
}

function streams(place: Place): Statement[] {
  const functions = [BASE_NAMES.transform, BASE_NAMES.publishViews].map((base) =>
    arn(place, 'lambda', `function:${named(place, base)}`),
  );
  return [
    {
      Sid: 'ReadTheStream',
      Effect: 'Allow',
      Action: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
      Resource: [arn(place, 'dynamodb', `table/${named(place, BASE_NAMES.table)}/stream/*`)],
    },
    { Sid: 'FindTheStream', Effect: 'Allow', Action: ['dynamodb:ListStreams'], Resource: ['*'] },
    {
      Sid: 'Kinesis',
      Effect: 'Allow',
      Action: [
        'kinesis:DescribeStream',
        'kinesis:DescribeStreamSummary',
        'kinesis:GetRecords',
        'kinesis:GetShardIterator',
        'kinesis:ListShards',
        'kinesis:PutRecord',
        'kinesis:PutRecords',
      ],
      Resource: [arn(place, 'kinesis', `stream/${named(place, BASE_NAMES.stream)}`)],
    },
    {
      Sid: 'DeadLetters',
      Effect: 'Allow',
      Action: ['sqs:SendMessage'],
      Resource: [arn(place, 'sqs', named(place, BASE_NAMES.deadLetters))],
    },
    {
      Sid: 'Functions',
      Effect: 'Allow',
      Action: ['lambda:GetFunctionConfiguration', 'lambda:InvokeFunction'],
      Resource: functions.flatMap((each) => [each, `${each}:*`]),
    },
  ];
}

function lake(place: Place): Statement[] {
  const buckets = [BASE_NAMES.lake, BASE_NAMES.results].map((base) => bucketArn(place, base));
  return [
    {
      Sid: 'FindObjects',
      Effect: 'Allow',
      Action: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
      Resource: buckets,
    },
    {
      Sid: 'Objects',
      Effect: 'Allow',
      Action: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
      Resource: buckets.map((bucket) => `${bucket}/*`),
    },
    {
      Sid: 'KeyThroughTheStores',
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: [arn(place, 'kms', 'key/*')],
      Condition: {
        StringEquals: {
          'kms:ViaService': ['dynamodb', 'kinesis', 's3', 'sqs'].map(
            (service) => `${service}.${place.environment.region}.amazonaws.com`,
          ),
        },
      },
    },
  ];
}

function asking(place: Place): Statement[] {
  const groups = [...logGroups(place), arn(place, 'logs', 'log-group:/aws-glue/crawlers')];
  return [
    {
      Sid: 'Catalog',
      Effect: 'Allow',
      Action: [
        'glue:BatchCreatePartition',
        'glue:BatchGetPartition',
        'glue:BatchUpdatePartition',
        'glue:CreatePartition',
        'glue:CreateTable',
        'glue:GetDatabase',
        'glue:GetPartition',
        'glue:GetPartitions',
        'glue:GetTable',
        'glue:GetTables',
        'glue:UpdatePartition',
        'glue:UpdateTable',
      ],
      Resource: [...glueArns(place), arn(place, 'glue', 'database/default')],
    },
    {
      Sid: 'Queries',
      Effect: 'Allow',
      Action: ['athena:GetQueryExecution', 'athena:GetQueryResults', 'athena:StartQueryExecution'],
      Resource: [arn(place, 'athena', `workgroup/${named(place, BASE_NAMES.workgroup)}`)],
    },
    {
      Sid: 'Logs',
      Effect: 'Allow',
      Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: groups.flatMap((group) => [group, `${group}:*`]),
    },
  ];
}

function never(place: Place, stateKeyArn: string): Statement[] {
  const state = bucketArn(place, BASE_NAMES.state);
  return [
    {
      Sid: 'NeverIdentity',
      Effect: 'Deny',
      Action: ['iam:*', 'organizations:*', 'sts:AssumeRole*'],
      Resource: ['*'],
    },
    { Sid: 'NeverTheState', Effect: 'Deny', Action: ['s3:*'], Resource: [state, `${state}/*`] },
    { Sid: 'NeverTheStateKey', Effect: 'Deny', Action: ['kms:*'], Resource: [stateKeyArn] },
  ];
}
