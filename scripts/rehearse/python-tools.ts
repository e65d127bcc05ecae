/**
 * The Python programs that a rehearsal runs against: installed once into a folder of their own in the user's cache, and
 * anew when what they are pinned to changes. Nothing of the user's own Python is touched.
 */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../command.ts';

const PINS = fileURLToPath(new URL('requirements.txt', import.meta.url));
const INSTALL_MS_MAX = 10 * 60_000;

/** The Python that has what requirements.txt names. */
export async function pythonTools(
  environment: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<string> {
  const cache = join(environment['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'prime-day-order-pipeline');
  const pins = createHash('sha256').update(readFileSync(PINS)).digest('hex').slice(0, 12);
  const venv = join(cache, `rehearsal-${pins}`);
  const python = join(venv, 'bin', 'python');
  if (existsSync(join(venv, 'complete'))) return python;
  say('installing moto and MiniStack into a cache, once; it takes about a minute');
  mkdirSync(cache, { recursive: true });
  await call('python3', ['-m', 'venv', '--clear', venv], environment);
  await call(
    python,
    ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', PINS],
    environment,
  );
  writeFileSync(join(venv, 'complete'), '');
  return python;
}

/** Why there is no Python to install with, or nothing when there is. */
export async function pythonMissing(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    await call(
      'python3',
      ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))'],
      environment,
    );
    return undefined;
  } catch {
    return 'Python 3.10 or newer with its venv module is not installed.';
  }
}

async function call(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(command, args, {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: INSTALL_MS_MAX,
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const code = await new Promise<number | null>((done) => {
    child.once('error', (error) => {
      complaint += error.message;
      done(null);
    });
    child.once('close', done);
  });
  if (code !== 0)
    throw new UsageError(
      `\`${[command, ...args].join(' ')}\` failed: ${complaint.trim().split('\n').at(-1) || `exit code ${code}`}`,
      'Mend what it names, and run this again.',
    );
}
