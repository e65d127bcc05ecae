/**
 * `npm run load -- spike`: drives Prime Day load with k6 into a pipeline that runs, here or on AWS, follows canary orders
 * to the views, and then looks for every order that was acknowledged. It leaves one report under loadtest/results/ and
 * ends with 99 where a promise was broken, so that a workflow can gate on it. `npm run load -- compare A B` puts two such
 * reports side by side.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PROFILE_NAMES, PROFILES, type Profile, type ProfileName, profileOf } from '../loadtest/profile.ts';
import { WRITES, type Writes } from '../loadtest/settings.ts';
import { ENDPOINT_FLAG, ENV_FLAG } from './clients.ts';
import { complain, flags, paint, run, UsageError } from './command.ts';
import { parseDuration } from './duration.ts';
import { EXIT_BROKEN_THRESHOLD, EXIT_FAILED, EXIT_OK } from './exit-codes.ts';
import { compare } from './load/compare.ts';
import { comparedHtml } from './load/compare-page.ts';
import { comparedText } from './load/compare-text.ts';
import { drive } from './load/drive.ts';
import { expectedText } from './load/expected.ts';
import { writeJobSummary } from './load/job-summary.ts';
import { findK6 } from './load/k6.ts';
import { keptReport } from './load/kept.ts';
import { reportText } from './load/report-text.ts';
import { closeTarget, openTarget } from './load/target.ts';

/** A report has thirty parts over time. */
const SECONDS_MIN = 5;
const RESULTS = fileURLToPath(new URL('../loadtest/results', import.meta.url));

function readFlags() {
  const profiles = PROFILE_NAMES.map((name) => `  ${name.padEnd(11)}${PROFILES[name].about}`).join('\n');
  return flags(
    `Drives load with k6 and judges what became of it.\n\nUsage: npm run load -- <profile> [flags]\n       npm run load -- compare <before> <after> [--html FILE] [--json]\n\n${profiles}`,
  )
    .command('$0 [profile]', false, (command) => command.positional('profile', { type: 'string' }))
    .command(COMPARE, false, (command) =>
      command.positional('before', { type: 'string' }).positional('after', { type: 'string' }),
    )
    .option('env', ENV_FLAG)
    .option('endpoint', ENDPOINT_FLAG)
    .option('peak', { describe: 'orders a second at the most', type: 'number' })
    .option('duration', { describe: 'how long, such as 5m', type: 'string' })
    .option('writes', {
      describe: 'put: an order a request, batch: twenty-five',
      choices: WRITES,
      default: 'put' as Writes,
    })
    .option('seed', {
      describe: 'which orders (default: the second in which the run begins)',
      type: 'number',
    })
    .option('yes', { describe: 'do not ask before load goes to AWS', type: 'boolean', default: false })
    .option('allow-prod', { describe: 'let load go to prod', type: 'boolean', default: false })
    .option('results', {
      describe: 'where reports are kept',
      type: 'string',
      default: RESULTS,
      defaultDescription: 'loadtest/results',
    })
    .option('json', { describe: 'print the report as JSON', type: 'boolean', default: false })
    .option('html', { describe: 'compare: where its page is written', type: 'string' })
    .example('npm run load -- spike', 'into the pipeline that `npm start` runs')
    .example('npm run load -- stress --peak 5000 --writes batch', 'climbs until something gives way')
    .example(
      'npm run load -- prime-day --env staging --peak 2000 --duration 30m',
      'on AWS, after it has asked',
    )
    .example(
      'npm run load -- compare spike-20261123-101500 spike-20261124-093000',
      'what got better or worse',
    )
    .epilogue(
      'Exit codes: 0 every promise held, 99 one was broken, 1 k6 broke off, 64 something must be changed first, 130 left by Ctrl-C without a report. `compare` ends with 0 whatever got worse.',
    )
    .parseAsync();
}

const COMPARE = 'compare <before> <after>';

type Flags = Awaited<ReturnType<typeof readFlags>>;

async function main(): Promise<number> {
  const options = await readFlags();
  if (options._[0] === 'compare') return compareRuns(options);
  if (options.env === 'prod' && !options['allow-prod'])
    throw new UsageError(
      'prod holds real orders, and load would stand among them.',
      'Use --env staging, or say --allow-prod.',
    );
  const profile = profileWanted(options);
  const k6 = findK6();
  const target = await openTarget(options.env, options.endpoint, Date.now() + profile.seconds * 1_000);
  try {
    say(
      expectedText(
        profile,
        options.env,
        target.env['AWS_ENDPOINT_URL'] ?? `AWS in ${target.env['AWS_REGION']}`,
        target.table,
      ),
    );
    await agreed(options);
    const { writes, seed, results, json } = options;
    const wish = { profile, peakAsked: options.peak !== undefined, writes, seed, results };
    const driven = await drive(wish, k6, target, say);
    if (driven.kind === 'broke') {
      complain({ message: driven.reason, nextStep: 'Mend what it names, and begin again.' });
      return EXIT_FAILED;
    }
    const { report, directory } = driven;
    writeJobSummary(report, reportText(report, String), process.env['GITHUB_STEP_SUMMARY']);
    console.log(json ? JSON.stringify(report, null, 2) : reportText(report, (text) => paint('red', text)));
    say(join(directory, 'report.html'));
    return report.checks.every(({ holds }) => holds) ? EXIT_OK : EXIT_BROKEN_THRESHOLD;
  } finally {
    closeTarget(target);
  }
}

/** Which run is better is for whoever reads: a comparison that could be made has not failed. */
function compareRuns({ before, after, results, json, html }: Flags): number {
  const compared = compare(keptReport(String(before), results), keptReport(String(after), results));
  console.log(json ? JSON.stringify(compared, null, 2) : comparedText(compared));
  if (html !== undefined) {
    writeFileSync(html, comparedHtml(compared));
    say(html);
  }
  return EXIT_OK;
}

function profileWanted({ profile: name, peak, duration, seed }: Flags): Profile {
  const profile = profileNamed(name === undefined ? undefined : String(name));
  const usual = PROFILES[profile];
  if (peak !== undefined && !(peak > 0 && Number.isFinite(peak)))
    throw new UsageError('--peak must be a number above 0.', 'Give orders a second, such as 200.');
  if (seed !== undefined && !(Number.isSafeInteger(seed) && seed > 0))
    throw new UsageError('--seed must be a whole number above 0.', 'Give a number, such as 1784000000.');
  const seconds = duration === undefined ? usual.seconds : parseDuration(duration) / 1_000;
  if (seconds < SECONDS_MIN)
    throw new UsageError(
      `--duration ${duration} is too short to say anything.`,
      `Give ${SECONDS_MIN}s at least.`,
    );
  return profileOf(profile, peak ?? usual.peak, seconds);
}

function profileNamed(name: string | undefined): ProfileName {
  const choices = `Give one of ${PROFILE_NAMES.join(', ')}; or compare two runs.`;
  if (name === undefined) throw new UsageError('Which load?', choices);
  const found = PROFILE_NAMES.find((each) => each === name);
  if (!found) throw new UsageError(`There is no load "${name}".`, choices);
  return found;
}

/** Load on AWS costs money and disturbs whoever else works there. */
async function agreed({ env, yes }: Flags): Promise<void> {
  if (env === 'local' || yes) return;
  if (!process.stdin.isTTY)
    throw new UsageError(`Load on ${env} wants a yes, and nobody can be asked here.`, 'Add --yes.');
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await asking.question('Go on? [y/N] ');
  asking.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new UsageError('Nothing was written.', 'Say y, or add --yes.');
}

/** Progress is no part of the answer. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await run(main);
