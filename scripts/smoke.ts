/**
 * `npm run smoke`: an order in, a row out. It puts one marked order into the table of an environment, removes it, and
 * follows both changes to the views, on the laptop and on AWS alike. A deployment runs it before the next environment.
 * What it follows and how is scripts/smoke/.
 */

import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { AthenaClient } from '@aws-sdk/client-athena';
import { DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { GlueClient } from '@aws-sdk/client-glue';
import { S3Client } from '@aws-sdk/client-s3';
import { QueueDoesNotExist, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ENVIRONMENTS } from '../stacks/environments.ts';
import type { EnvironmentName } from '../stacks/names.ts';
import { type ClientConfig, clientConfig, ENDPOINT_FLAG, ENV_FLAG, reaching } from './clients.ts';
import { complain, flags, paint, run, UsageError } from './command.ts';
import { parseDuration } from './duration.ts';
import { EXIT_FAILED, EXIT_OK } from './exit-codes.ts';
import { follow, type Hop, type Outcome } from './smoke/follow.ts';
import { smokeOrder } from './smoke/order.ts';
import { type Clients, placesIn } from './smoke/places.ts';

/** What a crawl and the publishing of the views may take: on AWS a crawler alone needs a minute or two to begin. */
const CRAWL_SECONDS: Readonly<Record<EnvironmentName, number>> = {
  local: 60,
  dev: 600,
  staging: 600,
  prod: 600,
};

/** Twice what the buffers hold a change back, and a crawl. */
export function defaultDeadlineMs(environment: EnvironmentName): number {
  const { pipe, firehose } = ENVIRONMENTS[environment];
  const buffers = pipe.batchWindowSeconds + firehose.transformBufferSeconds + firehose.bufferSeconds;
  return (2 * buffers + CRAWL_SECONDS[environment]) * 1_000;
}

function readFlags() {
  return flags(
    'Sends one order through an environment and says how long each hop took.\n\nUsage: npm run smoke -- [flags]',
  )
    .option('env', ENV_FLAG)
    .option('endpoint', ENDPOINT_FLAG)
    .option('deadline', {
      describe: "how long it may take (default: twice the environment's buffers, and a crawl)",
      type: 'string',
    })
    .option('json', { describe: 'print the outcome as JSON', type: 'boolean', default: false })
    .example('npm run smoke', 'through the pipeline on this machine')
    .example('npm run smoke -- --env dev --deadline 20m', 'on AWS')
    .epilogue(
      'Exit codes: 0 it arrived, 1 it did not, 64 a flag is wrong, nobody answers or nothing is deployed there.',
    )
    .parseAsync();
}

async function main(): Promise<number> {
  const { env, endpoint, deadline, json } = await readFlags();
  const config = clientConfig(env, endpoint);
  const deadlineMs = deadline === undefined ? defaultDeadlineMs(env) : parseDuration(deadline);
  const order = smokeOrder(new Date(), randomBytes(4).toString('hex'));
  const clients = clientsFor(config);
  try {
    const outcome = await deployed(env, () =>
      reaching(config, async () => {
        const { Account = '' } = await new STSClient(config).send(new GetCallerIdentityCommand({}));
        return follow({
          order,
          clients,
          places: placesIn(env, Account),
          time: { now: Date.now, wait: (milliseconds) => pause(milliseconds) },
          deadlineMs,
          reached: (hop) => console.error(paint('dim', hopLine(hop), process.stderr)),
        });
      }),
    );
    console.log(json ? JSON.stringify({ orderid: order.orderid, ...outcome }, null, 2) : sentence(outcome));
    if (outcome.kind === 'failed') complain(outcome);
    return outcome.kind === 'arrived' ? EXIT_OK : EXIT_FAILED;
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}

function clientsFor(config: ClientConfig): Clients {
  return {
    dynamodb: new DynamoDBClient(config),
    s3: new S3Client({ ...config, forcePathStyle: config.endpoint !== undefined }),
    glue: new GlueClient(config),
    athena: new AthenaClient(config),
    sqs: new SQSClient(config),
  };
}

async function deployed<T>(env: EnvironmentName, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException || error instanceof QueueDoesNotExist)) throw error;
    throw new UsageError(
      `${env} is not deployed in this account: ${error.message}`,
      'Check whose credentials these are (`aws sts get-caller-identity`), or deploy it first.',
    );
  }
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1_000).toFixed(1)} s`;

function hopLine({ hop, milliseconds, detail }: Hop): string {
  return `${hop.padEnd(8)} ${seconds(milliseconds).padStart(8)}  ${detail}`;
}

function sentence({ kind, hops }: Outcome): string {
  const took = seconds(hops.reduce((sum, { milliseconds }) => sum + milliseconds, 0));
  return kind === 'arrived'
    ? `an order in, a row out: ${took}`
    : `no row after ${took} and ${hops.length} of 4 hops`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await run(main);
