/** ListShards: the shards of a stream, paged, with AWS's filters. Shards here never close, so those filters that ask
 * for a moment answer by the stream's own beginning.
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListShards.html */

import { AwsError } from '../../aws-error.ts';
import type { Operation, Ports } from '../../ports.ts';
import {
  length,
  type Members,
  membersOf,
  oneOf,
  optionalNumber,
  optionalText,
  optionalTime,
  refuseViolations,
  required,
  within,
} from './constraints.ts';
import type { Shard } from './shards.ts';
import { parseStreamArn, right, STARTING_SEQUENCE, type Streams } from './streams.ts';

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

type Input = { arn: string; after: string | undefined; limit: number };

export function listShards(streams: Streams, ports: Ports): Operation<Input> {
  return {
    service: 'kinesis',
    name: 'ListShards',
    kind: 'transaction',
    parse(raw) {
      const members = membersOf(raw);
      const token = optionalText(members, 'NextToken');
      const limit = optionalNumber(members, 'MaxResults');
      const bounds = within('maxResults', limit, 1, RESULTS_MAX);
      if (token === undefined) {
        const after = optionalText(members, 'ExclusiveStartShardId');
        const arn = parseStreamArn(members, ports, [bounds, length('exclusiveStartShardId', after, 1, 128)]);
        return {
          arn,
          after: after ?? parseFilter(members, ports.clock.now()),
          limit: limit ?? RESULTS_DEFAULT,
        };
      }
      refuseViolations([bounds]);
      if (members['StreamName'] !== undefined)
        throw new AwsError(
          'InvalidArgumentException',
          'NextToken and StreamName cannot be provided together.',
        );
      return { ...readToken(token, ports.clock.now()), limit: limit ?? RESULTS_DEFAULT };
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
  };
}

/** The shard id after which the list starts: every filter but AFTER_SHARD_ID means all of the open shards here. */
function parseFilter(members: Members, now: number): string | undefined {
  if (members['ShardFilter'] === undefined || members['ShardFilter'] === null) return undefined;
  const filter = membersOf(members['ShardFilter']);
  const type = optionalText(filter, 'Type');
  const shardId = optionalText(filter, 'ShardId');
  const time = optionalTime(filter, 'Timestamp');
  refuseViolations([required('shardFilter.type', type), oneOf('shardFilter.type', type, FILTERS)]);
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
