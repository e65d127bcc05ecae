/** What a delivery stream measures, under AWS's names.
 * https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html */

import type { Measure, Measuring } from '../../metrics/metrics.ts';

const UNITS = {
  'DataReadFromKinesisStream.Bytes': 'Bytes',
  'DataReadFromKinesisStream.Records': 'Count',
  KinesisMillisBehindLatest: 'Milliseconds',
  ThrottledGetRecords: 'Count',
  'ExecuteProcessing.Duration': 'Milliseconds',
  'ExecuteProcessing.Success': 'None',
  'SucceedProcessing.Bytes': 'Bytes',
  'SucceedProcessing.Records': 'Count',
  'DeliveryToS3.DataFreshness': 'Seconds',
  'DeliveryToS3.Records': 'Count',
  'DeliveryToS3.Success': 'None',
} as const;

export type DeliveryMeasure = Measure<keyof typeof UNITS>;

export function deliveryMeasure(measuring: Measuring, name: string): DeliveryMeasure {
  return measuring({ namespace: 'AWS/Firehose', dimensions: { DeliveryStreamName: name } }, UNITS);
}
