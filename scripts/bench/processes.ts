/**
 * The processes of a benchmark: the engine, dynalite as its rival, and the load driver. Each runs alone, so that no
 * one measures its own garbage; whoever opens one closes it.
 */

import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { HopStatus, Quotas } from '../../local/ports.ts';
import type { HopName } from '../../schemas/hops.ts';
import { BASE_NAMES } from '../../stacks/names.ts';
import type { EngineReady } from './engine-program.ts';
import type { Load, LoadResult } from './load-program.ts';

/** The `local` environment has the base names as they stand. */
export const TABLE = BASE_NAMES.table;
export const BUCKET = BASE_NAMES.lake;
export const CRAWLER = BASE_NAMES.crawler;
export const DATABASE = BASE_NAMES.database;
export const WORK_GROUP = BASE_NAMES.workgroup;
export const SETTINGS = {
  region: 'us-east-2',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};

const POLL_MS = 20;

export type EngineProcess = EngineReady & {
  status(): Promise<Record<HopName, HopStatus>>;
  /** Seconds that its event loop has been busy so far. */
  busySeconds(): Promise<number>;
  /** Until no hop has anything to carry. */
  drained(): Promise<void>;
  close(): Promise<void>;
};

/** What is measured for the engine's own speed runs with AWS's quotas lifted; its figures say so. Without a stack it is
 * the `local` environment's. */
export async function openEngine(quotas: Quotas = 'enforced', stackFile?: string): Promise<EngineProcess> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const stack = stackFile === undefined ? [] : [stackFile];
  const child = forkProgram('engine-program.ts', [directory, quotas, ...stack]);
  const [ready] = (await once(child, 'message')) as [EngineReady];
  const ask = async <T>(what: 'status' | 'busy'): Promise<T> => {
    child.send(what);
    const [answer] = (await once(child, 'message')) as [T];
    return answer;
  };
  const status = () => ask<Record<HopName, HopStatus>>('status');
  return {
    ...ready,
    status,
    busySeconds: () => ask<number>('busy'),
    async drained() {
      for (;;) {
        const { stream, pipe, kinesis, firehose } = await status();
        if ([stream, pipe, kinesis, firehose].every(({ waiting }) => waiting === 0)) return;
        await pause(POLL_MS);
      }
    },
    async close() {
      child.send('close');
      await once(child, 'exit');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** dynalite in memory, as its own command starts it. */
export async function openDynalite(): Promise<{ port: number; close(): Promise<void> }> {
  const command = createRequire(import.meta.url).resolve('dynalite/cli.js');
  const child = spawn(process.execPath, [command, '--port', '0', '--createTableMs', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = Number(/:(\d+)$/.exec(await firstLine(child, 'Dynalite listening'))?.[1]);
  return {
    port,
    async close() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

/** Throws when a write failed: a figure of which a part was refused says nothing. */
export async function drive(load: Load): Promise<LoadResult> {
  const child = forkProgram('load-program.ts', []);
  child.send(load);
  const [result] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() =>
      Promise.reject(new Error('The load driver broke off; its reason stands above.')),
    ),
  ])) as [LoadResult];
  if (result.failed > 0)
    throw new Error(`${result.failed} of ${load.orders} writes failed: ${result.lastFailure}`);
  return result;
}

export function ordersPerSecond({ startedAt, endedAt, acknowledged }: LoadResult): number {
  return (acknowledged * 1_000) / (endedAt - startedAt);
}

/** The first line of a process's output that begins so. */
export async function firstLine(child: ChildProcess, beginning: string): Promise<string> {
  if (!child.stdout) throw new Error('The process has no output to read.');
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith(beginning)) continue;
    child.stdout.resume();
    return line;
  }
  throw new Error(`The process ended without the line "${beginning}…".`);
}

/** A file of this folder as a process of its own. */
export function forkProgram(name: string, args: string[]): ChildProcess {
  return fork(fileURLToPath(new URL(name, import.meta.url)), args, {
    execArgv: ['--import', import.meta.resolve('tsx')],
    serialization: 'advanced',
  });
}

/** The engine's own files of the lake: `<data directory>/s3/<bucket>`. */
export function lakeFiles(dataDirectory: string, prefix: string): string[] {
  const root = join(dataDirectory, 's3', BUCKET, prefix);
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
