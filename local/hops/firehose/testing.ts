/**
 * A delivery stream between stand-ins: a Kinesis stream of real logs in the store, a function and a bucket that the
 * test holds in its hands. `restart` abandons the part in the middle of whatever it does, as a kill would, and opens
 * another over the same store.
 */

import { gunzipSync } from 'node:zlib';
import { AwsError } from '../../aws-error.ts';
import type { Mover, OpenPart, Outcome, Quotas } from '../../ports.ts';
import { append, read } from '../../store/log.ts';
import { KINESIS_SEQUENCE_DIGITS, offsetOf, sequenceNumber } from '../../store/sequence.ts';
import { openPart, standIn, type TestPorts, testPorts, testStack } from '../../testing/ports.ts';
import { firehose } from './firehose.ts';

export const STREAM_ARN = 'arn:aws:kinesis:us-east-2:000000000000:stream/orders';
export const LAMBDA_ARN = 'arn:aws:lambda:us-east-2:000000000000:function:f';
const ROLE = 'arn:aws:iam::000000000000:role/firehose';

export type LambdaEvent = {
  records: {
    recordId: string;
    data: string;
    approximateArrivalTimestamp: number;
    kinesisRecordMetadata: object;
  }[];
} & Record<string, unknown>;

type Returned = { recordId: string; result: string; data?: string };
type PutObject = { Bucket: string; Key: string; Body: Uint8Array };

export type DeliveryFixture = {
  ports: TestPorts;
  part(): OpenPart;
  /** Appends records to a shard, arriving now. */
  put(shard: string, ...texts: string[]): Promise<void>;
  step(): Promise<Outcome>;
  /** Steps until the mover rests; answers the last outcome. */
  settle(): Promise<Outcome>;
  restart(): void;
  bucket: Map<string, Buffer>;
  /** Records of all objects under a prefix, one a line. */
  lines(prefix?: string): string[];
  events: LambdaEvent[];
  /** What the function and the bucket do; a test replaces them. */
  onInvoke(handler: (event: LambdaEvent) => unknown): void;
  onPutObject(handler: (input: PutObject, store: () => void) => void): void;
  onGetRecords(handler: () => void): void;
};

export type Shape = {
  s3?: Record<string, unknown>;
  lambda?: Record<string, string> | false;
  shards?: string[];
  directPut?: boolean;
  quotas?: Quotas;
};

