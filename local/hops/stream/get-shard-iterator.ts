/** GetShardIterator: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html */

import { AwsError } from '../../aws-error.ts';
import { transaction } from '../../operation.ts';
import type { Operation, Ports } from '../../ports.ts';
import { inputOf, oneOf, structure, textOf } from '../../shape.ts';
import { shardLog } from '../../store/changes.ts';
import { ends } from '../../store/log.ts';
import { offsetOf, STREAM_SEQUENCE_DIGITS } from '../../store/sequence.ts';
import type { Read } from '../../store/store.ts';
import { encodeIterator, type ShardIterator } from './shard-iterator.ts';
import { streamNamed } from './stream-named.ts';

const TYPES = ['AFTER_SEQUENCE_NUMBER', 'LATEST', 'AT_SEQUENCE_NUMBER', 'TRIM_HORIZON'] as const;

const parse = inputOf(
  structure(
    { StreamArn: textOf(1), ShardId: textOf(1), ShardIteratorType: oneOf(TYPES) },
    { SequenceNumber: textOf(1) },
  ),
);

export function getShardIterator({ clock }: Ports): Operation {
  return transaction({
    service: 'dynamodbstreams',
    name: 'GetShardIterator',
    parse,
    permissions: ({ StreamArn }) => [{ action: 'dynamodb:GetShardIterator', resource: StreamArn }],
    run(tx, input) {
      const { StreamArn, ShardId } = input;
      const stream = streamNamed(tx, StreamArn);
      if (!stream.shards.includes(ShardId))
        throw new AwsError(
          'ResourceNotFoundException',
          `Requested resource not found: Shard: ${ShardId} in Stream: ${StreamArn} not found`,
        );
      return {
        ShardIterator: encodeIterator({
          streamArn: StreamArn,
          shardId: ShardId,
          at: placeOf(tx, input),
          issuedAt: clock.now(),
        }),
      };
    },
  });
}

function placeOf(
  read: Read,
  { StreamArn, ShardId, ShardIteratorType: type, SequenceNumber }: ReturnType<typeof parse>,
): ShardIterator['at'] {
  const { tail, head } = ends(read, shardLog(StreamArn, ShardId));
  switch (type) {
    case 'TRIM_HORIZON':
      return 'oldest';
    case 'LATEST':
      return head;
    case 'AT_SEQUENCE_NUMBER':
    case 'AFTER_SEQUENCE_NUMBER': {
      const offset =
        SequenceNumber === undefined ? undefined : offsetOf(SequenceNumber, STREAM_SEQUENCE_DIGITS);
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
