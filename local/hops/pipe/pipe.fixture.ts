/** What the pipe's tests stand it between: a stream whose records are in the store, a target that can be told to
 * fail, and a queue that keeps what it was sent. They speak the same operations as the real hops. */

import { AwsError } from '../../aws-error.ts';
import type { OpenPart, Operation, Outcome, Ports, Principal } from '../../ports.ts';
import { append, ends, read } from '../../store/log.ts';
import { STREAM_SEQUENCE_DIGITS as DIGITS, offsetOf, sequenceNumber } from '../../store/sequence.ts';
import type { Read, Tx } from '../../store/store.ts';
import { openPart, type TestPorts, testStack } from '../../testing/ports.ts';
import { pipe } from './pipe.ts';

export const SOURCE = 'arn:aws:dynamodb:us-east-2:000000000000:table/ordertable/stream/2026';
const TARGET = 'arn:aws:kinesis:us-east-2:000000000000:stream/orders';
export const LETTERS = 'arn:aws:sqs:us-east-2:000000000000:letters';
export const PIPE = 'arn:aws:pipes:us-east-2:000000000000:pipe/cdc';

export type Put = { Data: Buffer; PartitionKey: string };
/** Decides what PutRecords does with each record: undefined lets it in, a code refuses it. */
export type Gate = (put: Put) => string | undefined;

type StoredChange = { id: string; at: number; order: string; extra: Record<string, unknown> };

export type Scene = ReturnType<typeof scene>;

export function scene(ports: TestPorts, shards: readonly string[] = ['shard-0']) {
  let gate: Gate = () => undefined;
  let refuseLetter: (text: string) => boolean = () => false;
  ports.register({ operations: [...streamOperations(ports, shards), putRecords(), sendMessage()] });

  function putRecords(): Operation {
    return operation('kinesis', 'PutRecords', 'kinesis:PutRecords', (tx, { Records }: { Records: Put[] }) => {
      const refused = Records.map(gate);
      const thrown = refused.find(
        (code) => code === 'ValidationException' || code === 'AccessDeniedException',
      );
      if (thrown) throw new AwsError(thrown, 'one of the records is wrong');
      return {
        Records: Records.map((put, index) => {
          const ErrorCode = refused[index];
          if (ErrorCode === undefined)
            append(tx, TARGET, { text: put.Data.toString(), key: put.PartitionKey });
          return ErrorCode === undefined
            ? {}
            : { ErrorCode, ErrorMessage: `${ErrorCode} for ${put.PartitionKey}` };
        }),
      };
    });
  }

  function sendMessage(): Operation {
    return operation(
      'sqs',
      'SendMessage',
      'sqs:SendMessage',
      (tx, { MessageBody }: { MessageBody: string }) => {
        if (refuseLetter(MessageBody))
          throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
        append(tx, LETTERS, MessageBody);
        return {};
      },
    );
  }

  const logged = <T>(log: string) => read<T>(ports.store, log, 0, 100_000).map(({ value }) => value);
  const texts = () => logged<{ text: string; key: string }>(TARGET);
  return {
    close: (next: Gate) => {
      gate = next;
    },
    /** Decides which dead letters the queue does not take. */
    refuseLetters: (refuse: (text: string) => boolean) => {
      refuseLetter = refuse;
    },
    /** Appends changes of the given ids; an order's id stands before the colon. */
    change: (ids: readonly string[], shard = 'shard-0', extra: Record<string, unknown> = {}) =>
      ports.store.transact((tx) => {
        for (const id of ids) {
          const change: StoredChange = {
            id,
            at: ports.clock.now(),
            order: id.split(':')[0] as string,
            extra,
          };
          append(tx, `${SOURCE}/${shard}`, change);
        }
        tx.signal(SOURCE);
      }),
    delivered: () => texts().map(({ text }) => (JSON.parse(text) as { eventID: string }).eventID),
    deliveredTexts: texts,
    letters: () => logged<string>(LETTERS).map((text) => JSON.parse(text)),
    open: (source: Record<string, unknown> = {}, more: Record<string, unknown> = {}) =>
      openPart(pipe, testStack({ 'aws_pipes_pipe.cdc': block(source, more) }), ports),
  };
}

