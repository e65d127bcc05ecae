/**
 * What is watched on AWS: one alarm for each way in which orders stop, fall behind or get lost, hop by hop. Data
 * only; observability.ts makes the alarms. Metric names are AWS's, with the page that lists them.
 */

import type { HopName } from '../schemas/hops.ts';
import type { AlarmSettings } from './observability.ts';

export type Metric = { namespace: string; name: string; dimensions: Record<string, string> };

export type Alarm = {
  id: string;
  hop: HopName;
  /** What has happened when it rings, for the person it wakes. */
  meaning: string;
  metric: Metric;
  statistic: 'Average' | 'Maximum' | 'Minimum' | 'Sum';
  /** Rings when the statistic is above (or below) it. */
  threshold: number;
  rings: 'above' | 'below';
  /** Periods in a row: one for a loss, more for what may pass by itself. */
  periods: number;
};

export type WatchedNames = {
  table: string;
  pipe: string;
  deadLetters: string;
  stream: string;
  deliveryStream: string;
  transform: string;
  publishViews: string;
  workgroup: string;
};

export function alarms(names: WatchedNames, settings: AlarmSettings): Alarm[] {
  const metric = metricsOf(names);
  return [
    {
      id: 'table_throttled',
      hop: 'table',
      meaning:
        'Orders are refused: the table takes fewer writes than come. Warm it, or slow the writers down.',
      metric: metric.tableThrottled,
      statistic: 'Sum',
      threshold: 0,
      rings: 'above',
      periods: 3,
    },
    {
      id: 'pipe_failed',
      hop: 'pipe',
      meaning: 'The pipe cannot write to Kinesis; it retries, and gives up as environments.ts says.',
      metric: metric.pipeFailed,
      statistic: 'Sum',
      threshold: 0,
      rings: 'above',
      periods: 3,
    },
    {
      id: 'pipe_dead_letters',
      hop: 'pipe',
      meaning:
        'The pipe gave up on changes. They can be read out of the stream for 24 hours from their write.',
      metric: metric.deadLetters,
      statistic: 'Maximum',
      threshold: 0,
      rings: 'above',
      periods: 1,
    },
    {
      id: 'kinesis_throttled',
      hop: 'kinesis',
      meaning: 'The stream has too few shards for what comes.',
      metric: metric.kinesisThrottled,
      statistic: 'Sum',
      threshold: 0,
      rings: 'above',
      periods: 3,
    },
    {
      id: 'kinesis_iterator_age',
      hop: 'kinesis',
      meaning: 'Firehose reads more slowly than the pipe writes.',
      metric: metric.iteratorAge,
      statistic: 'Maximum',
      threshold: settings.iteratorAgeSecondsMax * 1000,
      rings: 'above',
      periods: 3,
    },
    {
      id: 'firehose_freshness',
      hop: 'firehose',
      meaning: 'The oldest change that is not yet in the lake is too old.',
      metric: metric.freshness,
      statistic: 'Maximum',
      threshold: settings.freshnessSecondsMax,
      rings: 'above',
      periods: 3,
    },
    {
      id: 'firehose_delivery',
      hop: 'lake',
      meaning:
        'Files cannot be written to the lake; Firehose tries for 24 hours, then leaves them under errors/.',
      metric: metric.delivery,
      statistic: 'Minimum',
      threshold: 1,
      rings: 'below',
      periods: 3,
    },
    {
      id: 'transform_errors',
      hop: 'transform',
      meaning: 'The transform itself fails (a record it refuses is no error: that lies under errors/).',
      metric: metric.transformErrors,
      statistic: 'Sum',
      threshold: 0,
      rings: 'above',
      periods: 1,
    },
    {
      id: 'transform_throttled',
      hop: 'transform',
      meaning: "The account's Lambda concurrency is used up.",
      metric: metric.transformThrottled,
      statistic: 'Sum',
      threshold: 0,
      rings: 'above',
      periods: 3,
    },
    {
      id: 'publish_views_errors',
      hop: 'athena',
      meaning: 'The views could not be published after a crawl; those of the last time still stand.',
      metric: metric.publishViewsErrors,
      statistic: 'Sum',
      threshold: 0,
      rings: 'above',
      periods: 1,
    },
  ];
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-monitoring.html
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 * https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
 * https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 * https://docs.aws.amazon.com/athena/latest/ug/query-metrics-viewing.html */
export function metricsOf(names: WatchedNames) {
  const table = of('AWS/DynamoDB', { TableName: names.table });
  const pipe = of('AWS/EventBridge/Pipes', { PipeName: names.pipe });
  const queue = of('AWS/SQS', { QueueName: names.deadLetters });
  const stream = of('AWS/Kinesis', { StreamName: names.stream });
  const firehose = of('AWS/Firehose', { DeliveryStreamName: names.deliveryStream });
  const transform = of('AWS/Lambda', { FunctionName: names.transform });
  const publishViews = of('AWS/Lambda', { FunctionName: names.publishViews });
  const athena = of('AWS/Athena', { WorkGroup: names.workgroup });
  return {
    tableWrites: table('ConsumedWriteCapacityUnits'),
    tableThrottled: table('WriteThrottleEvents'),
    pipeEvents: pipe('EventCount'),
    pipeFailed: pipe('ExecutionFailed'),
    deadLetters: queue('ApproximateNumberOfMessagesVisible'),
    kinesisRecords: stream('IncomingRecords'),
    kinesisThrottled: stream('WriteProvisionedThroughputExceeded'),
    iteratorAge: stream('GetRecords.IteratorAgeMilliseconds'),
    delivered: firehose('DeliveryToS3.Records'),
    delivery: firehose('DeliveryToS3.Success'),
    freshness: firehose('DeliveryToS3.DataFreshness'),
    transformCalls: transform('Invocations'),
    transformErrors: transform('Errors'),
    transformThrottled: transform('Throttles'),
    transformDuration: transform('Duration'),
    publishViewsCalls: publishViews('Invocations'),
    publishViewsErrors: publishViews('Errors'),
    scannedBytes: athena('ProcessedBytes'),
  } satisfies Record<string, Metric>;
}

function of(namespace: string, dimensions: Record<string, string>) {
  return (name: string): Metric => ({ namespace, name, dimensions });
}
