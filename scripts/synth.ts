/**
 * Synthesizes environments to Terraform JSON, as cdktf-cli would but without it: runs the CDKTF app (stacks/main.ts)
 * in a process of its own, so that whoever asks never carries CDKTF's weight.
 *
 *     npm run synth -- --env local
 *
 * `synthesize` is what `npm start` calls: it answers from `.cache/synth` when no source has changed since.
 */

import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ENVIRONMENTS } from '../stacks/environments.ts';
import { ENVIRONMENT_NAMES, type EnvironmentName } from '../stacks/names.ts';
import { complain, flags, run, UsageError } from './command.ts';
import { EXIT_OK, EXIT_REFUSED } from './exit-codes.ts';
import { blocks, type Finding } from './finding.ts';
import { LOCK_PATH } from './stateful/lock.ts';
import { addToLock, lossesIn } from './stateful/synthesized.ts';
import { utcDay } from './waivers.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CACHE = join(ROOT, '.cache', 'synth');
/** Enough for a few branches; each entry is a few hundred kilobytes. */
const CACHED_MAX = 12;

/** What a stack is made of. The lock file stands for everything in node_modules. */
const SOURCES = [
  'stacks',
  'lambdas',
  'schemas',
  'sql',
  'scripts/bundle.ts',
  '.github/waivers.json',
  'package-lock.json',
];

/** The environment's `cdk.tf.json`, with its assets beside it. `cached` says that nothing had to be made. */
export async function synthesize(
  environment: EnvironmentName,
): Promise<{ stackFile: string; cached: boolean }> {
  const directory = join(CACHE, sourceHash(environment));
  const stackFile = stackFileIn(directory, environment);
  if (existsSync(stackFile)) return { stackFile, cached: true };
  const draft = join(CACHE, `.draft-${randomUUID()}`);
  try {
    await runApp([environment], draft);
    publish(draft, directory);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  forgetOldest();
  return { stackFile, cached: false };
}

/** Runs the CDKTF app for these environments; nothing of the caller's own CDKTF settings reaches it. */
export async function runApp(environments: readonly EnvironmentName[], out: string): Promise<void> {
  const app = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), join(ROOT, 'stacks/main.ts')],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...Object.fromEntries(
          Object.entries(process.env).filter(([name]) => !/^(CDKTF_|SYNTH_HCL)/.test(name)),
        ),
        CDKTF_OUTDIR: out,
        PIPELINE_ENVIRONMENTS: environments.join(','),
      },
    },
  );
  const code = await new Promise<number | null>((done, failed) => {
    app.once('error', failed);
    app.once('exit', done);
  });
  if (code !== 0)
    throw new UsageError(
      `The stack could not be synthesized (${environments.join(', ')}).`,
      'The reason stands above; it is in stacks/ or lambdas/.',
    );
}

export function stackFileIn(out: string, environment: EnvironmentName): string {
  return join(out, 'stacks', environment, 'cdk.tf.json');
}

function sourceHash(environment: EnvironmentName): string {
  const hash = createHash('sha256').update(environment);
  for (const path of SOURCES.flatMap((source) => files(join(ROOT, source))))
    hash.update(`\0${relative(ROOT, path)}\0`).update(readFileSync(path));
  return hash.digest('hex').slice(0, 32);
}

/** Every file at or under a path, in a stable order, tests left out. */
function files(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Whole or not at all: another start may look for it at this moment, or have made it just now. */
function publish(draft: string, directory: string): void {
  try {
    renameSync(draft, directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}

function forgetOldest(): void {
  const entries = readdirSync(CACHE)
    .map((name) => ({ path: join(CACHE, name), at: statSync(join(CACHE, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  for (const { path } of entries.slice(CACHED_MAX)) rmSync(path, { recursive: true, force: true });
}

async function main(): Promise<number> {
  const { env, out, updateLock } = await flags('Synthesizes the stack of an environment to Terraform JSON.')
    .option('env', {
      describe: 'the environment, or all of them',
      choices: ['all', ...ENVIRONMENT_NAMES] as const,
      default: 'all' as const,
    })
    .option('out', {
      describe: 'where to write <out>/stacks/<env>/cdk.tf.json and its assets',
      type: 'string',
      default: 'cdktf.out',
    })
    .option('update-lock', {
      describe: `add what is new and holds data to ${LOCK_PATH}; no line is ever removed or changed`,
      type: 'boolean',
      default: false,
    })
    .example('npm run synth', 'every environment, to cdktf.out/')
    .example('npm run synth -- --env local', 'what npm start runs')
    .example(
      'npm run synth -- --env prod --out build',
      'for Terraform: cd build/stacks/prod && terraform init',
    )
    .example('npm run synth -- --update-lock', 'after a construct was added that holds data')
    .epilogue(
      `Exit code 0: synthesized. ${EXIT_REFUSED}: synthesized, and an address that holds data is lost, renamed or not ` +
        `yet in ${LOCK_PATH}, or an environment does not carry the event that it declares; it would not be planned.`,
    )
    .parseAsync();
  const environments = env === 'all' ? ENVIRONMENT_NAMES : [env];
  const directory = resolve(out);
  mkdirSync(directory, { recursive: true });
  await runApp(environments, directory);
  const stacks = new Map(environments.map((each) => [each, stackFileIn(directory, each)]));
  for (const file of stacks.values()) console.log(relative(process.cwd(), file));
  const synthesized = { out: directory, stacks };
  if (updateLock) addToLock(synthesized, join(ROOT, LOCK_PATH));
  const losses = lossesIn(synthesized, utcDay(new Date()));
  losses.forEach(tell);
  // Only here: who synthesizes to run or to plan does not wait for the reckoning.
  const { shortfallsOf } = await import('./capacity/declared.ts');
  const shortfalls = environments.flatMap((each) => shortfallsOf(ENVIRONMENTS[each]));
  shortfalls.forEach(complain);
  return blocks(losses) || shortfalls.length > 0 ? EXIT_REFUSED : EXIT_OK;
}

function tell({ severity, address, sentence, nextStep, waived }: Finding): void {
  if (waived) console.error(`waived until ${waived.until}: ${address}. ${waived.reason}`);
  else if (severity === 'block') complain({ message: sentence, nextStep });
  else console.error(`${sentence} ${nextStep}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await run(main);
