/**
 * How soon `npm start` is ready on a warm cache, how soon the engine serves without the synth, and what memory
 * `npm start` holds after ten thousand orders that someone else wrote, crawled and published as views.
 */

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { synthesize } from '../synth.ts';
import { type Benchmark, median } from './figure.ts';
import { drive, firstLine, openEngine, TABLE } from './processes.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ROUNDS = 5;
const READY_SECONDS_MAX = 5;
const ENGINE_SECONDS_MAX = 1.5;
const ORDERS = 10_000;
const CONNECTIONS = 32;
const MEGABYTES_MAX = 350;
/** Long enough for the buffer, the crawl that follows the first object, and the views that follow the crawl. */
const SETTLE_MS = 10_000;

export const start: Benchmark = {
  name: 'start',
  about: 'npm start until it is ready, the engine alone, and its memory after 10,000 orders',
  async run(say) {
    await synthesize('local');
    const readySeconds: number[] = [];
    const engineSeconds: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      readySeconds.push(await npmStart());
      const engine = await openEngine();
      engineSeconds.push(engine.startMs / 1_000);
      await engine.close();
      say(`ready in ${readySeconds.at(-1)?.toFixed(2)} s, engine in ${engineSeconds.at(-1)?.toFixed(2)} s`);
    }
    return [
      {
        what: 'npm start until ready, warm cache',
        ours: median(readySeconds),
        unit: 's',
        against: { kind: 'at most', value: READY_SECONDS_MAX, source: 'limit' },
      },
      {
        what: 'engine without synth until it serves',
        ours: median(engineSeconds),
        unit: 's',
        against: { kind: 'at most', value: ENGINE_SECONDS_MAX, source: 'limit' },
      },
      {
        what: `memory (RSS) of npm start after ${ORDERS.toLocaleString('en-US')} orders`,
        ours: await memoryAfterOrders(),
        unit: 'MB',
        against: { kind: 'at most', value: MEGABYTES_MAX, source: 'limit' },
        note: "AWS's quotas lifted",
      },
    ];
  },
};

/** Seconds from the command to its `ready` line. */
async function npmStart(): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const startedAt = performance.now();
  // A group of its own, so that what npm started ends with it.
  const child = spawn('npm', ['start', '--', ...engineFlags(directory)], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  await firstLine(child, 'ready');
  const seconds = (performance.now() - startedAt) / 1_000;
  process.kill(-(child.pid as number), 'SIGKILL');
  await once(child, 'exit');
  await removed(directory);
  return seconds;
}

/** Megabytes that stay resident once the orders have reached the views. */
async function memoryAfterOrders(): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const child = spawn(
    process.execPath,
    [
      '--import',
      import.meta.resolve('tsx'),
      join(ROOT, 'scripts/start.ts'),
      ...engineFlags(directory),
      '--no-quotas',
    ],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const port = Number(/:(\d+)$/.exec(await firstLine(child, 'ready'))?.[1]);
  const load = { port, table: TABLE, operation: 'PutItem', from: 0, orders: ORDERS } as const;
  await drive({ ...load, connections: CONNECTIONS });
  await pause(SETTLE_MS);
  const kibibytes = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)]).toString());
  child.kill('SIGTERM');
  await once(child, 'exit');
  await removed(directory);
  return (kibibytes * 1_024) / 1e6;
}

function engineFlags(directory: string): string[] {
  return ['--port', '0', '--data', directory, '--orders-per-second', '0'];
}

/** npm ends before what it started does. */
async function removed(directory: string): Promise<void> {
  for (;;) {
    try {
      return rmSync(directory, { recursive: true, force: true });
    } catch {
      await pause(100);
    }
  }
}
