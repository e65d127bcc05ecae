/**
 * Says whether an environment is still as it was applied last, and apart from that whether main holds what nobody has
 * applied yet. It changes nothing in AWS; with `--issue` it keeps one issue on GitHub.
 *
 *     npm run drift -- --env prod
 */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { S3Client } from '@aws-sdk/client-s3';
import { ENVIRONMENT_NAMES, type EnvironmentName } from '../stacks/names.ts';
import { clientConfig, reaching } from './clients.ts';
import { complain, flags, paint, run, UsageError } from './command.ts';
import { type DriftFinding, driftFindings } from './drift/findings.ts';
import { type IssueDone, keepIssue } from './drift/issue.ts';
import { type Look, lookForDrift } from './drift/look.ts';
import { reportText } from './drift/report-text.ts';
import { EXIT_CHANGES, EXIT_FAILED, EXIT_OK } from './exit-codes.ts';
import { blocks } from './finding.ts';
import { github } from './github.ts';
import { BundleRefused } from './sealed-bundle/bundle-refused.ts';
import { stateBucket } from './sealed-bundle/state-bucket.ts';
import { synthesize } from './synth.ts';
import { findControlPlane } from './terraform/control-plane.ts';
import { proposalOf } from './terraform/proposal.ts';
import { sourceTree } from './terraform/source-tree.ts';
import { findTerraform } from './terraform/terraform.ts';
import { readWaivers, utcDay, type Waivers } from './waivers.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WAIVERS = '.github/waivers.json';

type Flags = { env: EnvironmentName; json: boolean; issue: boolean; waivers: string };

function readFlags(): Promise<Flags> {
  return flags('Says what was changed outside Terraform since the last apply. Changes nothing.')
    .option('env', { describe: 'the environment', choices: ENVIRONMENT_NAMES, demandOption: true })
    .option('json', { describe: 'print what was found as JSON', type: 'boolean', default: false })
    .option('issue', {
      describe: 'open, update or close the issue of this environment (GITHUB_TOKEN, GITHUB_REPOSITORY)',
      type: 'boolean',
      default: false,
    })
    .option('waivers', {
      describe: 'the file of waivers',
      type: 'string',
      default: WAIVERS,
    })
    .example('npm run drift -- --env prod', 'what differs, by address and attribute')
    .example('npm run drift -- --env prod --issue', 'what the drift workflow runs')
    .epilogue(
      `Exit codes: 0 no drift, or waivers in ${WAIVERS} cover it; 1 the look failed; 2 drift that no waiver covers; ` +
        '64 something must be changed first.',
    )
    .parseAsync();
}

async function main(): Promise<number> {
  const { env, json, issue, waivers: file } = await readFlags();
  if (env === 'local')
    throw new UsageError(
      'The local environment cannot drift: the engine runs its stack as it is.',
      'Look at one of dev, staging and prod.',
    );
  // Asked before the look: a token that is missing shall not be found out minutes later.
  const repository = issue ? github(process.env) : undefined;
  const waivers = readWaivers(textOf(file), file);
  try {
    const look = await lookAt(env);
    const findings = findingsOf(look, waivers);
    console.log(json ? jsonText(look, findings) : reportText(look, findings));
    if (repository) say(issueLine(await keepIssue(repository, env, findings)));
    return blocks(findings) ? EXIT_CHANGES : EXIT_OK;
  } catch (error) {
    if (!(error instanceof BundleRefused)) throw error;
    complain(error);
    return EXIT_FAILED;
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(resolve(ROOT, file), 'utf8');
  } catch {
    throw new UsageError(
      `The waivers in ${file} cannot be read.`,
      `Leave --waivers out for those of ${WAIVERS}.`,
    );
  }
}

async function lookAt(env: EnvironmentName): Promise<Look> {
  const terraform = await findTerraform(process.env);
  const [plane, source] = [await findControlPlane(env), await sourceTree(ROOT)];
  const proposal = proposalOf((await synthesize(env)).stackFile, env);
  const config = clientConfig(env);
  const s3 = new S3Client(config);
  try {
    const tools = { terraform, plane, bucket: stateBucket(s3, plane), say };
    return await reaching(config, () => lookForDrift({ proposal, source }, tools));
  } finally {
    s3.destroy();
  }
}

function findingsOf(look: Look, waivers: Waivers): DriftFinding[] {
  return driftFindings(look.drifted, waivers, {
    environment: look.environment,
    today: utcDay(new Date()),
  });
}

function jsonText({ environment, configuration, state, pending }: Look, findings: DriftFinding[]): string {
  return JSON.stringify({ environment, configuration, state, pending, findings }, null, 2);
}

function issueLine(done: IssueDone): string {
  return done.kind === 'none' ? 'no issue to open or close' : `issue ${done.kind}: ${done.url}`;
}

function say(line: string): void {
  console.error(paint('dim', line, process.stderr));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await run(main);
