/**
 * Rehearses the whole way of a change with the real Terraform and the real AWS provider against AWS control planes on
 * this machine: plan → seal → merge → apply → drift → destroy, and every refusal on the way. It costs nothing, asks no
 * AWS account, and leaves nothing behind.
 *
 *     npm run rehearse
 *
 * Three parts at once: `way` on moto, `rights` on MiniStack, `refusals` without any cloud. scripts/rehearse/ says why.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { flags, paint, run, UsageError } from './command.ts';
import { EXIT_FAILED, EXIT_OK } from './exit-codes.ts';
import { type Plane, type PlaneName, startPlane } from './rehearse/plane.ts';
import { type Outcome, type Promised, tryEach } from './rehearse/promise.ts';
import { pythonMissing, pythonTools } from './rehearse/python-tools.ts';
import { refusedWithoutCloud } from './rehearse/refusals.ts';
import { rightsOfTheRoles } from './rehearse/rights.ts';
import { ENVIRONMENT, REGION, type Setting, stageOn } from './rehearse/stage.ts';
import { stopVerbs } from './rehearse/verb.ts';
import { wayOfAChange } from './rehearse/way.ts';
import { runApp } from './synth.ts';
import { sourceTree } from './terraform/source-tree.ts';
import { findTerraform } from './terraform/terraform.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PARTS = ['way', 'rights', 'refusals'] as const;
type Part = (typeof PARTS)[number];

async function main(): Promise<number> {
  const { only, keep, json } = await readFlags();
  const missing = await whatIsMissing();
  if (missing) return skip(missing);
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-'));
  const planes: Plane[] = [];
  let print = json ? () => {} : (line: string) => console.log(line);
  const leave = async () => {
    await Promise.all([...planes.map((plane) => plane.stop()), stopVerbs()]);
    if (!keep) rmSync(folder, { recursive: true, force: true });
  };
  const end = (code: number) => () => {
    // What breaks from here on breaks because it was ended.
    print = () => {};
    void leave().then(() => process.exit(code));
  };
  process.once('SIGINT', end(130)).once('SIGTERM', end(143));
  try {
    const outcomes = await rehearse(only ?? PARTS, folder, planes, (line) => print(line));
    if (json) console.log(JSON.stringify({ outcomes }, null, 2));
    return outcomes.every(({ kind }) => kind === 'kept') ? EXIT_OK : EXIT_FAILED;
  } finally {
    await leave();
    if (keep) say(`kept: ${folder}`);
  }
}

function readFlags() {
  return flags('Rehearses plan, apply, drift and destroy against AWS control planes on this machine.')
    .option('only', { describe: 'a single part, or several', choices: PARTS, array: true })
    .option('keep', {
      describe: 'keep the folder of proposals and logs, to look at',
      type: 'boolean',
      default: false,
    })
    .option('json', { describe: 'print what came of each promise as JSON', type: 'boolean', default: false })
    .example('npm run rehearse', 'all of it, in some minutes')
    .example('npm run rehearse -- --only refusals', 'what is refused without any cloud')
    .epilogue(
      'Exit codes: 0 every promise holds, or something is not installed and it was skipped (never where CI is set); ' +
        '1 a promise does not hold; 64 something must be changed first.',
    )
    .parseAsync();
}

async function rehearse(
  parts: readonly Part[],
  folder: string,
  planes: Plane[],
  print: (line: string) => void,
): Promise<Outcome[]> {
  const python = await pythonTools(process.env, say);
  const began = performance.now();
  say('synthesizing the sources here');
  const base = { directory: join(folder, 'proposal'), ...(await sourceTree(ROOT)) };
  await runApp([ENVIRONMENT], base.directory);
  const setting: Setting = { folder, base, python };
  const started = async (name: PlaneName): Promise<Plane> => {
    const plane = await startPlane(name, { python, region: REGION, folder: join(folder, name) });
    planes.push(plane);
    return plane;
  };
  const promises: Record<Part, () => Promise<Promised[]>> = {
    way: async () => wayOfAChange(stageOn(await started('moto'), setting)),
    rights: async () => rightsOfTheRoles(stageOn(await started('ministack'), setting)),
    refusals: async () => refusedWithoutCloud(setting),
  };
  const tell = (outcome: Outcome) => print(lineOf(outcome));
  const outcomes = await Promise.all(parts.map(async (part) => tryEach(await promises[part](), tell)));
  const all = outcomes.flat();
  print(closing(all, (performance.now() - began) / 1000));
  return all;
}

/** Why this machine cannot rehearse, with what to do about it. */
async function whatIsMissing(): Promise<{ reason: string; nextStep: string } | undefined> {
  try {
    await findTerraform(process.env);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { reason: error.message, nextStep: error.nextStep };
  }
  const reason = await pythonMissing(process.env);
  return reason === undefined
    ? undefined
    : { reason, nextStep: 'Install Python 3 (https://www.python.org/downloads) with pip and venv.' };
}

function skip({ reason, nextStep }: { reason: string; nextStep: string }): number {
  if (!process.env['CI']) {
    console.log(`skipped: ${reason}\n${nextStep} Then: npm run rehearse`);
    return EXIT_OK;
  }
  console.error(`${reason} In CI nothing is skipped.\n${nextStep}`);
  return EXIT_FAILED;
}

function lineOf(outcome: Outcome): string {
  const { part, promise, seconds } = outcome;
  const head = `${part.padEnd(8)} ${promise}`;
  const time = paint('dim', `${seconds.toFixed(1)} s`);
  switch (outcome.kind) {
    case 'kept':
      return `${paint('green', '✓')} ${head} ${time}\n    ${outcome.seen}`;
    case 'broken':
      return `${paint('red', '✗')} ${head} ${time}\n    ${outcome.reason.replaceAll('\n', '\n    ')}`;
    case 'not-tried':
      return `${paint('yellow', '-')} ${head}\n    not tried: ${outcome.because}`;
  }
}

function closing(outcomes: readonly Outcome[], seconds: number): string {
  const count = (kind: Outcome['kind']) => outcomes.filter((each) => each.kind === kind).length;
  const notTried = count('not-tried') === 0 ? '' : `, ${count('not-tried')} not tried`;
  return `\n${count('kept')} promises kept, ${count('broken')} broken${notTried}, in ${seconds.toFixed(0)} s`;
}

function say(line: string): void {
  console.error(paint('dim', line, process.stderr));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await run(main);
