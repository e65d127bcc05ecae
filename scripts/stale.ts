/**
 * `npm run stale`: after an apply, says on each open pull request whether its sealed plan still holds, as the status
 * `plan/<environment>`. A deployment runs it. It makes no plan and changes nothing in AWS.
 */

import { pathToFileURL } from 'node:url';
import { S3Client } from '@aws-sdk/client-s3';
import { ENVIRONMENT_NAMES } from '../stacks/names.ts';
import { clientConfig, reaching } from './clients.ts';
import { flags, run } from './command.ts';
import { EXIT_OK } from './exit-codes.ts';
import { github } from './github.ts';
import { stateBucket } from './sealed-bundle/state-bucket.ts';
import { markStale, type OpenPlan } from './stale/open-plans.ts';
import { findControlPlane } from './terraform/control-plane.ts';

const DEPLOYED = ENVIRONMENT_NAMES.filter((name) => name !== 'local');

async function main(): Promise<number> {
  const { env, json } = await flags(
    'Marks the sealed plans of open pull requests that an apply has made stale.\n\nUsage: npm run stale -- --env <name>',
  )
    .option('env', { describe: 'the environment that was applied', choices: DEPLOYED, demandOption: true })
    .option('json', { describe: 'print each open pull request as JSON', type: 'boolean', default: false })
    .example('npm run stale -- --env dev', 'what a deployment runs after its apply')
    .epilogue(
      'Reads GITHUB_TOKEN and GITHUB_REPOSITORY. Exit codes: 0 told, 64 something must be changed first.',
    )
    .parseAsync();
  const client = github(process.env);
  const config = clientConfig(env);
  const s3 = new S3Client(config);
  try {
    const bucket = stateBucket(s3, await findControlPlane(env));
    const open = await reaching(config, () => markStale(client, bucket, runUrl(process.env)));
    console.log(json ? JSON.stringify(open, null, 2) : text(open));
    return EXIT_OK;
  } finally {
    s3.destroy();
  }
}

function runUrl({
  GITHUB_SERVER_URL: server,
  GITHUB_REPOSITORY: repository,
  GITHUB_RUN_ID: runId,
}: NodeJS.ProcessEnv): string | undefined {
  return server && repository && runId ? `${server}/${repository}/actions/runs/${runId}` : undefined;
}

function text(open: readonly OpenPlan[]): string {
  const stale = open.filter(({ plan }) => plan === 'stale').map(({ pullRequest }) => `#${pullRequest}`);
  const current = open.filter(({ plan }) => plan === 'current').length;
  return `${stale.length === 0 ? 'no plan is stale' : `stale: ${stale.join(', ')}`}; ${current} still hold, of ${open.length} open pull requests`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await run(main);
