/**
 * `npm run load -- spike`: drives Prime Day load with k6 into a pipeline that runs, here or on AWS, follows canary orders
 * to the views, and then looks for every order that was acknowledged. It leaves one report under loadtest/results/ and
 * ends with 99 where a promise was broken, so that a workflow can gate on it.
 */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { METRICS } from '../loadtest/measures.ts';
import { PROFILE_NAMES, PROFILES, type Profile, type ProfileName, profileOf } from '../loadtest/profile.ts';
import { WRITES, type Writes } from '../loadtest/settings.ts';
import { ENDPOINT_FLAG, ENV_FLAG } from './clients.ts';
import { flags, paint, run, UsageError } from './command.ts';
import { parseDuration } from './duration.ts';
import { EXIT_BROKEN_THRESHOLD, EXIT_FAILED, EXIT_OK } from './exit-codes.ts';
import { arrivalsOf, drained } from './load/arrivals.ts';
import { bundleProfile } from './load/bundle.ts';
import { changesPerSecondMax } from './load/calibrate.ts';
import { letCanariesGo } from './load/canaries.ts';
import { CHANGES_AN_ORDER, dollarsOf, expectedText } from './load/expected.ts';
import { writeJobSummary } from './load/job-summary.ts';
import { junitText } from './load/junit.ts';
import { findK6, type K6, type K6Run, startK6 } from './load/k6.ts';
import { pageHtml } from './load/page.ts';
import { type Report, reportOf } from './load/report.ts';
import { reportText } from './load/report-text.ts';
import { closeTarget, openTarget, type Target } from './load/target.ts';

const RESULTS = fileURLToPath(new URL('../loadtest/results', import.meta.url));
const PROGRESS_MS = 5_000;
/** How long a canary may be looked for after the last order has arrived. */
const CANARY_PATIENCE_MS = 60_000;

function readFlags() {
  const profiles = PROFILE_NAMES.map((name) => `  ${name.padEnd(11)}${PROFILES[name].about}`).join('\n');
  return flags(
    `Drives load with k6 and judges what became of it.\n\nUsage: npm run load -- <profile> [flags]\n\n${profiles}`,
  )
    .command('$0 <profile>', false, (command) =>
      command.positional('profile', { choices: PROFILE_NAMES, demandOption: true }),
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
    .example('npm run load -- spike', 'into the pipeline that `npm start` runs')
    .example('npm run load -- stress --peak 5000 --writes batch', 'climbs until something gives way')
    .example(
      'npm run load -- prime-day --env staging --peak 2000 --duration 30m',
      'on AWS, after it has asked',
    )
    .epilogue(
      'Exit codes: 0 every promise held, 99 one was broken, 1 k6 broke off, 64 something must be changed first.',
    )
    .parseAsync();
}

type Flags = Awaited<ReturnType<typeof readFlags>>;

async function main(): Promise<number> {
  const options = await readFlags();
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
    return await drive(options, profile, k6, target);
  } finally {
    closeTarget(target);
  }
}

