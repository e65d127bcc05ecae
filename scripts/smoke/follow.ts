/**
 * Follows one marked order from the table to the views, through AWS's APIs alone. The order is removed as soon as it is
 * put: both changes travel, and nothing of it stands in the table or in what is sold, however the test ends.
 */

import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { ask, QueryFailed } from '../athena.ts';
import { watchCatalog } from './catalog.ts';
import { type LakeWatch, type Sighting, watchLake } from './lake-watch.ts';
import { COLUMNS, expectedRows, type SmokeOrder } from './order.ts';
import type { Clients, Places } from './places.ts';

export type Hop = { hop: 'table' | 'lake' | 'crawler' | 'athena'; milliseconds: number; detail: string };

export type Outcome =
  | { kind: 'arrived'; hops: readonly Hop[] }
  | { kind: 'failed'; hops: readonly Hop[]; message: string; nextStep: string };

export type Time = { now(): number; wait(milliseconds: number): Promise<void> };

export type Journey = {
  order: SmokeOrder;
  clients: Clients;
  places: Places;
  time: Time;
  deadlineMs: number;
  /** Told of each hop that was reached. */
  reached(hop: Hop): void;
};

const FIRST_WAIT_MS = 250;
/** Long enough that asking costs little, short against what a buffer holds. */
const WAIT_MS_MAX = 5_000;
/** A query reads the whole lake. */
const QUERY_WAIT_MS_MAX = 30_000;

type Trouble = { message: string; nextStep: string };
type Stage<T> = { kind: 'done'; detail: string; value: T } | ({ kind: 'trouble' } & Trouble);

export async function follow(journey: Journey): Promise<Outcome> {
  const { clients, places, order, time } = journey;
  const hops: Hop[] = [];
  const until = time.now() + journey.deadlineMs;
  const timed = async <T>(hop: Hop['hop'], stage: Promise<Stage<T>>): Promise<Stage<T>> => {
    const began = time.now();
    const answer = await stage;
    if (answer.kind === 'done') {
      hops.push({ hop, milliseconds: time.now() - began, detail: answer.detail });
      journey.reached(hops.at(-1) as Hop);
    }
    return answer;
  };
  const watch = await watchLake(clients.s3, places.bucket, order.orderid, () => time.now());
  const deadLetters = await deadLetterCount(clients.sqs, places);

  const put = await timed('table', putAndRemove(journey));
  if (put.kind === 'trouble') return failed(hops, put);
  const lake = await timed('lake', reachLake(journey, watch, deadLetters, until));
  if (lake.kind === 'trouble') return failed(hops, lake);
  const crawler = await timed('crawler', reachCatalog(journey, lake.value, until));
  if (crawler.kind === 'trouble') return failed(hops, crawler);
  const athena = await timed('athena', reachViews(journey, until));
  if (athena.kind === 'trouble') return failed(hops, athena);
  return { kind: 'arrived', hops };
}

function failed(hops: readonly Hop[], { message, nextStep }: Trouble): Outcome {
  return { kind: 'failed', hops, message, nextStep };
}

async function putAndRemove({ clients, places, order }: Journey): Promise<Stage<undefined>> {
  const Key = { orderid: { S: order.orderid } };
  await clients.dynamodb.send(new PutItemCommand({ TableName: places.table, Item: order.item }));
  try {
    await clients.dynamodb.send(new DeleteItemCommand({ TableName: places.table, Key }));
  } catch (error) {
    return {
      kind: 'trouble',
      message: `${order.orderid} was put into ${places.table} and could not be removed: ${(error as Error).message}`,
      nextStep: `Remove it: aws dynamodb delete-item --table-name ${places.table} --key '${JSON.stringify(Key)}'`,
    };
  }
  return { kind: 'done', detail: `${order.orderid} put and removed`, value: undefined };
}

/** Waits for both changes; answers the objects that hold them. */
async function reachLake(
  { clients, places, time }: Journey,
  watch: LakeWatch,
  deadLettersBefore: number,
  until: number,
): Promise<Stage<readonly Sighting[]>> {
  let found: Awaited<ReturnType<LakeWatch['look']>> = { sightings: [], refusals: [] };
  const ended = await repeat(time, until, WAIT_MS_MAX, async () => {
    found = await watch.look();
    const events = new Set(found.sightings.map(({ event }) => event));
    return found.refusals.length > 0 || (events.has('INSERT') && events.has('REMOVE'));
  });
  const { sightings, refusals } = found;
  const [refusal] = refusals;
  if (refusal)
    return {
      kind: 'trouble',
      message: `It reached Firehose, which gave up on it (${refusal.reason}): ${refusal.address}`,
      nextStep: 'The log of the transform says which field and why.',
    };
  const objects = [...new Set(sightings.map(({ address }) => address))];
  if (ended) return { kind: 'done', detail: objects.join(', '), value: sightings };
  const [part] = sightings;
  if (part)
    return {
      kind: 'trouble',
      message: `Its ${part.event} reached the lake (${part.address}), its other change did not.`,
      nextStep: `Look for it: npm run errors, and the queue ${places.deadLetters}.`,
    };
  const more = (await deadLetterCount(clients.sqs, places)) - deadLettersBefore;
  if (more > 0)
    return {
      kind: 'trouble',
      message: `It reached the table and not the lake; ${more} more dead letters lie in ${places.deadLetters}: the pipe gave up on changes.`,
      nextStep: 'The log of the pipe says why; docs/RUNBOOK.md how they are sent again.',
    };
  return {
    kind: 'trouble',
    message:
      'It reached the table and not the lake, and no error or dead letter tells of it: the pipe, Kinesis or Firehose holds it.',
    nextStep:
      'Look at the state of the pipe and at the lag of the hops on the dashboard, or wait longer with --deadline.',
  };
}

