/**
 * Plans an environment and seals the plan: synth → gate → terraform plan → review → sealed bundle, and a summary that a
 * person can read. It changes nothing; what it sealed can be applied, and nothing else can.
 *
 *     npm run plan -- --env dev
 *
 * In CI the proposal is a pull request's, made by a job without credentials; this checkout's code judges it as data.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import type { EnvironmentName } from '../stacks/names.ts';
import { clientConfig, reaching } from './clients.ts';
import { complain, flags, paint, run, UsageError } from './command.ts';
import { EXIT_FAILED, EXIT_OK, EXIT_REFUSED } from './exit-codes.ts';
import { BundleRefused } from './sealed-bundle/bundle-refused.ts';
import { kmsDataKeys } from './sealed-bundle/data-keys.ts';
import { writeSealedFile } from './sealed-bundle/sealed-file.ts';
import { stateBucket } from './sealed-bundle/state-bucket.ts';
import { bundleStore } from './sealed-bundle/store.ts';
import { summarize } from './summary/summary.ts';
import { summaryText } from './summary/text.ts';
import { synthesize } from './synth.ts';
import { type ControlPlane, findControlPlane } from './terraform/control-plane.ts';
import { DEPLOYED_FLAG } from './terraform/deployed-flag.ts';
import { JUDGES } from './terraform/judges.ts';
import { type Planned, planEnvironment } from './terraform/plan-environment.ts';

import { proposalFolder } from './terraform/proposal.ts';
import { checkGitIds, type SourceTree, sourceTree } from './terraform/source-tree.ts';
import { findTerraform } from './terraform/terraform.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

type Flags = {
  env: EnvironmentName;
  proposal?: string | undefined;
  commit?: string | undefined;
  tree?: string | undefined;
  out?: string | undefined;
  upload?: boolean | undefined;
  summary?: string | undefined;
  json: boolean;
};

function readFlags(): Promise<Flags> {
  return flags('Plans an environment, judges the plan, and seals it when nothing stops it.')
    .option('env', { ...DEPLOYED_FLAG, demandOption: true })
    .option('proposal', {
      describe: 'a folder that synth wrote (default: made from the sources here)',
      type: 'string',
    })
    .option('commit', { describe: 'the commit that the proposal was made from', type: 'string' })
    .option('tree', { describe: 'the git tree that the proposal was made from', type: 'string' })
    .option('out', {
      describe: 'where to write the sealed bundle (default: .cache/bundles/<env>.sealed)',
      type: 'string',
    })
    .option('upload', {
      describe: 'store the bundle in the state bucket (default: with --proposal)',
      type: 'boolean',
    })
    .option('summary', {
      describe: 'write the summary as JSON to this file, of a refused plan too',
      type: 'string',
    })
    .option('json', { describe: 'print the summary as JSON', type: 'boolean', default: false })
    .example('npm run plan -- --env dev', 'from the sources here, sealed into .cache/bundles/dev.sealed')
    .example(
      'npm run plan -- --env dev --upload',
      'and stored, so that `npm run apply -- --env dev` finds it',
    )
    .example(
      'npm run plan -- --env dev --proposal DIR --commit SHA --tree TREE',
      'what CI runs for a pull request',
    )
    .epilogue(
      'Exit codes: 0 planned and sealed, changes or none; 1 the plan has errors; 64 something must be changed first; ' +
        '77 a finding stops it, and nothing was sealed.',
    )
    .parseAsync();
}

async function main(): Promise<number> {
  const given = await readFlags();
  if (given.env === 'local')
    throw new UsageError(
      'The local environment needs no plan: the engine runs its stack as it is.',
      'Start it with `npm start`, or plan one of dev, staging and prod.',
    );
  try {
    return await plan(given, await whatToPlan(given));
  } catch (error) {
    if (!(error instanceof BundleRefused)) throw error;
    complain(error);
    return EXIT_REFUSED;
  }
}

type Subject = { proposal: string; source: SourceTree };

async function whatToPlan({ env, proposal, commit, tree }: Flags): Promise<Subject> {
  checkGitIds({ commit, tree });
  if (proposal !== undefined && (commit === undefined || tree === undefined))
    throw new UsageError(
      'A proposal does not say which sources it was made from.',
      'Give --commit and --tree with it, or leave --proposal out to plan the sources here.',
    );
  if (proposal !== undefined && commit !== undefined && tree !== undefined)
    return { proposal: resolve(proposal), source: { commit, tree } };
  const here = await sourceTree(ROOT);
  const source = { commit: commit ?? here.commit, tree: tree ?? here.tree };
  if (source.commit.endsWith('-dirty'))
    say('The work tree holds what no commit holds: the plan is sealed for these very files, and says so.');
  return { proposal: proposalFolder((await synthesize(env)).stackFile), source };
}

async function plan(given: Flags, { proposal, source }: Subject): Promise<number> {
  const environment = given.env;
  const config = clientConfig(environment);
  let plane: ControlPlane | undefined;
  const planned = await planEnvironment(
    { environment, proposal, source },
    {
      terraform: await findTerraform(process.env),
      plane: async () => {
        plane = await findControlPlane(environment);
        return plane;
      },
      keys: ({ keyId }) => kmsDataKeys(new KMSClient(config), keyId),
      judges: JUDGES,
      now: () => new Date(),
      say,
    },
  );
  if (planned.kind === 'sealed' && plane) await keep(planned.bundle, plane, given);
  const summary = summarize({ environment, ...source, ...planned });
  if (given.summary !== undefined) writeText(given.summary, `${JSON.stringify(summary, null, 2)}\n`);
  console.log(given.json ? JSON.stringify(summary, null, 2) : summaryText(summary));
  return exitCode(planned);
}

/** To the state bucket where others look for it, or to a file on this machine. */
async function keep(bundle: Uint8Array, plane: ControlPlane, given: Flags): Promise<void> {
  const config = clientConfig(given.env);
  if (given.upload ?? given.proposal !== undefined) {
    const store = bundleStore(stateBucket(new S3Client(config), plane));
    const { key, replaced } = await reaching(config, () => store.put(bundle));
    say(`stored ${plane.bucket}/${key}${replaced ? ', in place of an older plan of the same tree' : ''}`);
    if (given.out === undefined) return;
  }
  const out = resolve(given.out ?? `${ROOT}/.cache/bundles/${given.env}.sealed`);
  mkdirSync(dirname(out), { recursive: true });
  writeSealedFile(out, bundle);
  say(`sealed ${out}`);
}

function writeText(path: string, text: string): void {
  mkdirSync(dirname(resolve(path)), { recursive: true });
  writeFileSync(path, text);
}

function say(line: string): void {
  console.error(paint('dim', line, process.stderr));
}

function exitCode(planned: Planned): number {
  switch (planned.kind) {
    case 'sealed':
      return EXIT_OK;
    case 'failed':
      return EXIT_FAILED;
    case 'refused-proposal':
    case 'refused-plan':
      return EXIT_REFUSED;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await run(main);
