/**
 * Gathers changes into files: reads Kinesis, has each change turned into a line by the transform, and writes the
 * lines to the lake when enough have come or enough time has passed, whichever is first:
 *
 *     kinesis → [firehose] → lake
 *                ↕ transform
 *
 * What the transform refuses, or what cannot be delivered, lies under `errors/` with its raw data. Files are named
 * by time of arrival (UTC), so a late change is never looked for in the past.
 */

import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import { CloudwatchLogStream } from '@cdktf/provider-aws/lib/cloudwatch-log-stream/index.js';
import {
  KinesisFirehoseDeliveryStream,
  type KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessorsParameters as ProcessorParameter,
} from '@cdktf/provider-aws/lib/kinesis-firehose-delivery-stream/index.js';
import { Construct } from 'constructs';
import { keyStatement } from '../encryption.ts';
import { BASE_NAMES } from '../names.ts';
import { ServiceRole, type Statement } from '../service-role.ts';
import { nameOf, type Setting } from '../setting.ts';
import type { Kinesis } from './kinesis.ts';
import { ERRORS_PREFIX, type Lake, ORDERS_PREFIX } from './lake.ts';
import type { Transform } from './transform.ts';

export type FirehoseSettings = {
  bufferSeconds: number;
  bufferMegabytes: number;
  transformBufferSeconds: number;
  transformBufferMegabytes: number;
  transformRetries: number;
};

export class Firehose extends Construct {
  readonly name: string;

  constructor(
    scope: Construct,
    id: string,
    setting: Setting,
    source: Kinesis,
    transform: Transform,
    lake: Lake,
  ) {
    super(scope, id);
    this.name = nameOf(setting, BASE_NAMES.deliveryStream);
    const { firehose, logRetentionDays } = setting.environment;
    const group = new CloudwatchLogGroup(this, 'log', {
      name: `/aws/kinesisfirehose/${this.name}`,
      retentionInDays: logRetentionDays,
    });
    const log = new CloudwatchLogStream(this, 'log_stream', {
      name: 'DestinationDelivery',
      logGroupName: group.name,
    });
    const role = new ServiceRole(this, 'role', setting, {
      name: this.name,
      service: 'firehose.amazonaws.com',
      // Firehose names the account as external id when it takes a role on.
      onlyFor: { StringEquals: { 'sts:ExternalId': setting.account } },
      statements: statements(setting, source, transform, lake, log),
    });
    new KinesisFirehoseDeliveryStream(this, 'Default', {
      name: this.name,
      destination: 'extended_s3',
      kinesisSourceConfiguration: { kinesisStreamArn: source.stream.arn, roleArn: role.arn },
      extendedS3Configuration: {
        bucketArn: lake.bucket.arn,
        roleArn: role.arn,
        bufferingInterval: firehose.bufferSeconds,
        bufferingSize: firehose.bufferMegabytes,
        compressionFormat: 'GZIP',
        prefix: `${ORDERS_PREFIX}dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/`,
        errorOutputPrefix: `${ERRORS_PREFIX}!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/`,
        ...(setting.keyArn === undefined ? {} : { kmsKeyArn: setting.keyArn }),
        cloudwatchLoggingOptions: { enabled: true, logGroupName: group.name, logStreamName: log.name },
        processingConfiguration: {
          enabled: true,
          processors: [{ type: 'Lambda', parameters: processor(firehose, transform) }],
        },
      },
      dependsOn: [role.policy],
    });
  }
}

/** Left out where it is AWS's default: Terraform never reads a default back, and would plan the same change for ever.
 * https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/kinesis_firehose_delivery_stream */
const PROCESSOR_DEFAULTS: Readonly<Record<string, number>> = {
  BufferSizeInMBs: 1,
  BufferIntervalInSeconds: 60,
  NumberOfRetries: 3,
};

function processor(settings: FirehoseSettings, transform: Transform): ProcessorParameter[] {
  const wanted = {
    BufferSizeInMBs: settings.transformBufferMegabytes,
    BufferIntervalInSeconds: settings.transformBufferSeconds,
    NumberOfRetries: settings.transformRetries,
  };
  return [
    { parameterName: 'LambdaArn', parameterValue: transform.latestArn },
    ...Object.entries(wanted)
      .filter(([name, value]) => value !== PROCESSOR_DEFAULTS[name])
      .map(([parameterName, value]) => ({ parameterName, parameterValue: String(value) })),
  ];
}

/** https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html */
function statements(
  setting: Setting,
  source: Kinesis,
  transform: Transform,
  lake: Lake,
  log: CloudwatchLogStream,
): Statement[] {
  return [
    {
      Sid: 'ReadKinesis',
      Effect: 'Allow',
      Action: [
        'kinesis:DescribeStream',
        'kinesis:GetRecords',
        'kinesis:GetShardIterator',
        'kinesis:ListShards',
      ],
      Resource: [source.stream.arn],
    },
    {
      Sid: 'CallTheTransform',
      Effect: 'Allow',
      Action: ['lambda:GetFunctionConfiguration', 'lambda:InvokeFunction'],
      Resource: [transform.arn, transform.latestArn],
    },
    {
      Sid: 'FindTheLake',
      Effect: 'Allow',
      Action: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
      Resource: [lake.bucket.arn],
    },
    {
      Sid: 'WriteToTheLake',
      Effect: 'Allow',
      Action: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
      Resource: [`${lake.bucket.arn}/${ORDERS_PREFIX}*`, `${lake.bucket.arn}/${ERRORS_PREFIX}*`],
    },
    { Sid: 'LogFailures', Effect: 'Allow', Action: ['logs:PutLogEvents'], Resource: [log.arn] },
    ...keyStatement(setting, 'read and write', 'kinesis', 's3'),
  ];
}