export function block(source: Record<string, unknown> = {}, more: Record<string, unknown> = {}) {
  return {
    name: 'cdc',
    role_arn: 'arn:aws:iam::000000000000:role/pipe',
    source: SOURCE,
    target: TARGET,
    source_parameters: { dynamodb_stream_parameters: { starting_position: 'TRIM_HORIZON', ...source } },
    target_parameters: { kinesis_stream_parameters: { partition_key: '$.eventID' } },
    ...more,
  };
}

/** Steps until the pipe has nothing to do now: until a step that carried nothing. */
export async function drain(part: OpenPart): Promise<Outcome> {
  for (;;) {
    const before = carriedBy(part);
    const outcome = (await part.movers?.[0]?.step()) as Outcome;
    if (outcome.kind === 'retry' || (outcome.kind === 'idle' && carriedBy(part) === before)) return outcome;
  }
}

function carriedBy(part: OpenPart): string {
  const {
    in: taken,
    out,
    failed,
  } = part.status?.({ get: () => undefined, range: () => [] }) ?? { in: 0, out: 0, failed: 0 };
  return `${taken}/${out}/${failed}`;
}

function streamOperations(ports: Ports, shards: readonly string[]): Operation[] {
  type Input = { ShardId: string; ShardIteratorType: string; SequenceNumber?: string };
  type Iterator = { shard: string; from: number };
  return [
    operation('dynamodbstreams', 'DescribeStream', 'dynamodb:DescribeStream', () => ({
      StreamDescription: { Shards: shards.map((ShardId) => ({ ShardId })) },
    })),
    operation('dynamodbstreams', 'GetShardIterator', 'dynamodb:GetShardIterator', (tx, input: Input) => {
      const { tail } = ends(tx, `${SOURCE}/${input.ShardId}`);
      const from =
        input.SequenceNumber === undefined ? tail : (offsetOf(input.SequenceNumber, DIGITS) ?? 0) + 1;
      if (from < tail) throw new AwsError('TrimmedDataAccessException', 'trimmed');
      return { ShardIterator: JSON.stringify({ shard: input.ShardId, from }) };
    }),
    operation(
      'dynamodbstreams',
      'GetRecords',
      'dynamodb:GetRecords',
      (tx, input: { ShardIterator: string; Limit: number }) => {
        const { shard, from } = JSON.parse(input.ShardIterator) as Iterator;
        const found = read<StoredChange>(tx as Read, `${SOURCE}/${shard}`, from, input.Limit);
        return {
          Records: found.map(({ offset, value }) => record(offset, value, ports.region)),
          NextShardIterator: JSON.stringify({ shard, from: (found.at(-1)?.offset ?? from - 1) + 1 }),
        };
      },
    ),
  ];
}

function record(offset: number, { id, at, order, extra }: StoredChange, awsRegion: string) {
  return {
    eventID: id,
    eventName: 'INSERT',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion,
    dynamodb: {
      ApproximateCreationDateTime: new Date(at),
      Keys: { orderid: { S: order } },
      NewImage: { orderid: { S: order }, ...extra },
      SequenceNumber: sequenceNumber(offset, DIGITS),
      SizeBytes: 10,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
  };
}

function operation<I>(
  service: Operation['service'],
  name: string,
  action: string,
  run: (tx: Tx, input: I) => unknown,
): Operation {
  return {
    kind: 'transaction',
    service,
    name,
    parse: (input: unknown) => input as never,
    permissions: () => [{ action, resource: '*' }],
    run: (tx, input) => run(tx, input as I),
  };
}

export const PIPE_ROLE: Principal = {
  kind: 'role',
  roleArn: 'arn:aws:iam::000000000000:role/pipe',
  session: 'cdc',
};
