/**
 * The stream's small reads: ListStreams and DescribeStream. Shards are as many as the table's partitions were when
 * the stream was first declared; here they never split, so each is open and has no parent.
 */

import type { Operation } from '../../ports.ts';
import { describedStreams } from '../../store/changes.ts';
import { STREAM_SEQUENCE_DIGITS, sequenceNumber } from '../../store/sequence.ts';
import { limit, members, optionalString, requiredString, streamNamed } from './requests.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_ListStreams.html */
const PAGE_MAX = 100;

type ListStreamsRequest = { tableName: string | undefined; after: string; limit: number };

export function listStreams(): Operation<ListStreamsRequest> {
  return {
    kind: 'transaction',
    service: 'dynamodbstreams',
    name: 'ListStreams',
    parse(raw) {
      const request = members(raw);
      return {
        tableName: optionalString(request, 'TableName'),
        after: optionalString(request, 'ExclusiveStartStreamArn') ?? '',
        limit: limit(request, PAGE_MAX),
      };
    },
    permissions: () => [{ action: 'dynamodb:ListStreams', resource: '*' }],
    run(tx, { tableName, after, limit: most }) {
      const all = describedStreams(tx).filter(
        (stream) => stream.arn > after && (tableName === undefined || stream.tableName === tableName),
      );
      const page = all.slice(0, most);
      return {
        Streams: page.map(({ arn, tableName: TableName, label }) => ({
          StreamArn: arn,
          TableName,
          StreamLabel: label,
        })),
        ...(all.length > page.length ? { LastEvaluatedStreamArn: page.at(-1)?.arn } : {}),
      };
    },
  };
}

type DescribeStreamRequest = { arn: string; after: string | undefined; limit: number };

export function describeStream(): Operation<DescribeStreamRequest> {
  return {
    kind: 'transaction',
    service: 'dynamodbstreams',
    name: 'DescribeStream',
    parse(raw) {
      const request = members(raw);
      return {
        arn: requiredString(request, 'StreamArn'),
        after: optionalString(request, 'ExclusiveStartShardId'),
        limit: limit(request, PAGE_MAX),
      };
    },
    permissions: ({ arn }) => [{ action: 'dynamodb:DescribeStream', resource: arn }],
    run(tx, { arn, after, limit: most }) {
      const stream = streamNamed(tx, arn);
      const rest = stream.shards.filter((shard) => after === undefined || shard > after);
      const page = rest.slice(0, most);
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
  };
}
