/**
 * What Terraform calls for each kind of resource in the pipeline: to read it, which every plan does, and to change it.
 * The plan role is given the first column of this table and the apply role both, each on the pipeline's own names
 * where AWS lets a right be bound to a name. A resource of a kind that stands nowhere here fails a test, not a deploy.
 *
 * Reading is reading about a thing: no column reads an order. IAM's roles and KMS's keys are in apply-rights.ts, as
 * there the rights are what matters.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */

import { BASE_NAMES } from '../names.ts';
import { arn, bucketArn, glueArns, iamArn, logGroups, named, type Place, serviceRoles } from './place.ts';

export type Kind = {
  /** Becomes the statement's id. */
  name: string;
  types: readonly string[];
  on: readonly string[];
  read: readonly string[];
  change: readonly string[];
  /** Given only where the environment lets Terraform delete what holds orders. */
  deleteOrders?: readonly string[];
};

/** In two parts, as a policy of AWS's has an end. */
export type Part = 'orders' | 'questions';

export function kinds(place: Place, part: Part): Kind[] {
  switch (part) {
    case 'orders':
      return [...stores(place), ...movers(place)];
    case 'questions':
      return [...catalog(place), ...watchers(place)];
  }
}

/** Actions of one service, without its name before each. */
function of(service: string, names: string): string[] {
  return names
    .trim()
    .split(/\s+/)
    .map((name) => `${service}:${name}`);
}

function stores(place: Place): Kind[] {
  return [
    {
      name: 'Table',
      types: ['aws_dynamodb_table'],
      on: [arn(place, 'dynamodb', `table/${named(place, BASE_NAMES.table)}`)],
      read: of('dynamodb', 'DescribeContinuousBackups DescribeTable DescribeTimeToLive ListTagsOfResource'),
      change: of('dynamodb', 'CreateTable TagResource UntagResource UpdateContinuousBackups UpdateTable'),
      deleteOrders: of('dynamodb', 'DeleteTable'),
    },
    {
      name: 'Kinesis',
      types: ['aws_kinesis_stream'],
      on: [arn(place, 'kinesis', `stream/${named(place, BASE_NAMES.stream)}`)],
      read: of('kinesis', 'DescribeStream DescribeStreamSummary ListTagsForResource ListTagsForStream'),
      change: of(
        'kinesis',
        `AddTagsToStream CreateStream DecreaseStreamRetentionPeriod DeleteStream IncreaseStreamRetentionPeriod
         RemoveTagsFromStream StartStreamEncryption StopStreamEncryption TagResource UntagResource UpdateShardCount
         UpdateStreamMode`,
      ),
    },
    {
      name: 'Buckets',
      types: [
        'aws_s3_bucket',
        'aws_s3_bucket_lifecycle_configuration',
        'aws_s3_bucket_ownership_controls',
        'aws_s3_bucket_policy',
        'aws_s3_bucket_public_access_block',
        'aws_s3_bucket_server_side_encryption_configuration',
        'aws_s3_bucket_versioning',
      ],
      on: [bucketArn(place, BASE_NAMES.lake), bucketArn(place, BASE_NAMES.results)],
      // The provider looks at every setting of a bucket, whether the stack states it or not. It finds a bucket by
      // HeadBucket, which is the right to list it.
      read: of(
        's3',
        `GetAccelerateConfiguration GetBucketAcl GetBucketCORS GetBucketLocation GetBucketLogging
         GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPolicy GetBucketPublicAccessBlock
         GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite GetEncryptionConfiguration
         GetLifecycleConfiguration GetReplicationConfiguration ListBucket`,
      ),
      change: of(
        's3',
        `CreateBucket DeleteBucketPolicy PutBucketOwnershipControls PutBucketPolicy PutBucketPublicAccessBlock
         PutBucketTagging PutBucketVersioning PutEncryptionConfiguration PutLifecycleConfiguration`,
      ),
    },
    {
      name: 'EmptyAndDeleteBuckets',
      types: [],
      on: emptied(place),
      read: [],
      change: of('s3', 'DeleteBucket DeleteObject DeleteObjectVersion ListBucketVersions'),
    },
    {
      name: 'DeadLetters',
      types: ['aws_sqs_queue'],
      on: [arn(place, 'sqs', named(place, BASE_NAMES.deadLetters))],
      read: of('sqs', 'GetQueueAttributes GetQueueUrl ListQueueTags'),
      change: of('sqs', 'CreateQueue DeleteQueue SetQueueAttributes TagQueue UntagQueue'),
    },
  ];
}

/** Where deletion is allowed a bucket is emptied first; the results of queries always may be. */
function emptied(place: Place): string[] {
  const buckets = [bucketArn(place, BASE_NAMES.results)];
  if (place.environment.deletion === 'allowed') buckets.push(bucketArn(place, BASE_NAMES.lake));
  return buckets.flatMap((bucket) => [bucket, `${bucket}/*`]);
}

