/**
 * An order placed on a laptop becomes a row in a view: the nine hops at work, seen by an AWS client alone. The tests
 * follow one another as a day does; each goes on where the one before it stopped.
 */

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DeleteItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { readViews } from '../scripts/views/read-views.ts';
import { BASE_NAMES } from '../stacks/names.ts';
import { crawl, LAKE, type Laptop, rows, startLaptop, TABLE, tables, waitFor } from './laptop/laptop.ts';
import { keysUnder, linesUnder } from './laptop/objects.ts';

const VIEWS = (await readViews()).map(({ name }) => name);

const directory = mkdtempSync(join(tmpdir(), 'journey-'));
let laptop: Laptop;
before(async () => {
  laptop = await startLaptop(directory);
});
after(async () => {
  await laptop?.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** As the original system's generator writes it: four fields. */
function smallOrder(orderid: string, product_name: string, quantity: string, price: string) {
  return {
    orderid: { S: orderid },
    product_name: { S: product_name },
    quantity: { N: quantity },
    price: { N: price },
  };
}

function put(item: ReturnType<typeof smallOrder> & Record<string, { S: string } | { N: string }>) {
  return laptop.dynamodb.send(new PutItemCommand({ TableName: TABLE, Item: item }));
}

function setStatus(orderid: string, status: string) {
  return laptop.dynamodb.send(
    new UpdateItemCommand({
      TableName: TABLE,
      Key: { orderid: { S: orderid } },
      UpdateExpression: 'SET #status = :status',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':status': { S: status } },
    }),
  );
}

/** Rows that the lake has from the table; what somebody copied there has no event_id. */
async function lakeRows(count: number) {
  return waitFor(`${count} rows in the lake`, async () => {
    const found = (await linesUnder(laptop, 'orders/')).filter((line) => 'event_id' in line);
    assert.ok(found.length <= count, `The lake has ${found.length} rows, ${count} were written.`);
    return found.length === count && found;
  });
}

test('each change of an order lies in the lake as one line, in the hour of its arrival', async () => {
  await put(smallOrder('o-1', 'Headphones', '2', '27'));
  await put({
    ...smallOrder('o-2', 'Kettle', '1', '249.99'),
    category: { S: 'kitchen' },
    status: { S: 'PLACED' },
    created_at: { S: '2026-07-08T09:29:59.750Z' },
    gift_note: { S: 'Für Zoë' },
  });
  await setStatus('o-2', 'PAID');
  await put(smallOrder('o-3', 'Lamp', '3', '9.10'));
  await laptop.dynamodb.send(new DeleteItemCommand({ TableName: TABLE, Key: { orderid: { S: 'o-3' } } }));

  const lines = await lakeRows(5);
  const told = lines.map(({ orderid, event_name, price, status, gift_note }) => [
    orderid,
    event_name,
    price,
    status ?? null,
    gift_note ?? null,
  ]);
  assert.deepEqual(
    new Set(told.map((each) => JSON.stringify(each))),
    new Set([
      '["o-1","INSERT",27,null,null]',
      '["o-2","INSERT",249.99,"PLACED","Für Zoë"]',
      '["o-2","MODIFY",249.99,"PAID","Für Zoë"]',
      '["o-3","INSERT",9.1,null,null]',
      '["o-3","REMOVE",9.1,null,null]',
    ]),
  );
  for (const key of await keysUnder(laptop, 'orders/'))
    assert.match(key, /^orders\/dt=\d{4}-\d\d-\d\d\/hour=\d\d\/[^/]+\.gz$/);
});

test("the crawler's success publishes the views, and they say what the table holds", async () => {
  await crawl(laptop);
  await waitFor('the views', async () => (await tables(laptop)).length === VIEWS.length + 1);
  assert.deepEqual(await tables(laptop), [...VIEWS, 'projection_orders'].sort());
  assert.deepEqual(
    await rows(
      laptop,
      'SELECT orderid, product_name, quantity, price, revenue, status, created_at FROM orders_current ORDER BY orderid',
    ),
    [
      ['o-1', 'Headphones', '2', '27.00', '54.00', null, null],
      ['o-2', 'Kettle', '1', '249.99', '249.99', 'PAID', '2026-07-08 09:29:59.750'],
    ],
  );
  assert.deepEqual(
    await rows(
      laptop,
      'SELECT orderid, event_name, price FROM order_changes ORDER BY orderid, sequence_number',
    ),
    [
      ['o-1', 'INSERT', '27.00'],
      ['o-2', 'INSERT', '249.99'],
      ['o-2', 'MODIFY', '249.99'],
      ['o-3', 'INSERT', '9.10'],
      ['o-3', 'REMOVE', '9.10'],
    ],
  );
  assert.deepEqual(
    await rows(
      laptop,
      'SELECT product_name, sales_rank, orders, units, revenue FROM top_products ORDER BY sales_rank',
    ),
    [
      ['Kettle', '1', '1', '1', '249.99'],
      ['Headphones', '2', '1', '2', '54.00'],
    ],
  );
  // A field that no schema of ours names became a column of the crawled table.
  assert.deepEqual(
    await rows(laptop, "SELECT gift_note FROM projection_orders WHERE event_name = 'MODIFY'"),
    [['Für Zoë']],
  );
});

test('an order that breaks the schema lies under errors/ as it came, and the log says which field and why', async () => {
  const bad = smallOrder('o-bad', 'Headphones', '0', '27');
  await put(bad);
  const found = await waitFor('an object under errors/', async () => {
    const lines = await linesUnder(laptop, 'errors/');
    return lines.length > 0 && lines;
  });
  assert.equal(found.length, 1);
  assert.equal(found[0]?.['errorCode'], 'Lambda.ProcessingFailedStatus');
  const raw = JSON.parse(Buffer.from(String(found[0]?.['rawData']), 'base64').toString()) as {
    dynamodb: { NewImage: unknown };
  };
  assert.deepEqual(raw.dynamodb.NewImage, bad);
  assert.equal(
    (await linesUnder(laptop, 'orders/')).some(({ orderid }) => orderid === 'o-bad'),
    false,
  );

  // The object is there a moment before the delivery that wrote it is done.
  const { lastFailure } = await waitFor('the failure in the status', async () => {
    const { firehose } = laptop.engine.status();
    return firehose.failed === 1 && firehose;
  });
  assert.match(String(lastFailure), /errors\//);
  const log = join(directory, 'logs', 'aws', 'lambda', `${BASE_NAMES.transform}.log`);
  const reason = await waitFor("the reason in the function's log", async () =>
    readFileSync(log, 'utf8')
      .split('\n')
      .find((line) => line.includes('"o-bad"')),
  );
  assert.match(reason, /"field":"quantity"/);
});

test('JSON lines that something else wrote are crawled and can be queried', async () => {
  const lines = [
    {
      orderid: 'hand-1',
      product_name: 'Desk',
      quantity: 1,
      price: 120.5,
      coupon: { code: 'PRIME', percent: 10 },
    },
    { orderid: 'hand-2', product_name: 'Chair', quantity: 4, price: 80.25, tags: ['oak', 'set'] },
  ];
  await laptop.s3.send(
    new PutObjectCommand({
      Bucket: LAKE,
      Key: 'orders/dt=2025-07-08/hour=23/by-hand.json',
      Body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    }),
  );
  await crawl(laptop);
  assert.deepEqual(
    await rows(
      laptop,
      `SELECT orderid, price, coupon.code, tags[2], dt, hour FROM projection_orders
       WHERE dt = '2025-07-08' ORDER BY orderid`,
    ),
    [
      ['hand-1', '120.5', 'PRIME', null, '2025-07-08', '23'],
      ['hand-2', '80.25', null, 'set', '2025-07-08', '23'],
    ],
  );
  assert.deepEqual(await rows(laptop, 'SELECT count(*) FROM orders_current'), [['2']]);
});

test('a second engine on the same data goes on where the first one stopped', async () => {
  await put(smallOrder('o-4', 'Mug', '1', '5.00'));
  await laptop.stop();
  laptop = await startLaptop(directory);
  await setStatus('o-1', 'SHIPPED');
  await lakeRows(7);
  await crawl(laptop);
  assert.deepEqual(await rows(laptop, 'SELECT orderid, price, status FROM orders_current ORDER BY orderid'), [
    ['o-1', '27.00', 'SHIPPED'],
    ['o-2', '249.99', 'PAID'],
    ['o-4', '5.00', null],
  ]);
  assert.deepEqual(await rows(laptop, 'SELECT count(*), count(DISTINCT event_id) FROM order_changes'), [
    ['7', '7'],
  ]);
});
