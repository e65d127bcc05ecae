/**
 * A record that could not be processed, as Firehose writes it under the error prefix: one JSON line with the raw data.
 * https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html
 */

import type { SourceRecord } from './source.ts';

export type RecordFailure = {
  errorCode: string;
  errorMessage: string;
  attemptsMade: number;
  /** When Firehose stopped trying. */
  endedAt: number;
};

export function errorLine(record: SourceRecord, failure: RecordFailure, lambdaArn: string): string {
  const line = {
    attemptsMade: failure.attemptsMade,
    arrivalTimestamp: record.arrivedAt,
    errorCode: failure.errorCode,
    errorMessage: failure.errorMessage,
    attemptEndingTimestamp: failure.endedAt,
    rawData: base64(record.data),
    lambdaArn,
  };
  return `${JSON.stringify(line)}\n`;
}

export function base64(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
}
