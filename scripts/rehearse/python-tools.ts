/**
 * The Python programs that a rehearsal runs against: installed once into a folder of their own in the user's cache, and
 * anew when what they are pinned to changes. Nothing of the user's own Python is touched.
 */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { UsageError } from '../command.ts';

const run = promisify(execFile);
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
  try {
    await run(command, args, { env, timeout: INSTALL_MS_MAX });
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    throw new UsageError(
      `\`${[command, ...args].join(' ')}\` failed: ${(stderr || message).trim().split('\n').at(-1)}`,
      'Mend what it names, and run this again.',
    );
  }
}
