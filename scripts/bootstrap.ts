/**
 * `npm run bootstrap -- --env dev`: makes what must stand in an account before the pipeline can be planned there, and
 * says what to set at GitHub. An administrator runs it, once an environment and again when stacks/bootstrap.ts or the
 * repository changes; no workflow can. What it does is scripts/bootstrap/bootstrap.ts.
 */

import { createInterface } from 'node:readline/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ENVIRONMENTS } from '../stacks/environments.ts';
import { ENVIRONMENT_NAMES, type EnvironmentName } from '../stacks/names.ts';
import { type Bootstrapped, bootstrap, StoppedHalfWay } from './bootstrap/bootstrap.ts';
import { githubSettings } from './bootstrap/github-settings.ts';
import { type Repository, readRepository } from './bootstrap/repository.ts';
import { complain, flags, paint, run, UsageError } from './command.ts';
import { EXIT_CHANGES, EXIT_FAILED, EXIT_OK } from './exit-codes.ts';
import type { ResourceChange } from './terraform/plan-json.ts';
import { findTerraform } from './terraform/terraform.ts';

const ROOT = new URL('..', import.meta.url);

async function main(): Promise<number> {
  try {
    return await makeReady();
  } catch (error) {
    if (!(error instanceof StoppedHalfWay)) throw error;
    complain(error);
    return EXIT_FAILED;
  }
}

async function makeReady(): Promise<number> {
  const { env, yes, settings } = await readFlags();
  const repository = readRepository(ROOT);
  const done = await bootstrap(env, {
    terraform: await findTerraform(process.env),
    repository,
    unfinished: fileURLToPath(new URL('.bootstrap', ROOT)),
    agrees: async ({ account, changes }) => {
      console.log(proposal(env, repository, account, changes));
      return yes || (await ask());
    },
    say: (line) => console.error(paint('dim', line, process.stderr)),
  });
  console.log(sentence(env, done));
  if (done.kind === 'declined') return EXIT_CHANGES;
  if (done.kind === 'made' || settings) console.log(`\n${githubSettings(repository, env, done.account.id)}`);
  return EXIT_OK;
}

function readFlags() {
  return flags('Makes what an environment needs in its AWS account before it can be planned.')
    .option('env', {
      describe: 'the environment',
      choices: ENVIRONMENT_NAMES.filter((name) => name !== 'local'),
      demandOption: true,
    })
    .option('yes', { describe: 'do not ask before changing anything', type: 'boolean', default: false })
    .option('settings', {
      describe: 'print what to set at GitHub, also when nothing changed',
      type: 'boolean',
      default: false,
    })
    .example(
      'npm run bootstrap -- --env dev',
      'as an administrator of the account, such as by `aws sso login`',
    )
    .epilogue(
      'Exit codes: 0 everything stands; 1 it stopped half way, run it again; 2 there is something to do and you said no; ' +
        '64 something must be changed first.',
    )
    .parseAsync();
}

function proposal(
  environment: EnvironmentName,
  repository: Repository,
  account: Bootstrapped['account'],
  changes: readonly ResourceChange[],
): string {
  return [
    `account     ${account.id}, ${ENVIRONMENTS[environment].region}`,
    `you are     ${account.caller}`,
    `repository  ${repository.name} (id ${repository.id}, owner ${repository.ownerId})`,
    '',
    ...changes.map(({ action, address }) => `  ${action.padEnd(8)} ${address}`),
    '',
  ].join('\n');
}

async function ask(): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new UsageError(
      'Nobody is there to ask, so nothing was changed.',
      'Run it in a terminal, or give --yes.',
    );
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question('Do this? [y/N] ')).trim());
  } finally {
    terminal.close();
  }
}

function sentence(environment: EnvironmentName, { kind, account, changes }: Bootstrapped): string {
  switch (kind) {
    case 'made':
      return `${environment} is ready in ${account.id}: ${changes.length} changes. Its state is in ${account.bucket}.`;
    case 'nothing to do':
      return `Nothing to do: ${environment} stands in ${account.id} as this repository says.`;
    case 'declined':
      return 'Nothing was changed.';
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await run(main);
