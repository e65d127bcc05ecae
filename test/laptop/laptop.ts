/**
 * The pipeline on this machine as a test meets it: an engine with the synthesized `local` stack on any free port, and
 * the AWS SDK's clients pointed at it. Everything a test learns, it learns through AWS's APIs.
 *
 * The engine runs on the real clock here, so a test waits, always for a condition, never for a time.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { AthenaClient } from '@aws-sdk/client-athena';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CrawlerRunningException,
  GetCrawlerCommand,
  GetTablesCommand,
  GlueClient,
  StartCrawlerCommand,
} from '@aws-sdk/client-glue';
import { S3Client } from '@aws-sdk/client-s3';
import { type Engine, startEngine } from '../../local/engine.ts';
import { ask } from '../../scripts/athena.ts';
import { synthesize } from '../../scripts/synth.ts';
import { BASE_NAMES } from '../../stacks/names.ts';

/** Far more than a busy machine with two cores needs; who waits so long waits for nothing. */
const WAIT_MS_MAX = 60_000;
const POLL_MS = 25;

export const REGION = 'us-east-2';
export const KEY = { accessKeyId: 'local', secretAccessKey: 'local' };
export const TABLE = BASE_NAMES.table;
export const LAKE = BASE_NAMES.lake;

export type Clients = {
  dynamodb: DynamoDBClient;
  s3: S3Client;
  glue: GlueClient;
  athena: AthenaClient;
  close(): void;
};

export function clientsOf(endpoint: string, overrides: { maxAttempts?: number } = {}): Clients {
  const settings = { endpoint, region: REGION, credentials: KEY, ...overrides };
  const dynamodb = new DynamoDBClient(settings);
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const glue = new GlueClient(settings);
  const athena = new AthenaClient(settings);
  return {
    dynamodb,
    s3,
    glue,
    athena,
    close() {
      for (const client of [dynamodb, s3, glue, athena]) client.destroy();
    },
  };
}

export type Laptop = Clients & { engine: Engine; stop(): Promise<void> };

/** The synthesized `local` stack, unless a test has one of its own. */
export async function startLaptop(dataDirectory: string, ownStackFile?: string): Promise<Laptop> {
  const stackFile = ownStackFile ?? (await synthesize('local')).stackFile;
  const engine = await startEngine({ stackFile, dataDirectory, fresh: false, port: 0, log: () => {} });
  const clients = clientsOf(engine.endpoint);
  return {
    ...clients,
    engine,
    async stop() {
      clients.close();
      await engine.close();
    },
  };
}

/** What `look` finds once it finds something; asks again until then. Who reads the failure is told what was missing
 * and, with `state`, how things stood at the end. */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  state: () => unknown = () => undefined,
): Promise<T> {
  const deadline = Date.now() + WAIT_MS_MAX;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline)
      throw new Error(`Waited ${WAIT_MS_MAX / 1000} s in vain for ${what}. ${JSON.stringify(state()) ?? ''}`);
    await pause(POLL_MS);
  }
}

/** A whole crawl that began after this call: one under way may have read a file before the test wrote it. */
export async function crawl({ glue }: Pick<Clients, 'glue'>): Promise<void> {
  const Name = BASE_NAMES.crawler;
  const crawler = async () => (await glue.send(new GetCrawlerCommand({ Name }))).Crawler;
  await waitFor('a crawl of our own to start', async () => {
    try {
      await glue.send(new StartCrawlerCommand({ Name }));
      return true;
    } catch (error) {
      if (error instanceof CrawlerRunningException) return false;
      throw error;
    }
  });
  await waitFor('the crawl to end', async () => (await crawler())?.State === 'READY');
  const last = (await crawler())?.LastCrawl;
  if (last?.Status !== 'SUCCEEDED')
    throw new Error(`The crawl ended in ${last?.Status}: ${last?.ErrorMessage}`);
}

/** The catalog's names of tables and views. */
export async function tables({ glue }: Pick<Clients, 'glue'>): Promise<string[]> {
  const { TableList = [] } = await glue.send(new GetTablesCommand({ DatabaseName: BASE_NAMES.database }));
  return TableList.map(({ Name }) => Name ?? '').sort();
}

/** Rows of a query as Athena answers them, text for every type, null for NULL. */
export async function rows({ athena }: Pick<Clients, 'athena'>, sql: string): Promise<(string | null)[][]> {
  const answer = await ask(athena, { sql, workGroup: BASE_NAMES.workgroup, database: BASE_NAMES.database });
  return answer.rows;
}