function movers(place: Place): Kind[] {
  const functions = [BASE_NAMES.transform, BASE_NAMES.publishViews];
  return [
    {
      name: 'Pipe',
      types: ['aws_pipes_pipe'],
      on: [arn(place, 'pipes', `pipe/${named(place, BASE_NAMES.pipe)}`)],
      read: of('pipes', 'DescribePipe ListTagsForResource'),
      change: of('pipes', 'CreatePipe DeletePipe StartPipe StopPipe TagResource UntagResource UpdatePipe'),
    },
    {
      name: 'Firehose',
      types: ['aws_kinesis_firehose_delivery_stream'],
      on: [arn(place, 'firehose', `deliverystream/${named(place, BASE_NAMES.deliveryStream)}`)],
      read: of('firehose', 'DescribeDeliveryStream ListTagsForDeliveryStream'),
      change: of(
        'firehose',
        'CreateDeliveryStream DeleteDeliveryStream TagDeliveryStream UntagDeliveryStream UpdateDestination',
      ),
    },
    {
      name: 'Functions',
      types: ['aws_lambda_function', 'aws_lambda_permission'],
      on: functions.map((base) => arn(place, 'lambda', `function:${named(place, base)}`)),
      read: of(
        'lambda',
        'GetFunction GetFunctionCodeSigningConfig GetFunctionConfiguration GetPolicy ListTags ListVersionsByFunction',
      ),
      change: of(
        'lambda',
        `AddPermission CreateFunction DeleteFunction RemovePermission TagResource UntagResource UpdateFunctionCode
         UpdateFunctionConfiguration`,
      ),
    },
    {
      name: 'Roles',
      types: ['aws_iam_role', 'aws_iam_role_policy'],
      on: serviceRoles(place).map((role) => role.arn),
      read: of('iam', 'GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies'),
      change: [],
    },
    {
      name: 'Boundary',
      types: [],
      on: [iamArn(place, `policy/${named(place, BASE_NAMES.boundary)}`)],
      read: of('iam', 'GetPolicy GetPolicyVersion'),
      change: [],
    },
  ];
}

function catalog(place: Place): Kind[] {
  const database = named(place, BASE_NAMES.database);
  return [
    {
      name: 'Database',
      types: ['aws_glue_catalog_database'],
      on: [...glueArns(place), arn(place, 'glue', `userDefinedFunction/${database}/*`)],
      read: of('glue', 'GetDatabase GetTags'),
      change: of('glue', 'CreateDatabase DeleteDatabase TagResource UntagResource UpdateDatabase'),
    },
    {
      name: 'Crawler',
      types: ['aws_glue_crawler'],
      on: [arn(place, 'glue', `crawler/${named(place, BASE_NAMES.crawler)}`)],
      read: of('glue', 'GetCrawler GetTags'),
      change: of('glue', 'CreateCrawler DeleteCrawler StopCrawler TagResource UntagResource UpdateCrawler'),
    },
    {
      name: 'Workgroup',
      types: ['aws_athena_workgroup'],
      on: [arn(place, 'athena', `workgroup/${named(place, BASE_NAMES.workgroup)}`)],
      read: of('athena', 'GetWorkGroup ListTagsForResource'),
      change: of('athena', 'CreateWorkGroup DeleteWorkGroup TagResource UntagResource UpdateWorkGroup'),
    },
  ];
}

function watchers(place: Place): Kind[] {
  const groups = logGroups(place);
  return [
    {
      name: 'Logs',
      types: ['aws_cloudwatch_log_group', 'aws_cloudwatch_log_stream'],
      on: groups.flatMap((group) => [group, `${group}:*`]),
      read: of('logs', 'DescribeLogStreams ListTagsForResource'),
      change: of(
        'logs',
        `CreateLogGroup CreateLogStream DeleteLogGroup DeleteLogStream DeleteRetentionPolicy PutRetentionPolicy
         TagResource UntagResource`,
      ),
    },
    // AWS asks these of whoever makes a pipe that logs, and knows no name for a delivery:
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html
    {
      name: 'LogDelivery',
      types: [],
      on: ['*'],
      read: [],
      change: of(
        'logs',
        `CreateLogDelivery DeleteLogDelivery DescribeResourcePolicies GetLogDelivery ListLogDeliveries
         PutResourcePolicy UpdateLogDelivery`,
      ),
    },
    {
      name: 'FindLogs',
      types: [],
      on: [arn(place, 'logs', 'log-group:*')],
      read: of('logs', 'DescribeLogGroups'),
      change: [],
    },
    {
      name: 'Alarms',
      types: ['aws_cloudwatch_metric_alarm', 'aws_cloudwatch_dashboard'],
      on: [
        arn(place, 'cloudwatch', `alarm:${named(place, BASE_NAMES.key)}-*`),
        `arn:aws:cloudwatch::${place.account}:dashboard/${named(place, BASE_NAMES.dashboard)}`,
      ],
      read: of('cloudwatch', 'GetDashboard ListTagsForResource'),
      change: of(
        'cloudwatch',
        'DeleteAlarms DeleteDashboards PutDashboard PutMetricAlarm TagResource UntagResource',
      ),
    },
    {
      name: 'FindAlarms',
      types: [],
      on: [arn(place, 'cloudwatch', 'alarm:*')],
      read: of('cloudwatch', 'DescribeAlarms'),
      change: [],
    },
    {
      name: 'Rules',
      types: ['aws_cloudwatch_event_rule', 'aws_cloudwatch_event_target'],
      on: [BASE_NAMES.crawled, BASE_NAMES.crawlFailed, BASE_NAMES.viewsHourly].map((base) =>
        arn(place, 'events', `rule/${named(place, base)}`),
      ),
      read: of('events', 'DescribeRule ListTagsForResource ListTargetsByRule'),
      change: of(
        'events',
        'DeleteRule DisableRule EnableRule PutRule PutTargets RemoveTargets TagResource UntagResource',
      ),
    },
    {
      name: 'Topic',
      types: ['aws_sns_topic', 'aws_sns_topic_policy'],
      on: [arn(place, 'sns', named(place, BASE_NAMES.alarms))],
      read: of('sns', 'GetTopicAttributes ListTagsForResource'),
      change: of('sns', 'CreateTopic DeleteTopic SetTopicAttributes TagResource UntagResource'),
    },
  ];
}
