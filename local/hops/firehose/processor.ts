/**
 * What a delivery stream does to its records before they are written: a Lambda in batches, a delimiter, or nothing.
 *
 *     source → [processor] ⇄ Lambda → delivery
 *
 * It tries a batch once a call; how often, and what becomes of a batch that never works, is the delivery's to say.
 * https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
 */

import { AwsError } from '../../aws-error.ts';
import type { Ports, Principal } from '../../ports.ts';
import type { DeliveryStreamConfig, LambdaProcessor } from './config.ts';
import { base64, type RecordFailure } from './error-record.ts';
import type { SourceRecord } from './source.ts';

export type Processed = {
  record: SourceRecord;
  result: { kind: 'ok'; data: Uint8Array } | { kind: 'dropped' } | { kind: 'failed'; failure: RecordFailure };
};

export type Batch = { records: SourceRecord[]; attempts: number };

export type Trouble = { kind: 'trouble'; errorCode: string; errorMessage: string };
export type Attempt = { kind: 'processed'; processed: Processed[] } | Trouble;

export type Processor = {
  /** The next batch of `pending`, or nothing while it may still grow; `flush` takes what there is. */
  nextBatch(pending: readonly SourceRecord[], flush: boolean): SourceRecord[] | undefined;
  attempt(batch: Batch): Promise<Attempt>;
};

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LAMBDA_PAYLOAD_BYTES_MAX = 6 * 1024 * 1024;
/** More than the names, quotes and numbers around a record's data ever take. */
const RECORD_FRAME_BYTES = 512;
/** A character of a partition key may be escaped. */
const KEY_CHARACTER_BYTES = 6;

export function createProcessor(
  config: DeliveryStreamConfig,
  streamArn: string,
  kinesisArn: string | undefined,
  ports: Ports,
): Processor {
  const delimiter = config.delimiter === undefined ? undefined : Buffer.from(config.delimiter);
  const ended = (data: Uint8Array): Uint8Array => (delimiter ? Buffer.concat([data, delimiter]) : data);
  const { lambda } = config;
  if (!lambda)
    return {
      nextBatch: (pending) => (pending.length > 0 ? [...pending] : undefined),
      attempt: async ({ records }) => ({
        kind: 'processed',
        processed: records.map((record) => ({ record, result: { kind: 'ok', data: ended(record.data) } })),
      }),
    };

  const role: Principal = { kind: 'role', roleArn: config.roleArn, session: config.name };
  return {
    nextBatch: (pending, flush) => lambdaBatch(pending, lambda, flush),
    async attempt({ records, attempts }) {
      const event = {
        invocationId: ports.chance.uuid(),
        deliveryStreamArn: streamArn,
        ...(kinesisArn === undefined ? {} : { sourceKinesisStreamArn: kinesisArn }),
        region: ports.region,
        records: records.map((record) => eventRecord(record, kinesisArn !== undefined)),
      };
      const answer = await invoke(ports, role, lambda, event);
      if (answer.kind === 'trouble') return answer;
      return {
        kind: 'processed',
        processed: match(records, answer.records, attempts, ports.clock.now(), ended),
      };
    },
  };
}

/** As many of the oldest records as the buffer hint and Lambda's payload limit allow, and always one. */
function lambdaBatch(
  pending: readonly SourceRecord[],
  { batchBytes }: LambdaProcessor,
  flush: boolean,
): SourceRecord[] | undefined {
  let bytes = 0;
  let payload = RECORD_FRAME_BYTES;
  let count = 0;
  for (const record of pending) {
    const encoded = Math.ceil(record.data.byteLength / 3) * 4;
    payload += encoded + record.partitionKey.length * KEY_CHARACTER_BYTES + RECORD_FRAME_BYTES;
    const full = bytes + record.data.byteLength > batchBytes || payload > LAMBDA_PAYLOAD_BYTES_MAX;
    if (count > 0 && full) return pending.slice(0, count);
    bytes += record.data.byteLength;
    count++;
  }
  return count > 0 && (flush || bytes >= batchBytes) ? pending.slice(0, count) : undefined;
}

/** Sequence numbers grow within a shard and may be equal between shards, so the shard is part of the id. */
function recordId({ sequenceNumber, shard }: SourceRecord): string {
  return `${sequenceNumber}${/\d{6}$/.exec(shard)?.[0] ?? '000000'}`;
}

