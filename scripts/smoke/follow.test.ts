/** The smoke test against the engine: what it says when an order arrives, and where it says that one was lost. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { KEY, type Laptop, REGION, rows, startLaptop, tables, waitFor } from '../../test/laptop/laptop.ts';
import { follow, type Hop, type Journey, type Outcome } from './follow.ts';
import { type SmokeOrder, smokeOrder } from './order.ts';
import { type Clients, placesIn } from './places.ts';

const directory = mkdtempSync(join(tmpdir(), 'smoke-'));
const places = placesIn('local', '000000000000');
const FAR_MS = 120_000;

let laptop: Laptop;
let clients: Clients;
before(async () => {
  laptop = await startLaptop(directory);
  const sqs = new SQSClient({ endpoint: laptop.engine.endpoint, region: REGION, credentials: KEY });
  clients = { ...laptop, sqs };
});
after(async () => {
  clients?.sqs.destroy();
  await laptop?.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** The deadline passes at the first wait after `stopsAt` was reached, when `then` is done; it never does without. */
function send(order: SmokeOrder, stopsAt?: Hop['hop'], then?: () => Promise<unknown>): Promise<Outcome> {
  let passed = 0;
  let stopping = false;
  const journey: Journey = {
    order,
    clients,
    places,
    deadlineMs: FAR_MS,
    time: {
      now: () => Date.now() + passed,
      wait: async (milliseconds) => {
        if (!stopping) return pause(Math.min(milliseconds, 100));
        await then?.();
        passed = FAR_MS;
      },
    },
    reached({ hop }) {
      stopping ||= hop === stopsAt;
    },
  };
  return follow(journey);
}

const order = (name: string): SmokeOrder => smokeOrder(new Date(), name);

test('an order arrives, the first one by a crawl of its own, and is gone again', async () => {
  const outcome = await send(order('first'));
  assert.equal(outcome.kind, 'arrived', JSON.stringify(outcome));
  assert.deepEqual(
    outcome.hops.map(({ hop }) => hop),
    ['table', 'lake', 'crawler', 'athena'],
  );
  assert.match(outcome.hops[1]?.detail ?? '', /^s3:\/\/.*\/orders\/dt=/);
  assert.match(outcome.hops[2]?.detail ?? '', /by a crawl for it|already/);
  const { Count } = await clients.dynamodb.send(new ScanCommand({ TableName: places.table }));
  assert.equal(Count, 0);
});

test('what is sold is what it was before: no order, no piece and no cent stands', async () => {
  await waitFor('the last view', async () => (await tables(laptop)).includes('top_products'));
  assert.deepEqual(await rows(laptop, 'SELECT count(*) FROM orders_current'), [['0']]);
  assert.deepEqual(await rows(laptop, 'SELECT count(*) FROM top_products'), [['0']]);
  assert.deepEqual(
    await rows(
      laptop,
      `SELECT coalesce(sum(orders - cancelled_orders), 0), coalesce(sum(revenue - cancelled_revenue), 0)
       FROM sales_by_minute`,
    ),
    [['0', '0.00']],
  );
});

test('an order that Firehose gives up on is told with its object and the reason, without waiting', async () => {
  const { orderid, item } = order('refused');
  const outcome = await send({ orderid, item: { ...item, quantity: { N: '0' } } });
  assert.equal(outcome.kind, 'failed');
  assert.match(outcome.kind === 'failed' ? outcome.message : '', /gave up on it \(Lambda\.Pro.*\/errors\//);
  assert.deepEqual(
    outcome.hops.map(({ hop }) => hop),
    ['table'],
  );
});

test('an order that is nowhere at the deadline is between the table and the lake', async () => {
  const outcome = await send(order('slow'), 'table');
  assert.match(outcome.kind === 'failed' ? outcome.message : '', /the pipe, Kinesis or Firehose holds it/);
});

test('dead letters that are new at the deadline are named', async () => {
  const outcome = await send(order('dead'), 'table', async () => {
    const { QueueUrl } = await clients.sqs.send(new GetQueueUrlCommand({ QueueName: places.deadLetters }));
    await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
  });
  assert.match(outcome.kind === 'failed' ? outcome.message : '', /1 more dead letters lie in dynamodb-/);
});

test('a value that differs by a cent fails, and both values are told', async () => {
  const { orderid, item } = order('wrong');
  const outcome = await send({ orderid, item: { ...item, price: { N: '0.02' } } }, 'crawler');
  assert.match(outcome.kind === 'failed' ? outcome.message : '', /"0\.02".* instead of .*"0\.01"/);
  assert.deepEqual(
    outcome.hops.map(({ hop }) => hop),
    ['table', 'lake', 'crawler'],
  );
});
