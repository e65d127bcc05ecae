/**
 * Firehose's reads of what the stack declared: DescribeDeliveryStream, ListDeliveryStreams.
 * https://docs.aws.amazon.com/firehose/latest/APIReference/API_DescribeDeliveryStream.html
 */

import { AwsError } from '../../aws-error.ts';
import { transaction } from '../../operation.ts';
import type { Operation, Ports } from '../../ports.ts';
import { inputOf, numberOf, structure, text, textOf } from '../../shape.ts';
import type { DeliveryStreamConfig } from './config.ts';

type Streams = ReadonlyMap<string, DeliveryStreamConfig>;
type Account = Pick<Ports, 'account' | 'region'>;

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_ListDeliveryStreams.html */
const LIST_LIMIT = { default: 10, most: 10_000 };
const MEGABYTE = 1024 * 1024;

export function deliveryStreamArn({ account, region }: Account, name: string): string {
  return `arn:aws:firehose:${region}:${account}:deliverystream/${name}`;
}

export const nameMember = { DeliveryStreamName: textOf(1, 64, '[a-zA-Z0-9_.-]+') };

export function existing(streams: Streams, { account }: Account, name: string): DeliveryStreamConfig {
  const found = streams.get(name);
  if (found) return found;
  throw new AwsError('ResourceNotFoundException', `Firehose ${name} under account ${account} not found.`);
}

const parseDescribe = inputOf(structure(nameMember));

export function describeDeliveryStream(streams: Streams, ports: Ports): Operation {
  const openedAt = new Date(ports.clock.now());
  return transaction({
    service: 'firehose',
    name: 'DescribeDeliveryStream',
    parse: parseDescribe,
    permissions: ({ DeliveryStreamName: name }) => [
      { action: 'firehose:DescribeDeliveryStream', resource: deliveryStreamArn(ports, name) },
    ],
    run: (_tx, { DeliveryStreamName: name }) => ({
      DeliveryStreamDescription: description(existing(streams, ports, name), ports, openedAt),
    }),
  });
}

const parseList = inputOf(
  structure(
    {},
    {
      DeliveryStreamType: text,
      ExclusiveStartDeliveryStreamName: text,
      Limit: numberOf(1, LIST_LIMIT.most),
    },
  ),
);

export function listDeliveryStreams(streams: Streams): Operation {
  return transaction({
    service: 'firehose',
    name: 'ListDeliveryStreams',
    parse: parseList,
    permissions: () => [{ action: 'firehose:ListDeliveryStreams', resource: '*' }],
    run(_tx, input) {
      const { DeliveryStreamType: type, ExclusiveStartDeliveryStreamName: after } = input;
      const { Limit: limit = LIST_LIMIT.default } = input;
      const names = [...streams.values()]
        .filter((config) => type === undefined || typeOf(config) === type)
        .map(({ name }) => name)
        .sort()
        .filter((name) => after === undefined || name > after);
      return {
        DeliveryStreamNames: names.slice(0, limit),
        HasMoreDeliveryStreams: names.length > limit,
      };
    },
  });
}

function typeOf({ source }: DeliveryStreamConfig): 'KinesisStreamAsSource' | 'DirectPut' {
  return source.kind === 'kinesis' ? 'KinesisStreamAsSource' : 'DirectPut';
}

function description(config: DeliveryStreamConfig, ports: Ports, openedAt: Date) {
  const { source, described } = config;
  return {
    DeliveryStreamName: config.name,
    DeliveryStreamARN: deliveryStreamArn(ports, config.name),
    DeliveryStreamStatus: 'ACTIVE',
    DeliveryStreamEncryptionConfiguration: { Status: 'DISABLED' },
    DeliveryStreamType: typeOf(config),
    VersionId: '1',
    CreateTimestamp: openedAt,
    ...(source.kind === 'kinesis'
      ? {
          Source: {
            KinesisStreamSourceDescription: { KinesisStreamARN: source.streamArn, RoleARN: source.roleArn },
          },
        }
      : {}),
    Destinations: [
      {
        DestinationId: 'destinationId-000000000001',
        ExtendedS3DestinationDescription: {
          RoleARN: config.roleArn,
          BucketARN: `arn:aws:s3:::${config.bucket}`,
          ...(described.prefix === undefined ? {} : { Prefix: described.prefix }),
          ...(described.errorPrefix === undefined ? {} : { ErrorOutputPrefix: described.errorPrefix }),
          BufferingHints: {
            SizeInMBs: config.bufferBytes / MEGABYTE,
            IntervalInSeconds: config.bufferMs / 1000,
          },
          CompressionFormat: config.compression,
          EncryptionConfiguration: { NoEncryptionConfig: 'NoEncryption' },
          ProcessingConfiguration: {
            Enabled: described.processors.length > 0,
            Processors: described.processors,
          },
          S3BackupMode: 'Disabled',
          CustomTimeZone: config.timeZone,
        },
      },
    ],
    HasMoreDestinations: false,
  };
}