function eventRecord(record: SourceRecord, fromKinesis: boolean) {
  return {
    recordId: recordId(record),
    approximateArrivalTimestamp: record.arrivedAt,
    data: base64(record.data),
    ...(fromKinesis
      ? {
          kinesisRecordMetadata: {
            sequenceNumber: record.sequenceNumber,
            subsequenceNumber: 0,
            partitionKey: record.partitionKey,
            shardId: record.shard,
            approximateArrivalTimestamp: record.arrivedAt,
          },
        }
      : {}),
  };
}

type Returned = { recordId?: unknown; result?: unknown; data?: unknown };
type Answer = { kind: 'records'; records: Returned[] } | Trouble;

async function invoke(
  ports: Ports,
  role: Principal,
  lambda: LambdaProcessor,
  event: object,
): Promise<Answer> {
  let output: { FunctionError?: string; Payload?: Uint8Array };
  try {
    output = await ports.call(role, 'lambda', 'Invoke', {
      FunctionName: lambda.functionArn,
      InvocationType: 'RequestResponse',
      Payload: Buffer.from(JSON.stringify(event)),
    });
  } catch (error) {
    if (error instanceof AwsError) return refused(error);
    throw error;
  }
  const text = Buffer.from(output.Payload ?? []).toString();
  if (output.FunctionError) return functionError(text);
  const records = (JSON.parse(text || 'null') as { records?: unknown } | null)?.records;
  if (!Array.isArray(records)) return trouble('Lambda.FunctionError', INVALID_STRUCTURE);
  return { kind: 'records', records: records as Returned[] };
}

const INVALID_STRUCTURE =
  'Invalid output structure: Please check your function and make sure the processed records contain valid result status of Dropped, Ok, or ProcessingFailed.';

function trouble(errorCode: string, errorMessage: string): Trouble {
  return { kind: 'trouble', errorCode, errorMessage };
}

/** https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html */
function refused(error: AwsError): Trouble {
  switch (error.code) {
    case 'TooManyRequestsException':
      return trouble(
        'Lambda.InvokeLimitExceeded',
        'The Lambda concurrent execution limit is exceeded. Increase the concurrent execution limit.',
      );
    case 'AccessDeniedException':
      return trouble(
        'Lambda.InvokeAccessDenied',
        'Access was denied. Ensure that the access policy allows access to the Lambda function.',
      );
    case 'ResourceNotFoundException':
      return trouble(
        'Lambda.ResourceNotFound',
        'The specified Lambda function does not exist. Use a different function that does exist.',
      );
    default:
      return trouble('Lambda.InternalServerError', `${error.code}: ${error.message}`);
  }
}

function functionError(payload: string): Trouble {
  return payload.includes('Task timed out')
    ? trouble(
        'Lambda.FunctionTimedOut',
        'The Lambda function invocation timed out. Increase the Timeout setting in the Lambda function.',
      )
    : trouble(
        'Lambda.FunctionError',
        'The Lambda function was successfully invoked but it returned an error result.',
      );
}

/** Each record with what the function said of it. An id that was not asked for is nobody's and passes unseen.
 * https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html */
function match(
  records: readonly SourceRecord[],
  returned: readonly Returned[],
  attempts: number,
  endedAt: number,
  ended: (data: Uint8Array) => Uint8Array,
): Processed[] {
  const byId = new Map<unknown, Returned[]>();
  for (const each of returned) {
    const same = byId.get(each?.recordId);
    if (same) same.push(each);
    else byId.set(each?.recordId, [each]);
  }
  return records.map((record) => {
    const [first, ...more] = byId.get(recordId(record)) ?? [];
    const failed = (errorCode: string, errorMessage: string): Processed => ({
      record,
      result: { kind: 'failed', failure: { errorCode, errorMessage, attemptsMade: attempts + 1, endedAt } },
    });
    if (!first)
      return failed(
        'Lambda.MissingRecordId',
        'One or more record Ids were not returned. Ensure that the Lambda function returns all received record Ids.',
      );
    if (more.length > 0)
      return failed(
        'Lambda.DuplicatedRecordId',
        'Multiple records were returned with the same record ID. Ensure that the Lambda function returns unique record IDs for each record.',
      );
    if (first.result === 'Dropped') return { record, result: { kind: 'dropped' } };
    if (first.result === 'ProcessingFailed')
      return failed('Lambda.ProcessingFailedStatus', 'ProcessingFailed status set for record');
    if (first.result !== 'Ok' || typeof first.data !== 'string')
      return failed('Lambda.FunctionError', INVALID_STRUCTURE);
    return { record, result: { kind: 'ok', data: ended(Buffer.from(first.data, 'base64')) } };
  });
}
