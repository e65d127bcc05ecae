/**
 * Runs a command of this repository as a person or a workflow does, `npm run plan -- …` without npm, in a process of
 * its own with the environment variables of one control plane. What it exits with and what it says is all that a
 * rehearsal looks at.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `bootstrap` is bootstrap-program.ts, the same with a repository that is made up. */
const PROGRAMS = {
  bootstrap: new URL('./bootstrap-program.ts', import.meta.url),
  plan: new URL('../plan.ts', import.meta.url),
  apply: new URL('../apply.ts', import.meta.url),
  drift: new URL('../drift.ts', import.meta.url),
} as const;

export type Said = {
  command: string;
  code: number | null;
  out: string;
  err: string;
  /** Both, without colours, as lines. */
  lines: string[];
};

export type Verb = (
  name: keyof typeof PROGRAMS,
  args: readonly string[],
  options?: { environment?: NodeJS.ProcessEnv; hear?: (line: string) => void },
) => Promise<Said>;

type Running = { child: ChildProcess; ended: Promise<unknown> };

const running = new Set<Running>();
let left = false;

/** No command may hang a rehearsal. */
const VERB_MS_MAX = 5 * 60_000;
/** Terraform ends the step that it is in; with its control plane gone that is soon. */
const STOP_MS_MAX = 20_000;
const LINES_SHOWN_MAX = 30;

/** Each command with what it said is kept in a file of `folder`, for whoever looks into a broken promise. */
export function verbs(environment: NodeJS.ProcessEnv, folder: string): Verb {
  mkdirSync(folder, { recursive: true });
  let count = 0;
  return async (name, args, { environment: more = {}, hear = () => {} } = {}) => {
    if (left) throw new Error('The rehearsal was left.');
    const program = fileURLToPath(PROGRAMS[name]);
    const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), program, ...args], {
      env: { ...environment, ...more, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const ended = new Promise<number | null>((done) => child.once('close', done));
    const own = { child, ended };
    running.add(own);
    const late = setTimeout(() => child.kill('SIGTERM'), VERB_MS_MAX);
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
      for (const line of text.split('\n')) hear(line);
    });
    const code = await ended;
    clearTimeout(late);
    running.delete(own);
    const command = `npm run ${name} -- ${args.join(' ')}`;
    count += 1;
    const log = join(folder, `${String(count).padStart(2, '0')}-${name}.log`);
    writeFileSync(log, `${command}\n\n${err}\n${out}\nexit code ${code}\n`);
    return { command, code, out, err, lines: `${out}\n${err}`.split('\n').map((line) => line.trim()) };
  };
}

/** Ends what runs, and begins nothing more. */
export async function stopVerbs(): Promise<void> {
  left = true;
  await Promise.all(
    [...running].map(async ({ child, ended }) => {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
      await ended;
      clearTimeout(late);
    }),
  );
}

/** The line, or the sentence over several lines, in which a command says what the rehearsal waits for. What it said
 * instead is in the error. */
export function expect(said: Said, code: number, sentence: RegExp): string {
  const found =
    said.lines.find((each) => sentence.test(each)) ??
    sentence.exec(said.lines.join(' ').replace(/\s+/g, ' '))?.[0];
  if (said.code === code && found !== undefined) return found;
  const wanted = said.code === code ? `did not say ${sentence}` : `exited with ${said.code}, not ${code}`;
  throw new Error(`\`${said.command}\` ${wanted}. It said:\n${ending(said.err)}\n${ending(said.out)}`);
}

/** The last that was said; all of an apply's progress would bury it. */
function ending(text: string): string {
  return text.trim().split('\n').slice(-LINES_SHOWN_MAX).join('\n');
}
