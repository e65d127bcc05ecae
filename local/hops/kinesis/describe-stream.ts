/** DescribeStream, DescribeStreamSummary, ListStreams and DescribeLimits: what there is, without reading it.
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStream.html */

import { transaction } from '../../operation.ts';
import type { Operation, Ports } from '../../ports.ts';
import { inputOf, numberOf, structure, text, textOf } from '../../shape.ts';
import { shardMember } from './list-shards.ts';
import { RECORD_BYTES_MAX } from './put.ts';
import { arnOf, type OpenStream, right, type Streams, streamMembers } from './streams.ts';

const DESCRIBE_SHARDS_DEFAULT = 100;
const DESCRIBE_SHARDS_MAX = 10_000;
const LIST_STREAMS_DEFAULT = 100;
const LIST_STREAMS_MAX = 10_000;
/** The quotas of us-east-2: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
const ACCOUNT_SHARDS_MAX = 6000;
const ACCOUNT_ON_DEMAND_STREAMS_MAX = 50;

const readDescribe = inputOf(
  structure(
    {},
    {
      ...streamMembers,
      ExclusiveStartShardId: textOf(1, 128),
      Limit: numberOf(1, DESCRIBE_SHARDS_MAX),
    },
  ),
);

export function describeStream(streams: Streams, ports: Ports): Operation {
  return transaction({
    service: 'kinesis',
    name: 'DescribeStream',
    parse(raw) {
      const input = readDescribe(raw);
      const { Limit = DESCRIBE_SHARDS_DEFAULT, ExclusiveStartShardId: after } = input;
      return { arn: arnOf(input, ports), after, limit: Math.min(Limit, DESCRIBE_SHARDS_DEFAULT) };
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
  });
}

const readStream = inputOf(structure({}, streamMembers));

export function describeStreamSummary(streams: Streams, ports: Ports): Operation {
  return transaction({
    service: 'kinesis',
    name: 'DescribeStreamSummary',
    parse: (raw) => ({ arn: arnOf(readStream(raw), ports) }),
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
  });
}

const readList = inputOf(
  structure({}, { ExclusiveStartStreamName: text, Limit: numberOf(1, LIST_STREAMS_MAX), NextToken: text }),
);

export function listStreams(streams: Streams): Operation {
  return transaction({
    service: 'kinesis',
    name: 'ListStreams',
    parse(raw) {
      const { ExclusiveStartStreamName, Limit = LIST_STREAMS_DEFAULT, NextToken } = readList(raw);
      // The token is the last name of the page before: it holds nothing that a user may not know.
      return { after: ExclusiveStartStreamName ?? NextToken, limit: Limit };
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
  });
}

export function describeLimits(streams: Streams): Operation {
  return transaction({
    service: 'kinesis',
    name: 'DescribeLimits',
    parse: inputOf(structure({})),
    permissions: () => right('DescribeLimits', '*'),
    run: () => ({
      ShardLimit: ACCOUNT_SHARDS_MAX,
      OpenShardCount: streams.all.reduce((sum, { shards }) => sum + shards.length, 0),
      OnDemandStreamCount: streams.all.filter(({ config }) => config.mode === 'ON_DEMAND').length,
      OnDemandStreamCountLimit: ACCOUNT_ON_DEMAND_STREAMS_MAX,
    }),
  });
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