export function deliveryFixture({
  s3 = {},
  lambda = {},
  shards = ['shardId-000000000000'],
  directPut,
  quotas,
}: Shape = {}) {
  const ports = testPorts(quotas);
  const bucket = new Map<string, Buffer>();
  const events: LambdaEvent[] = [];
  let invoke: (event: LambdaEvent) => unknown = (event) => ok(event);
  let putObject: (input: PutObject, store: () => void) => void = (_input, store) => store();
  let getRecords = (): void => {};
  const parameters = { LambdaArn: LAMBDA_ARN, ...(lambda || {}) };
  const stack = testStack({
    'aws_kinesis_firehose_delivery_stream.d': {
      name: 'd',
      destination: 'extended_s3',
      ...(directPut
        ? {}
        : { kinesis_source_configuration: { kinesis_stream_arn: STREAM_ARN, role_arn: ROLE } }),
      extended_s3_configuration: {
        role_arn: ROLE,
        bucket_arn: 'arn:aws:s3:::lake',
        prefix: 'orders/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/',
        error_output_prefix: 'errors/!{firehose:error-output-type}/',
        buffering_size: 1,
        buffering_interval: 60,
        ...(lambda ? { processing_configuration: processing(parameters) } : {}),
        ...s3,
      },
    },
  });
  ports.register({
    operations: [
      standIn('kinesis', 'ListShards', () => ({ Shards: shards.map((ShardId) => ({ ShardId })) })),
      standIn('kinesis', 'GetShardIterator', (input: Record<string, string>) => ({
        ShardIterator: `${input['ShardId']}:${after(input['StartingSequenceNumber'])}`,
      })),
      standIn('kinesis', 'GetRecords', (input: { ShardIterator: string; Limit: number }) => {
        getRecords();
        return page(ports, input.ShardIterator, input.Limit);
      }),
      standIn('s3', 'PutObject', (input: PutObject) =>
        putObject(input, () => void bucket.set(input.Key, Buffer.from(input.Body))),
      ),
      standIn('lambda', 'Invoke', (input: { Payload: Uint8Array }) => {
        const event = JSON.parse(Buffer.from(input.Payload).toString()) as LambdaEvent;
        events.push(event);
        const answer = invoke(event);
        if (answer instanceof Error) throw answer;
        return answer;
      }),
    ],
  });
  let part = openPart(firehose, stack, ports);
  const fixture: DeliveryFixture = {
    ports,
    part: () => part,
    async put(shard, ...texts) {
      await ports.store.transact((tx) => {
        for (const text of texts)
          append(tx, `${STREAM_ARN}/${shard}`, { data: Buffer.from(text), arrivedAt: ports.clock.now() });
        tx.signal(STREAM_ARN);
      });
    },
    step: () => (part.movers as Mover[])[0]?.step() as Promise<Outcome>,
    async settle() {
      for (;;) {
        const outcome = await fixture.step();
        if (outcome.kind === 'idle' || outcome.kind === 'retry') return outcome;
      }
    },
    restart() {
      part = openPart(firehose, stack, ports);
    },
    bucket,
    lines: (prefix = 'orders/') =>
      [...bucket]
        .filter(([key]) => key.startsWith(prefix))
        .flatMap(([key, body]) =>
          (key.endsWith('.gz') ? gunzipSync(body) : body).toString().trim().split('\n'),
        ),
    events,
    onInvoke: (handler) => {
      invoke = handler;
    },
    onPutObject: (handler) => {
      putObject = handler;
    },
    onGetRecords: (handler) => {
      getRecords = handler;
    },
  };
  return fixture;
}

/** The function's answer when it does `transform` to each record; undefined drops it. */
export function ok(
  event: LambdaEvent,
  transform: (text: string) => string | undefined = (text) => `${text}\n`,
) {
  const records = event.records.map(({ recordId, data }): Returned => {
    const row = transform(Buffer.from(data, 'base64').toString());
    return row === undefined
      ? { recordId, result: 'Dropped' }
      : { recordId, result: 'Ok', data: Buffer.from(row).toString('base64') };
  });
  return answer({ records });
}

export function answer(value: unknown, FunctionError?: string) {
  return {
    StatusCode: 200,
    Payload: Buffer.from(JSON.stringify(value)),
    ...(FunctionError ? { FunctionError } : {}),
  };
}

export function functionError(errorMessage = 'no') {
  return answer({ errorType: 'Error', errorMessage }, 'Unhandled');
}

export const THROTTLED = new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);

function processing(parameters: Record<string, string>) {
  return {
    enabled: true,
    processors: [
      {
        type: 'Lambda',
        parameters: Object.entries(parameters).map(([parameter_name, parameter_value]) => ({
          parameter_name,
          parameter_value,
        })),
      },
    ],
  };
}

function after(sequence: string | undefined): number {
  return sequence === undefined ? 0 : (offsetOf(sequence, KINESIS_SEQUENCE_DIGITS) as number) + 1;
}

function page(ports: TestPorts, iterator: string, limit: number) {
  const [shard = '', from = '0'] = iterator.split(':');
  const log = `${STREAM_ARN}/${shard}`;
  const records = read<{ data: Uint8Array; arrivedAt: number }>(ports.store, log, Number(from), limit);
  return {
    Records: records.map(({ offset, value }) => ({
      SequenceNumber: sequenceNumber(offset, KINESIS_SEQUENCE_DIGITS),
      ApproximateArrivalTimestamp: new Date(value.arrivedAt),
      PartitionKey: `key-${offset}`,
      Data: value.data,
    })),
    NextShardIterator: `${shard}:${(records.at(-1)?.offset ?? Number(from) - 1) + 1}`,
    MillisBehindLatest: 0,
  };
}
