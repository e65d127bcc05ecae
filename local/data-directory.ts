/**
 * The directory in which the engine keeps everything: `store.mdb` (the store), `s3/` (the lake, plain files), `logs/`
 * (what the Lambdas print). It belongs to one engine at a time and to one layout version.
 */

import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { EngineError } from './aws-error.ts';

/** Raised whenever data of an older layout could not be read any more. */
const LAYOUT_VERSION = '1';

/**
 * What an engine of any version writes here; `--fresh` deletes these and nothing that someone else put beside them.
 * The version goes last: it says whose directory this is, also when the deletion was broken off.
 */
const OWN_ENTRIES = ['orders.json', 'orders.json.new', 'store', 's3', 'logs', 'lambda', 'athena', 'version'];

/** The longest path that a Unix socket can have on macOS (Linux allows 107). */
const SOCKET_PATH_BYTES_MAX = 103;

export type DataDirectory = {
  path: string;
  /** A directory inside it, made if it is missing. */
  directory(name: string): string;
  release(): Promise<void>;
};

/**
 * Takes hold of `path`, making it if it is missing and, with `fresh`, emptying it first. The hold is a listening
 * socket: the system drops it with the process, so a killed engine never leaves a lock behind.
 */
export async function openDataDirectory(path: string, { fresh }: { fresh: boolean }): Promise<DataDirectory> {
  const root = makeRoot(resolve(path));
  const release = await hold(root);
  try {
    refuseForeign(root);
    if (fresh) for (const entry of OWN_ENTRIES) rmSync(join(root, entry), { recursive: true, force: true });
    checkVersion(root);
  } catch (error) {
    await release();
    throw error;
  }
  return {
    path: root,
    directory(name) {
      mkdirSync(join(root, name), { recursive: true });
      return join(root, name);
    },
    release,
  };
}

function makeRoot(path: string): string {
  try {
    mkdirSync(path, { recursive: true });
    return realpathSync(path);
  } catch (error) {
    throw new EngineError(
      `The data directory ${path} cannot be made: ${(error as NodeJS.ErrnoException).code}.`,
      'Give --data a directory that you may write to.',
    );
  }
}

/** Before anything is deleted: a project may well have a `lambda` and `logs` of its own. */
function refuseForeign(root: string): void {
  const foreign = readdirSync(root).filter((entry) => entry !== 'lock');
  if (foreign.length > 0 && !foreign.includes('version'))
    throw new EngineError(
      `The directory ${root} holds other things (${foreign.slice(0, 3).join(', ')}) and no data of this engine.`,
      'Give --data an empty directory or one that does not exist yet.',
    );
}

function checkVersion(root: string): void {
  const file = join(root, 'version');
  if (!existsSync(file)) {
    writeFileSync(file, `${LAYOUT_VERSION}\n`);
    return;
  }
  const version = readFileSync(file, 'utf8').trim();
  if (version !== LAYOUT_VERSION)
    throw new EngineError(
      `The data in ${root} has layout version ${version}; this engine reads version ${LAYOUT_VERSION}.`,
      'Start with --fresh to empty it, or give --data another directory.',
    );
}

async function hold(root: string): Promise<() => Promise<void>> {
  const inside = join(root, 'lock');
  const socket =
    Buffer.byteLength(inside) <= SOCKET_PATH_BYTES_MAX
      ? inside
      : join(tmpdir(), `order-pipeline-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`);
  if (await answers(socket))
    throw new EngineError(
      `Another engine holds the data directory ${root}.`,
      'Stop it first (Ctrl-C in its terminal), or give --data another directory.',
    );
  rmSync(socket, { force: true });
  const server = createServer((connection) => connection.destroy());
  await new Promise<void>((listening, failed) => server.once('error', failed).listen(socket, listening));
  server.unref();
  return () => new Promise((closed) => server.close(() => closed()));
}

function answers(socket: string): Promise<boolean> {
  return new Promise((answer) => {
    const connection = connect(socket);
    connection.once('connect', () => {
      connection.destroy();
      answer(true);
    });
    connection.once('error', () => answer(false));
  });
}
