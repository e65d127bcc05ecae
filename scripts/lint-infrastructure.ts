/**
 * `npm run lint-infrastructure`: what actionlint and zizmor say of the workflows and checkov of the synthesized stacks.
 * Each finding is mended or stands in .github/waivers.json with its reason; anything else fails. `.ci/run` installs the
 * tools at the versions it pins. What no linter sees is test/workflows/'s.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ENVIRONMENT_NAMES } from '../stacks/names.ts';
import { bootstrapStack } from './bootstrap/stack.ts';
import { flags, paint, run } from './command.ts';
import { EXIT_FAILED, EXIT_OK } from './exit-codes.ts';
import { blocks } from './finding.ts';
import { actionlint } from './lint/actionlint.ts';
import { checkov } from './lint/checkov.ts';
import { type Judged, judge, type Look } from './lint/judge.ts';
import { zizmor } from './lint/zizmor.ts';
import { synthesize } from './synth.ts';
import { readWaivers, utcDay } from './waivers.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WAIVERS = '.github/waivers.json';
/** The laptop's stack meets no attacker and no auditor. */
const DEPLOYED = ENVIRONMENT_NAMES.filter((name) => name !== 'local');

/** Which account and repository it is makes no difference to a linter. */
const SAMPLE = {
  account: '111122223333',
  repository: { name: 'your-org/prime-day-order-pipeline', id: 1, ownerId: 1 },
  github: 'made here',
} as const;

async function looks(): Promise<Look[]> {
  const workflows = { found: [...(await actionlint(ROOT)), ...(await zizmor(ROOT))] };
  const stacks: Look[] = [];
  for (const environment of DEPLOYED) {
    console.error(paint('dim', `checkov: ${environment} and its bootstrap`, process.stderr));
    const pipeline = readFileSync((await synthesize(environment)).stackFile, 'utf8');
    const bootstrap = (await bootstrapStack({ environment, ...SAMPLE })).get('cdk.tf.json') ?? '';
    stacks.push({ environment, found: (await Promise.all([pipeline, bootstrap].map(checkov))).flat() });
  }
  return [workflows, ...stacks];
}

async function main(): Promise<number> {
  const { json } = await flags(
    'Lints the workflows (actionlint, zizmor) and the synthesized stacks (checkov).\n\nUsage: npm run lint-infrastructure -- [flags]',
  )
    .option('json', {
      describe: 'print all findings as JSON, waived ones too',
      type: 'boolean',
      default: false,
    })
    .epilogue(
      'Exit codes: 0 nothing is open, 1 a finding is, 64 a linter is missing or .github/waivers.json is wrong.',
    )
    .parseAsync();
  const waivers = readWaivers(readFileSync(join(ROOT, WAIVERS), 'utf8'), WAIVERS);
  const findings = judge(await looks(), waivers, utcDay(new Date()));
  console.log(json ? JSON.stringify(findings, null, 2) : text(findings));
  return blocks(findings) ? EXIT_FAILED : EXIT_OK;
}

function text(findings: readonly Judged[]): string {
  const open = findings.filter(({ waived }) => !waived);
  const lines = open.map(({ rule, address, environments, sentence, nextStep }) => {
    const where = environments.length > 0 ? ` (${environments.join(', ')})` : '';
    return `${paint('red', rule)} ${address}${where}\n      ${sentence}\n      ${nextStep}`;
  });
  return [
    ...lines,
    `${open.length} open, ${findings.length - open.length} waived with a reason in ${WAIVERS}`,
  ].join('\n');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await run(main);
