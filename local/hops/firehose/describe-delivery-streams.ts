/**
 * Firehose's reads of what the stack declared: DescribeDeliveryStream, ListDeliveryStreams.
 * https://docs.aws.amazon.com/firehose/latest/APIReference/API_DescribeDeliveryStream.html
 */

import { AwsError } from '../../aws-error.ts';
import type { Operation, Ports } from '../../ports.ts';
import type { DeliveryStreamConfig } from './config.ts';

type Streams = ReadonlyMap<string, DeliveryStreamConfig>;
type Account = Pick<Ports, 'account' | 'region'>;
type ListInput = { type?: string; after?: string; limit: number };

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_ListDeliveryStreams.html */
const LIST_LIMIT = { default: 10, most: 10_000 };
const MEGABYTE = 1024 * 1024;

export function deliveryStreamArn({ account, region }: Account, name: string): string {
  return `arn:aws:firehose:${region}:${account}:deliverystream/${name}`;
}

export function nameIn(raw: unknown): string {
  const { DeliveryStreamName: name } = raw as { DeliveryStreamName?: unknown };
  if (typeof name !== 'string' || !/^[a-zA-Z0-9_.-]{1,64}$/.test(name))
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value ${typeof name === 'string' ? `'${name}'` : 'null'} at 'deliveryStreamName' failed to satisfy constraint: ${typeof name === 'string' ? 'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+' : 'Member must not be null'}`,
    );
  return name;
}

export function existing(streams: Streams, { account }: Account, name: string): DeliveryStreamConfig {
  const found = streams.get(name);
  if (found) return found;
  throw new AwsError('ResourceNotFoundException', `Firehose ${name} under account ${account} not found.`);
}

export function describeDeliveryStream(streams: Streams, ports: Ports): Operation {
  const openedAt = new Date(ports.clock.now());
  const operation: Operation<string> = {
    service: 'firehose',
    name: 'DescribeDeliveryStream',
    kind: 'transaction',
    parse: nameIn,
    permissions: (name) => [
      { action: 'firehose:DescribeDeliveryStream', resource: deliveryStreamArn(ports, name) },
    ],
    run: (_tx, name) => ({
      DeliveryStreamDescription: description(existing(streams, ports, name), ports, openedAt),
    }),
  };
  return operation as Operation;
}

export function listDeliveryStreams(streams: Streams): Operation {
  const operation: Operation<ListInput> = {
    service: 'firehose',
    name: 'ListDeliveryStreams',
    kind: 'transaction',
    parse(raw) {
      const input = raw as Record<string, unknown>;
      const type = input['DeliveryStreamType'];
      const after = input['ExclusiveStartDeliveryStreamName'];
      const limit = input['Limit'] ?? LIST_LIMIT.default;
      if (!Number.isInteger(limit) || (limit as number) < 1 || (limit as number) > LIST_LIMIT.most)
        throw new AwsError(
          'ValidationException',
          `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value between 1 and ${LIST_LIMIT.most}`,
        );
      return {
        limit: limit as number,
        ...(typeof type === 'string' ? { type } : {}),
        ...(typeof after === 'string' ? { after } : {}),
      };
    },
    permissions: () => [{ action: 'firehose:ListDeliveryStreams', resource: '*' }],
    run(_tx, { type, after, limit }) {
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
  };
  return operation as Operation;
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
