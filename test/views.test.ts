/**
 * The way of a view on the laptop: file, plan, publish, query; and what drifts, a person's edit, a retyped column, a
 * file that was deleted, is shown by the plan and healed by a run. Everything goes through AWS's APIs, as on AWS.
 */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetTableCommand, type TableInput, UpdateTableCommand } from '@aws-sdk/client-glue';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { CONTRACT } from '../lambdas/publish-views/contract.ts';
import type { View } from '../lambdas/publish-views/dependencies.ts';
import { type Plan, planViews, type ReadyPlan, type Target } from '../lambdas/publish-views/plan.ts';
import { carryOut, dropOrphans } from '../lambdas/publish-views/publish.ts';
import { synthesize } from '../scripts/synth.ts';
import { deriveColumns } from '../scripts/views/derive-columns.ts';
import { findCulprit } from '../scripts/views/find-culprit.ts';
import { readViews } from '../scripts/views/read-views.ts';
import { type ViewChange, viewChanges } from '../scripts/views/show-plan.ts';
import { BASE_NAMES, ORDERS_TABLE } from '../stacks/names.ts';
import { crawl, LAKE, type Laptop, rows, startLaptop, TABLE, tables, waitFor } from './laptop/laptop.ts';

const DATABASE = BASE_NAMES.database;
const VIEWS = await readViews();
const directory = mkdtempSync(join(tmpdir(), 'views-'));
let laptop: Laptop;

/** The local stack without the rules that call the Lambda: it would heal what a test has just spoilt. */
async function stackWithoutPublisher(): Promise<string> {
  const { stackFile } = await synthesize('local');
  const copy = join(directory, 'stack');
  cpSync(dirname(stackFile), copy, { recursive: true });
  const file = join(copy, 'cdk.tf.json');
  const stack = JSON.parse(readFileSync(file, 'utf8')) as { resource: Record<string, unknown> };
  delete stack.resource['aws_cloudwatch_event_target'];
  writeFileSync(file, JSON.stringify(stack));
  return file;
}

before(async () => {
  laptop = await startLaptop(join(directory, 'data'), await stackWithoutPublisher());
  await laptop.dynamodb.send(
    new PutItemCommand({
      TableName: TABLE,
      Item: { orderid: { S: 'o-1' }, product_name: { S: 'Lamp' }, quantity: { N: '2' }, price: { N: '27' } },
    }),
  );
  await waitFor('the table of the first order', async () => {
    await crawl(laptop);
    return (await tables(laptop)).includes(ORDERS_TABLE);
  });
  assert.equal((await publish()).length, VIEWS.length);
});
after(async () => {
  await laptop?.stop();
  rmSync(directory, { recursive: true, force: true });
});

const target = (views: readonly View[]): Target => ({
  database: DATABASE,
  workGroup: BASE_NAMES.workgroup,
  views,
  table: { name: ORDERS_TABLE, contract: CONTRACT },
  by: 'person',
});

async function ready(views: readonly View[] = VIEWS): Promise<ReadyPlan> {
  const plan: Plan = await planViews(laptop.glue, target(views));
  assert.equal(plan.kind, 'ready');
  return plan as ReadyPlan;
}

async function changes(views: readonly View[] = VIEWS): Promise<ViewChange[]> {
  const plan = await ready(views);
  const steps = plan.steps.map(({ view }) => view);
  return viewChanges(plan, await deriveColumns(laptop.athena, target(views), steps));
}

async function publish(views: readonly View[] = VIEWS): Promise<string[]> {
  const means = { ...laptop, pause: (ms: number) => pause(ms), log: () => {} };
  return (await carryOut(means, target(views), await ready(views))).published;
}

const edited = (name: string, edit: (sql: string) => string): View[] =>
  VIEWS.map((view) => (view.name === name ? { ...view, sql: edit(view.sql) } : view));

async function retype(column: string, type: string): Promise<void> {
  const { Table: table } = await laptop.glue.send(
    new GetTableCommand({ DatabaseName: DATABASE, Name: ORDERS_TABLE }),
  );
  const { Name, TableType, Parameters, PartitionKeys, StorageDescriptor } = table ?? {};
  const Columns = StorageDescriptor?.Columns?.map((each) =>
    each.Name === column ? { ...each, Type: type } : each,
  );
  const TableInput = {
    Name,
    TableType,
    Parameters,
    PartitionKeys,
    StorageDescriptor: { ...StorageDescriptor, Columns },
  };
  await laptop.glue.send(
    new UpdateTableCommand({ DatabaseName: DATABASE, TableInput: TableInput as TableInput }),
  );
}

test('a changed view goes from file to plan to publish to query, and back', async () => {
  const views = edited('top_products', (sql) =>
    sql.replace('  units,\n', '  units * 2 AS units,\n  1.5e0 AS weight,\n'),
  );
  const [change, ...others] = await changes(views);
  assert.deepEqual(others, []);
  assert.equal(change?.view, 'top_products');
  assert.equal(change?.reason, 'changed');
  assert.match(change?.sql ?? '', /^- {2}units,\n\+ {2}units \* 2 AS units,\n\+ {2}1\.5e0 AS weight,$/m);
  assert.deepEqual(change?.columns, [{ kind: 'added', name: 'weight', type: 'double' }]);
  assert.deepEqual(await publish(views), ['top_products']);
  assert.deepEqual(await rows(laptop, 'SELECT units, weight FROM top_products'), [['4', '1.5']]);
  assert.deepEqual(await changes(views), []);
  await publish();
  assert.deepEqual(await rows(laptop, 'SELECT units FROM top_products'), [['2']]);
});

