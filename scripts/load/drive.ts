/**
 * One run from its first order to its report: k6 begins, canaries are let go, and once k6 has ended the chain is waited
 * for, asked what arrived, and its metrics are read. What is judged stands in report.ts.
 */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { METRICS } from '../../loadtest/measures.ts';
import { changesAnOrder } from '../../loadtest/orders.ts';
import type { Profile } from '../../loadtest/profile.ts';
import type { Writes } from '../../loadtest/settings.ts';
import { UsageError } from '../command.ts';
import { arrivalsOf, drained } from './arrivals.ts';
import { bundleProfile } from './bundle.ts';
import { changesPerSecondMax, withPeakWithin } from './calibrate.ts';
import { letCanariesGo } from './canaries.ts';
import { dollarsOf } from './expected.ts';
import { type Interrupts, interrupts } from './interrupt.ts';
import { junitText } from './junit.ts';
import { type K6, type K6Run, startK6 } from './k6.ts';
import { askCloudWatch, periodSecondsOf, readMetrics, settledMetrics } from './metrics.ts';
import { pageHtml } from './page.ts';
import { type Report, type Run, reportOf } from './report.ts';
import type { Target } from './target.ts';

export type Wish = {
  profile: Profile;
  /** Whether its peak was asked for, and is not just the usual one. */
  peakAsked: boolean;
  writes: Writes;
  seed: number | undefined;
  /** Where reports are kept. */
  results: string;
};

export type Driven =
  | { kind: 'reported'; report: Report; directory: string }
  | { kind: 'broke'; reason: string };

const PROGRESS_MS = 5_000;
/** How long a canary may be looked for after the last order has arrived. */
const CANARY_PATIENCE_MS = 60_000;

export async function drive(
  wish: Wish,
  k6: K6,
  target: Target,
  say: (line: string) => void,
): Promise<Driven> {
  const interrupted = interrupts(say);
  try {
    return await driveUntil(interrupted, wish, k6, target, say);
  } finally {
    interrupted.end();
  }
}

async function driveUntil(
  interrupted: Interrupts,
  wish: Wish,
  k6: K6,
  target: Target,
  say: (line: string) => void,
): Promise<Driven> {
  const { writes } = wish;
  const now = new Date();
  const seed = wish.seed ?? Math.floor(now.getTime() / 1_000);
  await unused(target, seed);
  const run = `${wish.profile.name}-${now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}`;
  const directory = join(wish.results, run);
  mkdirSync(directory, { recursive: true });
  const script = join(directory, 'script.js');
  bundleProfile(wish.profile.name, script);
  const env = { ...target.env, DURATION: `${wish.profile.seconds}s`, WRITES: writes, SEED: String(seed) };
  const profile = await withinReach(wish, k6, script, env).catch((error) => {
    rmSync(directory, { recursive: true });
    throw error;
  });
  if (profile !== wish.profile)
    say(
      `k6 does not make ${count(wish.profile.peak)} orders a second here: the peak is ${count(profile.peak)}`,
    );
  const began = Date.now();
  const canaries = letCanariesGo(target, seed);
  const running = startK6(k6, script, directory, { ...env, PEAK: String(profile.peak) });
  const { ended, stopped } = await followed(profile, running, canaries, target, interrupted, say);
  if (ended.kind === 'broke') {
    await canaries.end(0);
    return { kind: 'broke', reason: `${ended.reason}; ${join(directory, 'k6.log')} has more` };
  }
  const changes = ended.summary.metrics[METRICS.changes]?.values['count'] ?? 0;
  const all = await drained(target, seed, changes, (arrived) =>
    say(`${count(arrived)} of ${count(changes)} changes in the views`),
  );
  await canaries.end(CANARY_PATIENCE_MS);
  const report = reportOf({
    ...{ run, environment: target.environment, profile, writes, k6: k6.version, seed, began },
    stopped: stopped || ended.kind === 'stopped',
    summary: ended.summary,
    unplaced: ended.unplaced.length,
    arrivals: await arrivalsOf(target, seed, ended.unplaced),
    canaries: canaries.seen,
    lagSecondsMax: target.lagSecondsMax,
    shards: target.shards,
    dollars: dollarsOf(profile, target.environment),
    ...(await measuredSince(target, began, profile.seconds, all ? changes : 0, say)),
  });
  keep(report, directory);
  return { kind: 'reported', report, directory };
}

/** A run is not thrown away because CloudWatch cannot be asked, or has not counted all of it in time. */
async function measuredSince(
  { environment, place, cloudwatch }: Target,
  began: number,
  seconds: number,
  changes: number,
  say: (line: string) => void,
): Promise<Pick<Run, 'measured' | 'metricsLack'>> {
  const ask = askCloudWatch(cloudwatch);
  const period = periodSecondsOf(place, seconds);
  const read = () => readMetrics(ask, environment, period, began / 1_000, Date.now() / 1_000);
  try {
    const { measured, whole } = await settledMetrics(read, changes, place, say);
    return whole
      ? { measured }
      : {
          measured,
          metricsLack:
            'CloudWatch had not counted every change in time: the backlog may look too high at the end.',
        };
  } catch (error) {
    const { name, message } = error as Error;
    return {
      measured: undefined,
      metricsLack: `CloudWatch could not be asked what waited where: ${name}: ${message}`,
    };
  }
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

async function withinReach(
  { profile, peakAsked }: Wish,
  k6: K6,
  script: string,
  env: Record<string, string>,
): Promise<Profile> {
  const most = await changesPerSecondMax(k6, script, { ...env, PEAK: String(profile.peak) });
  return withPeakWithin(profile, most / changesAnOrder(), peakAsked);
}

/** Until k6 ends. The climb of `stress` is called off once canaries wait longer than the chain may take. */
async function followed(
  profile: Profile,
  running: ReturnType<typeof startK6>,
  canaries: ReturnType<typeof letCanariesGo>,
  { lagSecondsMax }: Target,
  interrupted: Interrupts,
  say: (line: string) => void,
): Promise<{ ended: K6Run; stopped: boolean }> {
  const began = Date.now();
  let stopped = false;
  interrupted.means(() => {
    say('ending the load; what was acknowledged is still looked for (Ctrl-C again leaves at once)');
    running.stop();
  });
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
    interrupted.means(undefined);
  }
}

function keep(report: Report, directory: string): void {
  writeFileSync(join(directory, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(directory, 'report.xml'), junitText(report));
  writeFileSync(join(directory, 'report.html'), pageHtml(report));
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
