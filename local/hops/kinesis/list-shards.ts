/** ListShards: the shards of a stream, paged, with AWS's filters. Shards here never close, so those filters that ask
 * for a moment answer by the stream's own beginning.
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListShards.html */

import { AwsError } from '../../aws-error.ts';
import { transaction } from '../../operation.ts';
import type { Operation, Ports } from '../../ports.ts';
import { inputOf, numberOf, oneOf, structure, text, textOf, timestamp } from '../../shape.ts';
import type { Shard } from './shards.ts';
import { arnOf, right, STARTING_SEQUENCE, type Streams, streamMembers } from './streams.ts';

const RESULTS_DEFAULT = 1000;
const RESULTS_MAX = 10_000;
const TOKEN_LIFE_MS = 300_000;
const FILTERS = [
  'AFTER_SHARD_ID',
  'AT_TRIM_HORIZON',
  'FROM_TRIM_HORIZON',
  'AT_LATEST',
  'AT_TIMESTAMP',
  'FROM_TIMESTAMP',
];
const MARK = 'kinesis-shards';

const read = inputOf(
  structure(
    {},
    {
      ...streamMembers,
      ExclusiveStartShardId: textOf(1, 128),
      MaxResults: numberOf(1, RESULTS_MAX),
      NextToken: text,
      ShardFilter: structure({ Type: oneOf(FILTERS) }, { ShardId: text, Timestamp: timestamp }),
    },
  ),
);
type Input = ReturnType<typeof read>;

export function listShards(streams: Streams, ports: Ports): Operation {
  return transaction({
    service: 'kinesis',
    name: 'ListShards',
    parse(raw) {
      const input = read(raw);
      const { NextToken: token, MaxResults: limit = RESULTS_DEFAULT, ExclusiveStartShardId } = input;
      const now = ports.clock.now();
      if (token === undefined) {
        const after = ExclusiveStartShardId ?? parseFilter(input, now);
        return { arn: arnOf(input, ports), after, limit };
      }
      if (input.StreamName !== undefined)
        throw new AwsError(
          'InvalidArgumentException',
          'NextToken and StreamName cannot be provided together.',
        );
      return { ...readToken(token, now), limit };
    },
    permissions: ({ arn }) => right('ListShards', arn),
    run(_tx, { arn, after, limit }) {
      const shards = streams.at(arn).shards.filter(({ id }) => after === undefined || id > after);
      const page = shards.slice(0, limit);
      const last = page.at(-1);
      return {
        Shards: page.map(shardMember),
        ...(last && shards.length > page.length
          ? { NextToken: writeToken(arn, last.id, ports.clock.now()) }
          : {}),
      };
    },
  });
}

/** The shard id after which the list starts: every filter but AFTER_SHARD_ID means all of the open shards here. */
function parseFilter({ ShardFilter }: Input, now: number): string | undefined {
  if (ShardFilter === undefined) return undefined;
  const { Type: type, ShardId: shardId, Timestamp: time } = ShardFilter;
  if (type === 'AFTER_SHARD_ID') {
    if (shardId !== undefined) return shardId;
    throw new AwsError(
      'InvalidArgumentException',
      'ShardFilter of type AFTER_SHARD_ID must specify a ShardId.',
    );
  }
  if (type === 'AT_TIMESTAMP' || type === 'FROM_TIMESTAMP') {
    if (time === undefined)
      throw new AwsError('InvalidArgumentException', `ShardFilter of type ${type} must specify a Timestamp.`);
    if (time > now)
      throw new AwsError(
        'InvalidArgumentException',
        'The Timestamp of a ShardFilter cannot lie in the future.',
      );
  }
  return undefined;
}

export function shardMember({ id, startingHashKey, endingHashKey }: Shard) {
  return {
    ShardId: id,
    HashKeyRange: { StartingHashKey: startingHashKey, EndingHashKey: endingHashKey },
    SequenceNumberRange: { StartingSequenceNumber: STARTING_SEQUENCE },
  };
}

function writeToken(arn: string, after: string, now: number): string {
  return Buffer.from(JSON.stringify([MARK, arn, after, now])).toString('base64');
}

function readToken(text: string, now: number): { arn: string; after: string } {
  let parts: unknown[] = [];
  try {
    parts = JSON.parse(Buffer.from(text, 'base64').toString('utf8')) as unknown[];
  } catch {}
  const [mark, arn, after, madeAt] = parts;
  if (mark !== MARK || typeof arn !== 'string' || typeof after !== 'string' || typeof madeAt !== 'number')
    throw new AwsError('InvalidArgumentException', 'Invalid NextToken.');
  if (now - madeAt > TOKEN_LIFE_MS)
    throw new AwsError(
      'ExpiredNextTokenException',
      'The pagination token passed to the operation is expired.',
    );
  return { arn, after };
}