function profileWanted({ profile: name, peak, duration, seed }: Flags): Profile {
  const profile = name as ProfileName;
  const usual = PROFILES[profile];
  if (peak !== undefined && !(peak > 0))
    throw new UsageError('--peak must be more than 0.', 'Give orders a second, such as 200.');
  if (seed !== undefined && !(Number.isSafeInteger(seed) && seed > 0))
    throw new UsageError('--seed must be a whole number above 0.', 'Give a number, such as 1784000000.');
  return profileOf(
    profile,
    peak ?? usual.peak,
    duration === undefined ? usual.seconds : parseDuration(duration) / 1_000,
  );
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

async function drive(options: Flags, profile: Profile, k6: K6, target: Target): Promise<number> {
  const now = new Date();
  const seed = options.seed ?? Math.floor(now.getTime() / 1_000);
  await unused(target, seed);
  const name = `${profile.name}-${now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}`;
  const directory = join(options.results, name);
  mkdirSync(directory, { recursive: true });
  const script = join(directory, 'script.js');
  bundleProfile(profile.name, script);
  const env = {
    ...target.env,
    PEAK: String(profile.peak),
    DURATION: `${profile.seconds}s`,
    WRITES: options.writes,
    SEED: String(seed),
  };
  await canMake(k6, script, env, profile).catch((error) => {
    rmSync(directory, { recursive: true });
    throw error;
  });
  const began = Date.now();
  const canaries = letCanariesGo(target, seed);
  const { ended, stopped } = await followed(profile, startK6(k6, script, directory, env), canaries, target);
  if (ended.kind === 'broke') {
    await canaries.end(0);
    console.error(`${ended.reason}; ${join(directory, 'k6.log')} has more`);
    return EXIT_FAILED;
  }
  const changes = ended.summary.metrics[METRICS.changes]?.values['count'] ?? 0;
  await drained(target, seed, changes, (arrived) =>
    say(`${count(arrived)} of ${count(changes)} changes in the views`),
  );
  await canaries.end(CANARY_PATIENCE_MS);
  const report = reportOf({
    run: name,
    environment: options.env,
    profile,
    writes: options.writes,
    k6: k6.version,
    seed,
    began,
    stopped: stopped || ended.kind === 'stopped',
    summary: ended.summary,
    arrivals: await arrivalsOf(target, seed, ended.unplaced),
    canaries: canaries.seen,
    lagSecondsMax: target.lagSecondsMax,
    shards: target.shards,
    dollars: dollarsOf(profile, options.env),
  });
  keep(report, directory);
  writeJobSummary(report, reportText(report, String), process.env['GITHUB_STEP_SUMMARY']);
  console.log(
    options.json ? JSON.stringify(report, null, 2) : reportText(report, (text) => paint('red', text)),
  );
  say(`${join(directory, 'report.html')}`);
  return report.checks.every(({ holds }) => holds) ? EXIT_OK : EXIT_BROKEN_THRESHOLD;
}

/** A put that changes nothing makes no change record: orders of an earlier run would be waited for in vain. */
async function unused({ dynamodb, table }: Target, seed: number): Promise<void> {
  const orderid = { S: `order-${seed}-000000000` };
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: table, Key: { orderid } }));
  if (Item)
    throw new UsageError(
      `The orders of seed ${seed} are in ${table} already.`,
      'Give another --seed, or none.',
    );
}

/** A peak that this machine cannot make would end as iterations never begun; better said before. */
async function canMake(
  k6: K6,
  script: string,
  env: Record<string, string>,
  { peak }: Profile,
): Promise<void> {
  const most = (await changesPerSecondMax(k6, script, env)) / CHANGES_AN_ORDER;
  if (most >= peak) return;
  throw new UsageError(
    `k6 makes about ${count(Math.floor(most))} orders a second on this machine, and the peak is ${count(peak)}.`,
    'Give a lower --peak or --writes batch, or use several machines (docs/load.md).',
  );
}

/** Until k6 ends. The climb of `stress` is called off once canaries wait longer than the chain may take. */
async function followed(
  profile: Profile,
  running: ReturnType<typeof startK6>,
  canaries: ReturnType<typeof letCanariesGo>,
  { lagSecondsMax }: Target,
): Promise<{ ended: K6Run; stopped: boolean }> {
  const began = Date.now();
  let stopped = false;
  const stop = () => running.stop();
  process.once('SIGINT', stop);
  const progress = setInterval(() => {
    const waiting = canaries.waitingSeconds();
    const newest = canaries.seen.findLast(({ lagSeconds }) => lagSeconds !== undefined)?.lagSeconds;
    say(
      `${Math.round((Date.now() - began) / 1_000)} s of ${profile.seconds}, ${newest === undefined ? 'no canary seen yet' : `a canary took ${newest.toFixed(1)} s to a view`}`,
    );
    if (profile.name === 'stress' && newest !== undefined && waiting > lagSecondsMax && !stopped) {
      stopped = true;
      running.stop();
    }
  }, PROGRESS_MS);
  try {
    return { ended: await running.ended, stopped };
  } finally {
    clearInterval(progress);
    process.off('SIGINT', stop);
  }
}

function keep(report: Report, directory: string): void {
  writeFileSync(join(directory, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(directory, 'report.xml'), junitText(report));
  writeFileSync(join(directory, 'report.html'), pageHtml(report));
}

/** Progress is no part of the answer. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await run(main);
