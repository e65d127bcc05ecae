/** GetShardIterator: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html */

import { AwsError } from '../../aws-error.ts';
import type { Operation, Ports } from '../../ports.ts';
import { shardLog } from '../../store/changes.ts';
import { ends } from '../../store/log.ts';
import { offsetOf, STREAM_SEQUENCE_DIGITS } from '../../store/sequence.ts';
import type { Read } from '../../store/store.ts';
import { members, oneOf, optionalString, requiredString, streamNamed } from './requests.ts';
import { encodeIterator, type ShardIterator } from './shard-iterator.ts';

const TYPES = ['AFTER_SEQUENCE_NUMBER', 'LATEST', 'AT_SEQUENCE_NUMBER', 'TRIM_HORIZON'] as const;

type GetShardIteratorRequest = {
  arn: string;
  shardId: string;
  type: (typeof TYPES)[number];
  sequenceNumber: string | undefined;
};

export function getShardIterator({ clock }: Ports): Operation<GetShardIteratorRequest> {
  return {
    kind: 'transaction',
    service: 'dynamodbstreams',
    name: 'GetShardIterator',
    parse(raw) {
      const request = members(raw);
      return {
        arn: requiredString(request, 'StreamArn'),
        shardId: requiredString(request, 'ShardId'),
        type: oneOf(request, 'ShardIteratorType', TYPES),
        sequenceNumber: optionalString(request, 'SequenceNumber'),
      };
    },
    permissions: ({ arn }) => [{ action: 'dynamodb:GetShardIterator', resource: arn }],
    run(tx, request) {
      const stream = streamNamed(tx, request.arn);
      if (!stream.shards.includes(request.shardId))
        throw new AwsError(
          'ResourceNotFoundException',
          `Requested resource not found: Shard: ${request.shardId} in Stream: ${request.arn} not found`,
        );
      return {
        ShardIterator: encodeIterator({
          streamArn: request.arn,
          shardId: request.shardId,
          at: placeOf(tx, request),
          issuedAt: clock.now(),
        }),
      };
    },
  };
}

function placeOf(
  read: Read,
  { arn, shardId, type, sequenceNumber }: GetShardIteratorRequest,
): ShardIterator['at'] {
  const { tail, head } = ends(read, shardLog(arn, shardId));
  switch (type) {
    case 'TRIM_HORIZON':
      return 'oldest';
    case 'LATEST':
      return head;
    case 'AT_SEQUENCE_NUMBER':
    case 'AFTER_SEQUENCE_NUMBER': {
      const offset =
        sequenceNumber === undefined ? undefined : offsetOf(sequenceNumber, STREAM_SEQUENCE_DIGITS);
      if (offset === undefined || offset >= head)
        throw new AwsError(
          'ValidationException',
          'One or more parameter values were invalid: Invalid SequenceNumber',
        );
      const from = type === 'AT_SEQUENCE_NUMBER' ? offset : offset + 1;
      if (from < tail) throw trimmed();
      return from;
    }
    default:
      return type satisfies never;
  }
}

export function trimmed(): AwsError {
  return new AwsError(
    'TrimmedDataAccessException',
    'The operation attempted to read past the oldest stream record in a shard.',
  );
}
