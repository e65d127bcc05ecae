/**
 * The stream's small reads: ListStreams and DescribeStream. Shards are as many as the table's partitions were when
 * the stream was first declared; here they never split, so each is open and has no parent.
 */

import { transaction } from '../../operation.ts';
import type { Operation } from '../../ports.ts';
import { inputOf, numberOf, structure, textOf } from '../../shape.ts';
import { describedStreams } from '../../store/changes.ts';
import { STREAM_SEQUENCE_DIGITS, sequenceNumber } from '../../store/sequence.ts';
import { streamNamed } from './stream-named.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_ListStreams.html */
const PAGE_MAX = 100;

const parseList = inputOf(
  structure({}, { TableName: textOf(1), ExclusiveStartStreamArn: textOf(1), Limit: numberOf(1, PAGE_MAX) }),
);

export function listStreams(): Operation {
  return transaction({
    service: 'dynamodbstreams',
    name: 'ListStreams',
    parse: parseList,
    permissions: () => [{ action: 'dynamodb:ListStreams', resource: '*' }],
    run(tx, { TableName: table, ExclusiveStartStreamArn: after = '', Limit = PAGE_MAX }) {
      const all = describedStreams(tx).filter(
        (stream) => stream.arn > after && (table === undefined || stream.tableName === table),
      );
      const page = all.slice(0, Limit);
      return {
        Streams: page.map(({ arn, tableName: TableName, label }) => ({
          StreamArn: arn,
          TableName,
          StreamLabel: label,
        })),
        ...(all.length > page.length ? { LastEvaluatedStreamArn: page.at(-1)?.arn } : {}),
      };
    },
  });
}

const parseDescribe = inputOf(
  structure({ StreamArn: textOf(1) }, { ExclusiveStartShardId: textOf(1), Limit: numberOf(1, PAGE_MAX) }),
);

export function describeStream(): Operation {
  return transaction({
    service: 'dynamodbstreams',
    name: 'DescribeStream',
    parse: parseDescribe,
    permissions: ({ StreamArn }) => [{ action: 'dynamodb:DescribeStream', resource: StreamArn }],
    run(tx, { StreamArn, ExclusiveStartShardId: after, Limit = PAGE_MAX }) {
      const stream = streamNamed(tx, StreamArn);
      const rest = stream.shards.filter((shard) => after === undefined || shard > after);
      const page = rest.slice(0, Limit);
      return {
        StreamDescription: {
          StreamArn: stream.arn,
          StreamLabel: stream.label,
          StreamStatus: stream.enabled ? 'ENABLED' : 'DISABLED',
          StreamViewType: stream.viewType,
          TableName: stream.tableName,
          KeySchema: stream.keySchema,
          CreationRequestDateTime: new Date(stream.createdAt),
          Shards: page.map((ShardId) => ({
            ShardId,
            SequenceNumberRange: { StartingSequenceNumber: sequenceNumber(0, STREAM_SEQUENCE_DIGITS) },
          })),
          ...(rest.length > page.length ? { LastEvaluatedShardId: page.at(-1) } : {}),
        },
      };
    },
  });
}
