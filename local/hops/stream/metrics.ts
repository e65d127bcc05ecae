/** What readers take out of a table's stream, under AWS's names; what is zero is not measured, as DynamoDB does.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html */

import type { Measure, Measuring } from '../../metrics/metrics.ts';
import type { StreamDescription } from '../../store/changes.ts';

const UNITS = { ReturnedBytes: 'Bytes', ReturnedRecordsCount: 'Count' } as const;

export type MeasureReturned = (stream: StreamDescription, records: number, bytes: number) => void;

export function returnedMeasure(measuring: Measuring): MeasureReturned {
  const byArn = new Map<string, Measure<keyof typeof UNITS>>();
  return ({ arn, tableName, label }, records, bytes) => {
    if (records === 0) return;
    const dimensions = { TableName: tableName, StreamLabel: label, Operation: 'GetRecords' };
    const measure = byArn.get(arn) ?? measuring({ namespace: 'AWS/DynamoDB', dimensions }, UNITS);
    byArn.set(arn, measure);
    measure('ReturnedRecordsCount', records);
    measure('ReturnedBytes', bytes);
  };
}
