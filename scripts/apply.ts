/**
 * Applies the sealed plan of an environment: the one in a file, or the one that the pull request's checks stored for the
 * very sources that are checked out. Exactly that plan, or a refusal that says what differs. It never makes a plan.
 *
 *     npm run apply -- --env dev
 *     npm run apply -- --bundle .cache/bundles/dev.sealed
 */

import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import type { EnvironmentName } from '../stacks/names.ts';
import { clientConfig, reaching } from './clients.ts';
import { complain, flags, paint, run, UsageError } from './command.ts';
import { EXIT_FAILED, EXIT_OK, EXIT_REFUSED } from './exit-codes.ts';
import { BundleRefused } from './sealed-bundle/bundle-refused.ts';
import { kmsDataKeys } from './sealed-bundle/data-keys.ts';
import { readHeader } from './sealed-bundle/open.ts';
import { readSealedFile } from './sealed-bundle/sealed-file.ts';
import { stateBucket } from './sealed-bundle/state-bucket.ts';
import { bundleStore } from './sealed-bundle/store.ts';
import { synthesize } from './synth.ts';
import { appliedText } from './terraform/applied-text.ts';
import { type Applied, applyBundle } from './terraform/apply-bundle.ts';
import { breakLock } from './terraform/break-lock.ts';
import { findControlPlane } from './terraform/control-plane.ts';
import { DEPLOYED_FLAG } from './terraform/deployed-flag.ts';
import { proposalOf } from './terraform/proposal.ts';
import { checkGitIds, sourceTree } from './terraform/source-tree.ts';
import { findTerraform } from './terraform/terraform.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

type Flags = {
  env?: EnvironmentName | undefined;
  bundle?: string | undefined;
  tree?: string | undefined;
  breakLock?: string | undefined;
  json: boolean;
};

async function main(): Promise<number> {
  const given = await readFlags();
  try {
    return await apply(given);
  } catch (error) {
    if (!(error instanceof BundleRefused)) throw error;
    complain(error);
    return EXIT_REFUSED;
  }
}

function readFlags(): Promise<Flags> {
  return flags('Applies the sealed plan of an environment, exactly that plan, or refuses.')
    .option('env', DEPLOYED_FLAG)
    .option('bundle', {
      describe: 'a sealed bundle (default: the one stored for the sources here)',
      type: 'string',
    })
    .option('tree', { describe: "the git tree to apply (default: this work tree's)", type: 'string' })
    .option('break-lock', { describe: 'break the held lock of this id, and apply nothing', type: 'string' })
    .option('json', {
      describe: 'print what became of each address as JSON',
      type: 'boolean',
      default: false,
    })
    .conflicts('break-lock', ['bundle', 'tree'])
    .example('npm run apply -- --env dev', 'what was planned for the sources that are checked out')
    .example('npm run apply -- --bundle .cache/bundles/dev.sealed', 'a plan made on this machine')
    .example('npm run apply -- --env dev --break-lock ID', 'after an apply whose machine is gone')
    .epilogue(
      'Exit codes: 0 applied, or nothing was to do; 1 failed half way; 64 something must be changed first; ' +
        '77 refused: the bundle is not for this, or is stale. After 64 and 77 nothing was changed.',
    )
    .parseAsync();
}

async function apply(given: Flags): Promise<number> {
  const file = given.bundle === undefined ? undefined : readSealedFile(given.bundle);
  const planned = file && readHeader(file).environment;
  const environment = given.env ?? planned;
  if (planned !== undefined && planned !== environment)
    throw new BundleRefused(
      `The bundle ${given.bundle} was planned for ${planned}, and --env names ${environment}.`,
      `Apply ${environment}'s own bundle.`,
    );
  if (!environment)
    throw new UsageError('Nothing says what to apply.', 'Give --env, or a sealed bundle with --bundle.');
  if (environment === 'local')
    throw new UsageError(
      'The local environment is not applied: the engine runs its stack as it is.',
      'Start it with `npm start`.',
    );
  const terraform = await findTerraform(process.env);
  const plane = await findControlPlane(environment);
  if (given.breakLock !== undefined) {
    const proposal = proposalOf((await synthesize(environment)).stackFile, environment);
    await breakLock(given.breakLock, proposal, { terraform, plane });
    console.log(`The lock of ${environment}'s state is broken. Plan anew before the next apply.`);
    return EXIT_OK;
  }
  const config = clientConfig(environment);
  const bucket = stateBucket(new S3Client(config), plane);
  checkGitIds({ tree: given.tree });
  const source =
    given.tree === undefined ? await sourceTree(ROOT) : { commit: 'not asked for', tree: given.tree };
  const synthesized =
    given.tree === undefined
      ? proposalOf((await synthesize(environment)).stackFile, environment).files
      : undefined;
  const bundle = file ?? (await reaching(config, () => bundleStore(bucket).get(source.tree)));
  const applied = await applyBundle(
    { bundle, environment, source, ...(synthesized ? { synthesized } : {}) },
    {
      terraform,
      plane,
      bucket,
      keys: kmsDataKeys(new KMSClient(config), plane.keyId),
      now: () => new Date(),
      say: (line) => console.error(paint('dim', line, process.stderr)),
      rescue: join(ROOT, '.cache', 'terraform', `${environment}-${Date.now()}.tfstate`),
    },
  );
  console.log(given.json ? JSON.stringify(applied, null, 2) : appliedText(applied));
  return exitCode(applied);
}

function exitCode(applied: Applied): number {
  switch (applied.kind) {
    case 'applied':
    case 'nothing-to-do':
      return EXIT_OK;
    case 'failed-half-way':
      return EXIT_FAILED;
    case 'refused':
      return EXIT_REFUSED;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await run(main);