test('a view that Athena would refuse says so in the plan, with its words, before anything is published', async () => {
  const views = edited('orders_current', (sql) => sql.replace('  orderid,\n', '  ordreid,\n'));
  const plan = await changes(views);
  const refused = plan.find(({ view }) => view === 'orders_current')?.refused ?? '';
  assert.match(refused, /COLUMN_NOT_FOUND.*ordreid/);
  assert.match(
    plan.find(({ view }) => view === 'top_products')?.refused ?? '',
    /orders_current, which it reads, is refused/,
  );
});

test('an edit in the console is shown and healed', async () => {
  await rows(laptop, "CREATE OR REPLACE VIEW order_funnel AS SELECT 'mine' AS status");
  const plan = await changes();
  assert.deepEqual(
    plan.map(({ view, reason }) => [view, reason]),
    [['order_funnel', 'edited']],
  );
  assert.match(plan[0]?.sql ?? '', /^-.*'mine'/m);
  assert.deepEqual(
    plan[0]?.columns.map(({ kind, name }) => `${kind} ${name}`),
    ['added step', 'added orders_reached', 'added orders_now', 'added share_of_placed'],
  );
  assert.deepEqual(await publish(), ['order_funnel']);
  assert.deepEqual(await rows(laptop, 'SELECT orders_now FROM order_funnel WHERE step = 1'), [['1']]);
});

test('a retyped column makes all that stands on it stale, and a run heals it', async () => {
  await retype('price', 'decimal(18,4)');
  const stale = await changes();
  const reasons = new Map(stale.map(({ view, reason }) => [view, reason]));
  assert.equal(reasons.get('orders_current'), 'stale');
  assert.equal(reasons.get('top_products'), 'above');
  assert.equal(reasons.has('event_calendar'), false);
  assert.equal((await publish()).length, stale.length);
  assert.deepEqual(await changes(), []);
  assert.deepEqual(await rows(laptop, 'SELECT revenue FROM orders_current'), [['54.00']]);
  await retype('price', 'double');
  await publish();
});

test('a view whose file is gone is offered, left alone by a run, and dropped by --prune', async () => {
  const fewer = VIEWS.filter(({ name }) => name !== 'customers_by_value');
  const plan = await ready(fewer);
  assert.deepEqual([plan.steps.length, plan.orphans], [0, ['customers_by_value']]);
  await publish(fewer);
  assert.ok((await tables(laptop)).includes('customers_by_value'));
  await dropOrphans({ ...laptop, pause: (ms) => pause(ms), log: () => {} }, target(fewer), plan);
  assert.ok(!(await tables(laptop)).includes('customers_by_value'));
  assert.deepEqual(await publish(), ['customers_by_value']);
});

test('a type that breaks the contract stops everything, and the file of the lake that made it so is named', async () => {
  const Key = 'orders/dt=2026-11-27/hour=00/foreign.json';
  const row = { orderid: 'x', product_name: 'Lamp', quantity: 1 };
  const good = JSON.stringify({ ...row, price: 1.5 });
  await laptop.s3.send(
    new PutObjectCommand({ Bucket: LAKE, Key, Body: `${good}\n${JSON.stringify({ ...row, price: 27 })}\n` }),
  );
  await retype('price', 'int');
  const plan = await planViews(laptop.glue, target(VIEWS));
  assert.ok(plan.kind === 'refused');
  assert.deepEqual(
    plan.faults.map(({ column, found }) => [column, found]),
    [['price', 'int']],
  );
  assert.deepEqual(await findCulprit(laptop.s3, plan.table, 'price'), {
    address: `s3://${LAKE}/${Key}`,
    line: 2,
    value: '27',
  });
  assert.equal(await findCulprit(laptop.s3, plan.table, 'quantity'), undefined);
  await retype('price', 'double');
});

/** The command as a person types it. */
async function applyViews(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const { endpoint } = laptop.engine;
  const script = ['--import', 'tsx', 'scripts/apply-views.ts', '--endpoint', endpoint, ...words];
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  return new Promise((done) => {
    execFile(process.execPath, script, { cwd }, (error, out, err) =>
      done({ code: Number(error?.code ?? 0), out, err }),
    );
  });
}

test('the command says 2 when something would change, 0 when nothing would, 64 for what it does not know', async () => {
  assert.deepEqual(await applyViews('--plan'), {
    code: 0,
    out: `${DATABASE}: 0 views to publish, ${VIEWS.length} unchanged\n`,
    err: '',
  });
  await rows(laptop, 'CREATE OR REPLACE VIEW top_products AS SELECT 1 AS sales_rank');
  const plan = await applyViews('--plan', '--json');
  assert.equal(plan.code, 2);
  const { publish: steps, drop } = JSON.parse(plan.out) as { publish: ViewChange[]; drop: string[] };
  assert.deepEqual(
    [steps.map(({ view, reason, scans }) => [view, reason, scans]), drop],
    [[['top_products', 'edited', 1]], []],
  );
  const run = await applyViews('--only', 'top_products');
  assert.equal(run.code, 0);
  assert.match(run.out, /^published top_products {2}is not as it was last published from here$/m);
  assert.equal((await applyViews('--plan')).code, 0);
  const unknown = await applyViews('--only', 'tops');
  assert.deepEqual([unknown.code, unknown.err.split('\n')[0]], [1, 'error There is no view tops.']);
  assert.equal((await applyViews('--prun')).code, 64);
});
