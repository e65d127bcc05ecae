/**
 * Carries each change from the table's stream into Kinesis:
 *
 *     stream → [pipe] → kinesis
 *                ↳ dead letters (SQS)
 *
 * A change that cannot be delivered is retried a stated number of times, for a stated time, and then named in the
 * queue of dead letters: AWS's default retries until the change expires, and holds up its whole shard meanwhile. A
 * dead letter says where in the stream the change is, not what it was. The pipe filters and transforms nothing.
 */

import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import { PipesPipe } from '@cdktf/provider-aws/lib/pipes-pipe/index.js';
import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import { Construct } from 'constructs';
import { keyStatement } from '../encryption.ts';
import { BASE_NAMES } from '../names.ts';
import { ServiceRole, type Statement } from '../service-role.ts';
import { arnOf, nameOf, type Setting } from '../setting.ts';
import type { Kinesis } from './kinesis.ts';
import type { Stream } from './stream.ts';

export type PipeSettings = {
  /** At most 500, which is what one PutRecords takes. */
  batchRecords: number;
  batchWindowSeconds: number;
  /** Batches of one shard under way at once; changes of one order stay in one of them. */
  parallelBatches: number;
  retries: number;
  recordAgeSeconds: number;
  deadLetterRetentionSeconds: number;
};

export class Pipe extends Construct {
  readonly name: string;
  readonly deadLetters: SqsQueue;

  constructor(scope: Construct, id: string, setting: Setting, source: Stream, target: Kinesis) {
    super(scope, id);
    this.name = nameOf(setting, BASE_NAMES.pipe);
    this.deadLetters = deadLetters(this, setting);
    const role = new ServiceRole(this, 'role', setting, {
      name: this.name,
      service: 'pipes.amazonaws.com',
      onlyFor: {
        StringEquals: {
          'aws:SourceAccount': setting.account,
          'aws:SourceArn': arnOf(setting, 'pipes', `pipe/${this.name}`),
        },
      },
      statements: statements(setting, source, target, this.deadLetters),
    });
    // Under /aws/vendedlogs/ AWS allows the delivery by itself; elsewhere a resource policy is to be kept.
    const log = new CloudwatchLogGroup(this, 'log', {
      name: `/aws/vendedlogs/pipes/${this.name}`,
      retentionInDays: setting.environment.logRetentionDays,
    });
    const { pipe } = setting.environment;
    new PipesPipe(this, 'Default', {
      name: this.name,
      roleArn: role.arn,
      source: source.arn,
      sourceParameters: {
        dynamodbStreamParameters: {
          startingPosition: 'TRIM_HORIZON',
          batchSize: pipe.batchRecords,
          maximumBatchingWindowInSeconds: pipe.batchWindowSeconds,
          parallelizationFactor: pipe.parallelBatches,
          maximumRetryAttempts: pipe.retries,
          maximumRecordAgeInSeconds: pipe.recordAgeSeconds,
          onPartialBatchItemFailure: 'AUTOMATIC_BISECT',
          deadLetterConfig: { arn: this.deadLetters.arn },
        },
      },
      target: target.stream.arn,
      // By event rather than by order: one order that changes often must not wear out one shard. The views order
      // changes by sequence number, so order between shards does not matter.
      targetParameters: { kinesisStreamParameters: { partitionKey: '$.eventID' } },
      logConfiguration: { level: 'ERROR', cloudwatchLogsLogDestination: { logGroupArn: log.arn } },
      dependsOn: [role.policy],
    });
  }
}

function deadLetters(scope: Construct, setting: Setting): SqsQueue {
  return new SqsQueue(scope, 'dead_letters', {
    name: nameOf(setting, BASE_NAMES.deadLetters),
    messageRetentionSeconds: setting.environment.pipe.deadLetterRetentionSeconds,
    ...(setting.keyArn === undefined
      ? { sqsManagedSseEnabled: true }
      : { kmsMasterKeyId: setting.keyArn, kmsDataKeyReusePeriodSeconds: 300 }),
  });
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-permissions.html */
function statements(setting: Setting, source: Stream, target: Kinesis, queue: SqsQueue): Statement[] {
  return [
    {
      Sid: 'ReadTheStream',
      Effect: 'Allow',
      Action: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
      Resource: [source.arn],
    },
    // AWS knows no ARN for this action.
    { Sid: 'FindTheStream', Effect: 'Allow', Action: ['dynamodb:ListStreams'], Resource: ['*'] },
    {
      Sid: 'WriteToKinesis',
      Effect: 'Allow',
      Action: ['kinesis:PutRecord', 'kinesis:PutRecords'],
      Resource: [target.stream.arn],
    },
    { Sid: 'LeaveDeadLetters', Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: [queue.arn] },
    ...keyStatement(setting, 'read and write', 'dynamodb', 'kinesis', 'sqs'),
  ];
}