async function reachCatalog(
  { clients, places, time }: Journey,
  sightings: readonly Sighting[],
  until: number,
): Promise<Stage<undefined>> {
  let crawls = 0;
  const folders = new Map(sightings.map(({ address }) => [address.replace(/[^/]*$/, ''), address]));
  for (const [folder, address] of folders) {
    const watch = watchCatalog(clients.glue, places, address);
    let inVain: string | undefined;
    const ended = await repeat(time, until, WAIT_MS_MAX, async () => {
      const crawl = await watch.look();
      if (crawl.kind === 'in vain') inVain = crawl.reason;
      return crawl.kind !== 'crawling';
    });
    crawls += watch.crawls();
    if (inVain !== undefined)
      return {
        kind: 'trouble',
        message: `It reached the lake; a crawl ended (${inVain}) and ${places.crawled} still lacks ${folder}.`,
        nextStep: `The log of the crawler ${places.crawler} says why.`,
      };
    if (!ended)
      return {
        kind: 'trouble',
        message: `It reached the lake; ${places.crawled} lacks ${folder}, and the crawl has not ended.`,
        nextStep: `Look at the crawler ${places.crawler}, or wait longer with --deadline.`,
      };
  }
  return {
    kind: 'done',
    detail: crawls === 0 ? 'its hour was catalogued already' : 'its hour is catalogued, by a crawl for it',
    value: undefined,
  };
}

/** Both changes to the cent in order_changes, and nothing in orders_current. The first crawl's end publishes them. */
async function reachViews(journey: Journey, until: number): Promise<Stage<undefined>> {
  let trouble = 'they were not asked';
  const arrived = await repeat(journey.time, until, QUERY_WAIT_MS_MAX, async () => {
    try {
      trouble = (await lookAtViews(journey)) ?? '';
      return trouble === '';
    } catch (error) {
      if (!(error instanceof QueryFailed)) throw error;
      trouble = error.message;
      return false;
    }
  });
  if (arrived)
    return {
      kind: 'done',
      detail: 'order_changes has both changes, orders_current nothing of it',
      value: undefined,
    };
  return {
    kind: 'trouble',
    message: `It reached the catalog, and the views do not tell of it: ${trouble}`,
    nextStep: `Ask yourself: SELECT * FROM order_changes WHERE orderid = '${journey.order.orderid}'; npm run apply-views publishes the views.`,
  };
}

/** What is wrong, if anything. */
async function lookAtViews({ clients, places, order }: Journey): Promise<string | undefined> {
  const rowsOf = async (sql: string) =>
    (await ask(clients.athena, { sql, workGroup: places.workGroup, database: places.database })).rows;
  const where = `WHERE orderid = '${order.orderid}'`;
  const changes = await rowsOf(
    `SELECT ${COLUMNS.join(', ')} FROM order_changes ${where} ORDER BY event_name`,
  );
  const expected = expectedRows(order);
  if (JSON.stringify(changes) !== JSON.stringify(expected))
    return `order_changes has ${JSON.stringify(changes)} instead of ${JSON.stringify(expected)}.`;
  const current = await rowsOf(`SELECT orderid FROM orders_current ${where}`);
  return current.length === 0 ? undefined : 'orders_current still has it, though it was removed.';
}

async function deadLetterCount(sqs: SQSClient, { deadLetters }: Places): Promise<number> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: deadLetters }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  return Number(Attributes?.['ApproximateNumberOfMessages'] ?? 0);
}

/** Looks until it is so, less and less often, and once more at the end. False when the time has passed. */
async function repeat(
  time: Time,
  until: number,
  waitMax: number,
  look: () => Promise<boolean>,
): Promise<boolean> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(waitMax, wait * 1.5)) {
    if (await look()) return true;
    const left = until - time.now();
    if (left <= 0) return false;
    await time.wait(Math.min(wait, left));
  }
}
