/**
 * What Firehose gave up on, read from the error objects that it left: how many records, why, and whether they are
 * changes of the table at all. It asks each delivery stream where its errors lie; it does not mend or remove them.
 */

import { gunzipSync } from 'node:zlib';
import {
  DescribeDeliveryStreamCommand,
  type FirehoseClient,
  ListDeliveryStreamsCommand,
} from '@aws-sdk/client-firehose';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { explain } from '../lambdas/transform/transform.ts';
import { objectsUnder } from './objects.ts';

export type FailedRecords = {
  count: number;
  /** The table's changes among them, each once. The others were put into the stream by somebody else. */
  changes: number;
  /** Changes that failed for another reason than that the function refused them: it broke, or could not be called. */
  undelivered: number;
  reasons: { reason: string; count: number }[];
  /** The first of those that the function refused: which order, which fields and why. */
  refused: { orderid: string; key: string; why: string }[];
  /** Names of the functions that were asked; their logs say which field and why. */
  functions: string[];
  /** The first objects. */
  keys: string[];
};

/** A record of an error object. https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html */
type ErrorRecord = {
  errorCode?: string;
  errorMessage?: string;
  rawData?: string;
  lambdaArn?: string;
  /** Milliseconds since the epoch. */
  arrivalTimestamp?: number;
  /** The object that holds it. */
  key: string;
};

/** What Firehose writes when the function itself said ProcessingFailed: the record's fault, not the pipeline's. */
const REFUSED = 'Lambda.ProcessingFailedStatus';
const KEYS_TOLD_MAX = 3;
const REFUSED_TOLD_MAX = 1_000;
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

/** The id of a change of a table; a record that somebody else put into the stream seldom has one. */
export const EVENT_ID = '^[0-9a-f]{32}$';

export async function failedRecords(firehose: FirehoseClient, s3: S3Client): Promise<FailedRecords> {
  const addresses: string[] = [];
  for (const place of await errorPlaces(firehose))
    for (const address of (await objectsUnder(s3, place)).keys())
      if (!addresses.includes(address)) addresses.push(address);
  const records: ErrorRecord[] = [];
  for (const address of addresses) records.push(...(await readErrors(s3, address)));
  return { ...summary(records), keys: addresses.slice(0, KEYS_TOLD_MAX) };
}

export function summary(records: readonly ErrorRecord[]): Omit<FailedRecords, 'keys'> {
  const reasons = new Map<string, number>();
  const functions = new Set<string>();
  const changes = new Set<string>();
  const undelivered = new Set<string>();
  for (const { errorCode = '', errorMessage = '', rawData = '', lambdaArn } of records) {
    const reason = `${errorCode}: ${errorMessage}`;
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    const name = lambdaArn?.split(':')[6];
    if (name) functions.add(name);
    const id = changeId(rawData);
    if (id !== undefined) (errorCode === REFUSED ? changes : undelivered).add(id);
  }
  return {
    count: records.length,
    changes: new Set([...changes, ...undelivered]).size,
    undelivered: undelivered.size,
    refused: records
      .filter(({ errorCode }) => errorCode === REFUSED)
      .slice(0, REFUSED_TOLD_MAX)
      .map(explained),
    reasons: [...reasons].map(([reason, count]) => ({ reason, count })),
    functions: [...functions],
  };
}

/** AWS's error object does not hold the function's own reason, so the function's judgement is repeated here. */
function explained({
  rawData = '',
  arrivalTimestamp = 0,
  key,
}: ErrorRecord): FailedRecords['refused'][number] {
  const { orderId = '?', faults } = explain(rawData, arrivalTimestamp);
  const why = faults.map(({ field, reason }) => `${field} ${reason}`).join('; ');
  return { orderid: orderId, key, why: why || 'it would be taken now' };
}

function changeId(rawData: string): string | undefined {
  try {
    const { eventID } = JSON.parse(Buffer.from(rawData, 'base64').toString('utf8')) as { eventID?: unknown };
    return typeof eventID === 'string' && new RegExp(EVENT_ID).test(eventID) ? eventID : undefined;
  } catch {
    return undefined;
  }
}

/** The fixed beginnings of the error prefixes, as `s3://` addresses. */
async function errorPlaces(client: FirehoseClient): Promise<string[]> {
  const { DeliveryStreamNames = [] } = await client.send(new ListDeliveryStreamsCommand({}));
  const places = new Set<string>();
  for (const DeliveryStreamName of DeliveryStreamNames) {
    const { DeliveryStreamDescription } = await client.send(
      new DescribeDeliveryStreamCommand({ DeliveryStreamName }),
    );
    for (const { ExtendedS3DestinationDescription: s3 } of DeliveryStreamDescription?.Destinations ?? [])
      if (s3?.BucketARN) places.add(errorPlace(s3.BucketARN, s3.Prefix, s3.ErrorOutputPrefix));
  }
  return [...places];
}

/** Without a prefix for errors, Firehose puts them under its ordinary one, in `processing-failed/`. */
function errorPlace(bucketArn: string, prefix = '', errorPrefix = `${prefix}processing-failed/`): string {
  return `s3://${bucketArn.split(':::')[1]}/${errorPrefix.split('!{')[0]}`;
}

async function readErrors(client: S3Client, address: string): Promise<ErrorRecord[]> {
  const [, , Bucket = '', ...key] = address.split('/');
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: key.join('/') }));
  const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
  const text = (bytes.subarray(0, 2).equals(GZIP_MAGIC) ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .flatMap((line) => (line.trim() === '' ? [] : [{ ...errorRecord(line, address), key: address }]));
}

function errorRecord(line: string, address: string): Omit<ErrorRecord, 'key'> {
  try {
    return JSON.parse(line) as ErrorRecord;
  } catch {
    return { errorCode: 'unreadable', errorMessage: `${address} holds a line that is not JSON` };
  }
}
