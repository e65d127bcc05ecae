/** DescribeStream, DescribeStreamSummary, ListStreams and DescribeLimits: what there is, without reading it.
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStream.html */

import type { Operation, Ports } from '../../ports.ts';
import { length, membersOf, optionalNumber, optionalText, refuseViolations, within } from './constraints.ts';
import { shardMember } from './list-shards.ts';
import { RECORD_BYTES_MAX } from './put.ts';
import { type OpenStream, parseStreamArn, right, type Streams } from './streams.ts';

const DESCRIBE_SHARDS_DEFAULT = 100;
const DESCRIBE_SHARDS_MAX = 10_000;
const LIST_STREAMS_DEFAULT = 100;
/** The quotas of us-east-2: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
const ACCOUNT_SHARDS_MAX = 6000;
const ACCOUNT_ON_DEMAND_STREAMS_MAX = 50;

export function describeStream(
  streams: Streams,
  ports: Ports,
): Operation<{ arn: string; after: string | undefined; limit: number }> {
  return {
    service: 'kinesis',
    name: 'DescribeStream',
    kind: 'transaction',
    parse(raw) {
      const members = membersOf(raw);
      const limit = optionalNumber(members, 'Limit');
      const after = optionalText(members, 'ExclusiveStartShardId');
      const arn = parseStreamArn(members, ports, [
        within('limit', limit, 1, DESCRIBE_SHARDS_MAX),
        length('exclusiveStartShardId', after, 1, 128),
      ]);
      return { arn, after, limit: Math.min(limit ?? DESCRIBE_SHARDS_DEFAULT, DESCRIBE_SHARDS_DEFAULT) };
    },
    permissions: ({ arn }) => right('DescribeStream', arn),
    run(_tx, { arn, after, limit }) {
      const stream = streams.at(arn);
      const shards = stream.shards.filter(({ id }) => after === undefined || id > after);
      return {
        StreamDescription: {
          ...description(stream),
          Shards: shards.slice(0, limit).map(shardMember),
          HasMoreShards: shards.length > limit,
        },
      };
    },
  };
}

export function describeStreamSummary(streams: Streams, ports: Ports): Operation<{ arn: string }> {
  return {
    service: 'kinesis',
    name: 'DescribeStreamSummary',
    kind: 'transaction',
    parse: (raw) => ({ arn: parseStreamArn(membersOf(raw), ports) }),
    permissions: ({ arn }) => right('DescribeStreamSummary', arn),
    run(_tx, { arn }) {
      const stream = streams.at(arn);
      return {
        StreamDescriptionSummary: {
          ...description(stream),
          OpenShardCount: stream.shards.length,
          ConsumerCount: 0,
          MaxRecordSizeInKiB: RECORD_BYTES_MAX / 1024,
        },
      };
    },
  };
}

export function listStreams(streams: Streams): Operation<{ after: string | undefined; limit: number }> {
  return {
    service: 'kinesis',
    name: 'ListStreams',
    kind: 'transaction',
    parse(raw) {
      const members = membersOf(raw);
      const limit = optionalNumber(members, 'Limit');
      refuseViolations([within('limit', limit, 1, 10_000)]);
      // The token is the last name of the page before: it holds nothing that a user may not know.
      const after = optionalText(members, 'ExclusiveStartStreamName') ?? optionalText(members, 'NextToken');
      return { after, limit: limit ?? LIST_STREAMS_DEFAULT };
    },
    permissions: () => right('ListStreams', '*'),
    run(_tx, { after, limit }) {
      const found = streams.all
        .filter(({ config }) => after === undefined || config.name > after)
        .sort((a, b) => (a.config.name < b.config.name ? -1 : 1));
      const page = found.slice(0, limit);
      const more = found.length > page.length;
      return {
        StreamNames: page.map(({ config }) => config.name),
        StreamSummaries: page.map((stream) => ({
          StreamName: stream.config.name,
          StreamARN: stream.arn,
          StreamStatus: 'ACTIVE',
          StreamModeDetails: { StreamMode: stream.config.mode },
          StreamCreationTimestamp: new Date(stream.createdAt),
        })),
        HasMoreStreams: more,
        ...(more ? { NextToken: page.at(-1)?.config.name } : {}),
      };
    },
  };
}

export function describeLimits(streams: Streams): Operation<unknown> {
  return {
    service: 'kinesis',
    name: 'DescribeLimits',
    kind: 'transaction',
    parse: membersOf,
    permissions: () => right('DescribeLimits', '*'),
    run: () => ({
      ShardLimit: ACCOUNT_SHARDS_MAX,
      OpenShardCount: streams.all.reduce((sum, { shards }) => sum + shards.length, 0),
      OnDemandStreamCount: streams.all.filter(({ config }) => config.mode === 'ON_DEMAND').length,
      OnDemandStreamCountLimit: ACCOUNT_ON_DEMAND_STREAMS_MAX,
    }),
  };
}

function description({ config, arn, createdAt }: OpenStream) {
  return {
    StreamName: config.name,
    StreamARN: arn,
    StreamStatus: 'ACTIVE',
    StreamModeDetails: { StreamMode: config.mode },
    RetentionPeriodHours: config.retentionHours,
    StreamCreationTimestamp: new Date(createdAt),
    EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    EncryptionType: config.encryption.type,
    ...(config.encryption.type === 'KMS' ? { KeyId: config.encryption.keyId } : {}),
  };
}
