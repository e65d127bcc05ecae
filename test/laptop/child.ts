/**
 * The engine as a process of its own, started as a user starts it (`npm start`), so that a test can kill it at any
 * moment. It runs no generator: the test is the client.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export type EngineProcess = {
  endpoint: string;
  /** `kill -9`: nothing is flushed, nobody is told. Resolves once the process is gone. */
  kill(): Promise<void>;
};

export async function startEngineProcess(dataDirectory: string, stackFile: string): Promise<EngineProcess> {
  const flags = ['--port', '0', '--orders-per-second', '0', '--data', dataDirectory, '--stack', stackFile];
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), 'scripts/start.ts', ...flags],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const gone = once(child, 'exit');
  const endpoint = await readyLine(child);
  return {
    endpoint,
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function readyLine(child: ChildProcess): Promise<string> {
  if (!child.stdout || !child.stderr) throw new Error('The engine was started without pipes.');
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  // Left by itself it would drain what the engine prints later, too: a full pipe stops a process.
  const lines = createInterface(child.stdout);
  return new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      if (line.startsWith('ready ')) resolve(line.split(' ')[1] ?? '');
    });
    child.once('exit', (code) =>
      reject(new Error(`The engine ended with ${code} as it started. ${complaint}`)),
    );
  });
}
