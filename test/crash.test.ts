/**
 * The promise on which everything stands: an order that was acknowledged is in the views once, whatever was killed on
 * the way. A client writes, the engine is killed with `kill -9` and started again on the same data, three times; then
 * what the views say is held against what the table says, and both against what the client was told.
 */

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { synthesize } from '../scripts/synth.ts';
import { startEngineProcess } from './laptop/child.ts';
import { clientsOf, crawl, type Laptop, rows, startLaptop, TABLE, tables, waitFor } from './laptop/laptop.ts';
import { type Acknowledged, writeUntilItFails } from './laptop/writer.ts';

/** How many acknowledged writes the engine lives through in each round: a fraction of a second to a
 * few seconds. Firehose delivers every second, so that the kills come before, within and after deliveries. */
const LIVES = [101, 401, 997];

const directory = mkdtempSync(join(tmpdir(), 'crash-'));
const data = join(directory, 'data');
let laptop: Laptop | undefined;
let stackFile: string;
before(async () => {
  stackFile = await impatientStack();
});
after(async () => {
  await laptop?.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** The `local` stack, with a Firehose buffer of one second instead of five. */
async function impatientStack(): Promise<string> {
  const { stackFile: original } = await synthesize('local');
  const stack = join(directory, 'stack');
  cpSync(dirname(original), stack, { recursive: true });
  const file = join(stack, 'cdk.tf.json');
  const text = readFileSync(file, 'utf8');
  const impatient = text.replace(/"buffering_interval": \d+/, '"buffering_interval": 1');
  assert.notEqual(impatient, text, 'The stack has no buffering_interval.');
  writeFileSync(file, impatient);
  return file;
}

test('after three times kill -9 the views hold each acknowledged order once', {
  timeout: 180_000,
}, async () => {
  const acknowledged: Acknowledged = new Map();
  for (const [round, lives] of LIVES.entries()) {
    const engine = await startEngineProcess(data, stackFile);
    const { dynamodb, close } = clientsOf(engine.endpoint, { maxAttempts: 1 });
    const until = acknowledged.size + lives;
    const written = writeUntilItFails(dynamodb, `round-${round}`, acknowledged);
    await waitFor('acknowledgements', async () => acknowledged.size >= until);
    await engine.kill();
    await written;
    close();
  }

  laptop = await startLaptop(data, stackFile);
  const { engine } = laptop;
  await waitFor(
    'the last record to reach the lake',
    async () => {
      const { pipe, kinesis, firehose, stream } = engine.status();
      return [stream, pipe, kinesis, firehose].every(({ waiting }) => waiting === 0);
    },
    engine.status,
  );
  await crawl(laptop);
  const { dynamodb } = laptop;
  await waitFor('the views', async () => (await tables(laptop as Laptop)).includes('orders_current'));

  const kept = new Map<string, string>();
  for await (const page of paginateScan({ client: dynamodb }, { TableName: TABLE, ConsistentRead: true }))
    for (const { orderid, status } of page.Items ?? []) kept.set(orderid?.S ?? '', status?.S ?? '');

  for (const [orderid, status] of acknowledged)
    assert.ok(
      kept.has(orderid) && (status === 'PLACED' || kept.get(orderid) === status),
      `${orderid}: ${status}`,
    );

  const seen = await rows(laptop, 'SELECT orderid, status FROM orders_current');
  assert.equal(seen.length, kept.size);
  assert.deepEqual(new Map(seen.map(([orderid, status]) => [orderid, status])), kept);

  // One INSERT an order, one MODIFY for each that was paid, and nothing else.
  const paid = [...kept.values()].filter((status) => status === 'PAID').length;
  assert.deepEqual(
    await rows(
      laptop,
      'SELECT event_name, count(*), count(DISTINCT orderid) FROM order_changes GROUP BY 1 ORDER BY 1',
    ),
    [
      ['INSERT', `${kept.size}`, `${kept.size}`],
      ['MODIFY', `${paid}`, `${paid}`],
    ],
  );
});
