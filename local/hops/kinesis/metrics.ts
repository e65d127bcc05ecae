/**
 * What a stream measures, under AWS's names. A put and a read are one measurement each, so that a minimum or a maximum
 * is that of one call; those of throttling are measured as 0, too, as AWS does.
 * https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
 */

import type { Measure, Measuring } from '../../metrics/metrics.ts';

const UNITS = {
  IncomingBytes: 'Bytes',
  IncomingRecords: 'Count',
  'PutRecord.Bytes': 'Bytes',
  'PutRecord.Success': 'Count',
  'PutRecords.Bytes': 'Bytes',
  'PutRecords.Success': 'Count',
  'PutRecords.TotalRecords': 'Count',
  'PutRecords.SuccessfulRecords': 'Count',
  'PutRecords.ThrottledRecords': 'Count',
  WriteProvisionedThroughputExceeded: 'Count',
  'GetRecords.Bytes': 'Bytes',
  'GetRecords.IteratorAgeMilliseconds': 'Milliseconds',
  'GetRecords.Records': 'Count',
  'GetRecords.Success': 'Count',
  ReadProvisionedThroughputExceeded: 'Count',
} as const;

export type StreamMeasure = Measure<keyof typeof UNITS>;

export function streamMeasure(measuring: Measuring, name: string): StreamMeasure {
  return measuring({ namespace: 'AWS/Kinesis', dimensions: { StreamName: name } }, UNITS);
}

type Put = { records: number; bytes: number; throttled: number };

export function measurePut(
  measure: StreamMeasure,
  operation: 'PutRecord' | 'PutRecords',
  { records, bytes, throttled }: Put,
): void {
  measure('WriteProvisionedThroughputExceeded', throttled);
  measure(`${operation}.Success`, records > 0 ? 1 : 0);
  if (operation === 'PutRecords') {
    measure('PutRecords.TotalRecords', records + throttled);
    measure('PutRecords.SuccessfulRecords', records);
    measure('PutRecords.ThrottledRecords', throttled);
  }
  if (records === 0) return;
  measure('IncomingRecords', records);
  measure('IncomingBytes', bytes);
  measure(`${operation}.Bytes`, bytes);
}

export function measureRead(
  measure: StreamMeasure,
  { records, bytes, behindMs }: { records: number; bytes: number; behindMs: number },
): void {
  measure('ReadProvisionedThroughputExceeded', 0);
  measure('GetRecords.Success', 1);
  measure('GetRecords.Records', records);
  measure('GetRecords.Bytes', bytes);
  measure('GetRecords.IteratorAgeMilliseconds', behindMs);
}

export function measureThrottledRead(measure: StreamMeasure): void {
  measure('ReadProvisionedThroughputExceeded', 1);
  measure('GetRecords.Success', 0);
}
