/**
 * Where a run writes and asks: clients, names and the key, all found before the first order, so that what is missing is
 * said in a sentence and not by ten thousand failed writes.
 */

import { AthenaClient } from '@aws-sdk/client-athena';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GlueClient } from '@aws-sdk/client-glue';
import { DescribeStreamSummaryCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { ENVIRONMENTS } from '../../stacks/environments.ts';
import { BASE_NAMES, type EnvironmentName, nameIn } from '../../stacks/names.ts';
import { type ClientConfig, clientConfig, reaching } from '../clients.ts';
import { UsageError } from '../command.ts';
import { askCloudWatch, periodSecondsOf, readMetrics } from './metrics.ts';

export type Target = {
  environment: EnvironmentName;
  /** A pipeline on this machine answers sooner, and asking it costs nothing; whichever environment it runs. */
  place: 'here' | 'aws';
  table: string;
  crawler: string;
  workGroup: string;
  database: string;
  /** What k6 is told: the endpoint, the region, the key, the table. */
  env: Readonly<Record<string, string>>;
  dynamodb: DynamoDBClient;
  athena: AthenaClient;
  glue: GlueClient;
  cloudwatch: CloudWatchClient;
  /** Open ones of the Kinesis stream, as it is deployed. */
  shards: number;
  /** From the table to the lake, 99 of 100 changes, by the environment's own buffers. */
  lagSecondsMax: number;
};

/** What the way through the pipe, Kinesis and the transform may add to Firehose's buffer. */
const LAG_SLACK_SECONDS = 30;
/** Firehose may gather a file while the one before it is being written. */
const BUFFERS = 2;

export async function openTarget(
  environment: EnvironmentName,
  endpoint: string | undefined,
  untilMs: number,
): Promise<Target> {
  const config = clientConfig(environment, endpoint);
  const dynamodb = new DynamoDBClient(config);
  const table = nameIn(environment, BASE_NAMES.table);
  const { region, endpoint: url } = config;
  const key = await reaching(config, () => dynamodb.config.credentials());
  if (key.expiration && key.expiration.getTime() < untilMs)
    throw new UsageError(
      `The AWS credentials expire at ${key.expiration.toISOString()}, before the run would end.`,
      'Sign in again, or give a shorter --duration.',
    );
  await reaching(config, () => describe(dynamodb, table));
  const { firehose } = ENVIRONMENTS[environment];
  const place = placeOf(url ?? process.env['AWS_ENDPOINT_URL']);
  const cloudwatch = new CloudWatchClient(config);
  await reaching(config, () => askOnce(cloudwatch, environment, place));
  return {
    environment,
    place,
    table,
    crawler: nameIn(environment, BASE_NAMES.crawler),
    workGroup: nameIn(environment, BASE_NAMES.workgroup),
    database: nameIn(environment, BASE_NAMES.database),
    env: {
      TABLE: table,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
      ...(key.sessionToken ? { AWS_SESSION_TOKEN: key.sessionToken } : {}),
      ...(url ? { AWS_ENDPOINT_URL: url.replace(/\/+$/, '') } : {}),
    },
    dynamodb,
    athena: new AthenaClient(config),
    glue: new GlueClient(config),
    cloudwatch,
    shards: await reaching(config, () => openShards(config, nameIn(environment, BASE_NAMES.stream))),
    lagSecondsMax: BUFFERS * firehose.bufferSeconds + firehose.transformBufferSeconds + LAG_SLACK_SECONDS,
  };
}

async function openShards(config: ClientConfig, StreamName: string): Promise<number> {
  const kinesis = new KinesisClient(config);
  try {
    const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName }));
    return StreamDescriptionSummary?.OpenShardCount ?? 0;
  } finally {
    kinesis.destroy();
  }
}

export function closeTarget({ dynamodb, athena, glue, cloudwatch }: Target): void {
  for (const client of [dynamodb, athena, glue, cloudwatch]) client.destroy();
}

function placeOf(url: string | undefined): Target['place'] {
  const { hostname } = new URL(url ?? 'https://amazonaws.com');
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname) ? 'here' : 'aws';
}

/** A right that is missing is better known before a run than after it. */
async function askOnce(client: CloudWatchClient, environment: EnvironmentName, place: Target['place']) {
  const now = Math.floor(Date.now() / 1_000);
  try {
    await readMetrics(askCloudWatch(client), environment, periodSecondsOf(place, 0), now - 60, now);
  } catch (error) {
    const { name, message } = error as Error;
    if (!/^AccessDenied/.test(name)) throw error;
    throw new UsageError(
      `These credentials may not read CloudWatch's metrics: ${message}`,
      'Allow cloudwatch:GetMetricData; docs/load.md lists what a role for load needs.',
    );
  }
}

const WRONG_KEY =
  /^(UnrecognizedClientException|InvalidSignatureException|ExpiredToken(Exception)?|InvalidClientTokenId|MissingAuthenticationToken(Exception)?)$/;

async function describe(client: DynamoDBClient, TableName: string): Promise<void> {
  try {
    await client.send(new DescribeTableCommand({ TableName }));
  } catch (error) {
    const { name, message, $response } = error as Error & { $response?: unknown };
    if (name === 'ResourceNotFoundException')
      throw new UsageError(
        `There is no table ${TableName} here.`,
        'Deploy the environment first, or name another one with --env.',
      );
    if (WRONG_KEY.test(name))
      throw new UsageError(
        `AWS refuses the credentials: ${message}`,
        'Sign in again; `aws sts get-caller-identity` tells whose they are.',
      );
    if (name === 'AccessDeniedException')
      throw new UsageError(
        `These credentials may not look at ${TableName}: ${message}`,
        'Use a role that may write orders there.',
      );
    if (error instanceof SyntaxError || ($response !== undefined && name === 'UnknownError'))
      throw new UsageError(
        'What answers at the endpoint is not DynamoDB.',
        'Correct --endpoint or AWS_ENDPOINT_URL.',
      );
    throw error;
  }
}
