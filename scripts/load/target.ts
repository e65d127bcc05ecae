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
import { faultOf } from './faults.ts';
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
/** Whoever has not answered by then will not. */
const ANSWER_MS_MAX = 10_000;
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
  const where = url ?? process.env['AWS_ENDPOINT_URL'];
  if (where !== undefined) checkAddress(where);
  const key = await reaching(config, () => dynamodb.config.credentials());
  if (key.expiration && key.expiration.getTime() < untilMs)
    throw new UsageError(
      `The AWS credentials expire at ${key.expiration.toISOString()}, before the run would end.`,
      'Sign in again, or give a shorter --duration.',
    );
  const within = <T>(what: string, ask: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    reaching(config, async () => {
      try {
        return await ask(AbortSignal.timeout(ANSWER_MS_MAX));
      } catch (error) {
        throw faultOf(error, what, where ?? `AWS in ${region}`) ?? error;
      }
    });
  await within(`the table ${table}`, (signal) => describe(dynamodb, table, signal));
  const stream = nameIn(environment, BASE_NAMES.stream);
  const shards = await within(`the stream ${stream}`, (signal) => openShards(config, stream, signal));
  const place = placeOf(where);
  const cloudwatch = new CloudWatchClient(config);
  // A right that is missing is better known before a run than after it.
  await within('the metrics of CloudWatch', async () => {
    const now = Math.floor(Date.now() / 1_000);
    await readMetrics(askCloudWatch(cloudwatch), environment, periodSecondsOf(place, 0), now - 60, now);
  });
  const { firehose } = ENVIRONMENTS[environment];
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
    shards,
    lagSecondsMax: BUFFERS * firehose.bufferSeconds + firehose.transformBufferSeconds + LAG_SLACK_SECONDS,
  };
}

/** k6 signs for an address as it stands; a path in it would be signed wrongly. */
function checkAddress(where: string): void {
  if (!URL.canParse(where) || !/^https?:$/.test(new URL(where).protocol))
    throw new UsageError(`"${where}" is no endpoint.`, 'Give an address, such as http://127.0.0.1:4566.');
  const { pathname, origin } = new URL(where);
  if (pathname === '/') return;
  throw new UsageError(
    `The endpoint "${where}" has a path, and AWS's addresses have none.`,
    `Give ${origin}.`,
  );
}

async function openShards(
  config: ClientConfig,
  StreamName: string,
  abortSignal: AbortSignal,
): Promise<number> {
  const kinesis = new KinesisClient(config);
  try {
    const { StreamDescriptionSummary } = await kinesis.send(
      new DescribeStreamSummaryCommand({ StreamName }),
      {
        abortSignal,
      },
    );
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

/** Whatever answers without a table in it may be anybody. */
async function describe(client: DynamoDBClient, TableName: string, abortSignal: AbortSignal): Promise<void> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }), { abortSignal });
  if (Table === undefined) throw new SyntaxError('no table');
}
