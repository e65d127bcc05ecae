/**
 * A whole history of the chain from one seed: who writes what, whose turn it is, how time passes, what fails and when
 * the engine is killed. At its end nothing fails any more and everything has time to drain; `verdict.ts` then says
 * whether the promises held.
 *
 *     table → stream → pipe → kinesis → firehose ⇄ transform → lake
 */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testChance, testClock } from '../../local/testing/clock.ts';
import { ADMINISTRATOR } from '../../local/testing/ports.ts';
import { createDice, type Dice } from './dice.ts';
import { createFaults } from './faults.ts';
import { createLedger } from './ledger.ts';
import { type Counts, operate, write } from './people.ts';
import { createDesk } from './requests.ts';
import { type Scenario, scenarioOf } from './scenario.ts';
import { PIPE, stackOf } from './stack.ts';
import { Abandoned } from './turns.ts';
import { judge } from './verdict.ts';
import { openWorld, type Surroundings, type World } from './world.ts';

export type History = Counts & {
  scenario: Scenario;
  /** Of all events, so that two histories are compared at a glance. */
  digest: string;
  lastEvents: string[];
  places: Record<'rows' | 'errors' | 'letters' | 'objects', number>;
  problem?: Error;
};

const LAST_EVENTS = 40;
const PAUSES_MS = [1, 20, 200, 1_000, 1_000, 5_000, 61_000];
/** More than any backoff, window and buffer together: who has not delivered by then never will. */
const DRAIN_SECONDS_MAX = 1_800;
/** Some ten times what the longest drain takes: a mover that never rests is as wrong as one that never wakes. */
const DRAIN_EVENTS_MAX = 20_000;
/** Watched after the last record has arrived: nothing may come twice. */
const CALM_SECONDS = 180;
/** How often time passes though somebody could go on. */
const TIME_SHARE = 0.07;
/** A directory in memory where there is one: the disk's patience is not under test. */
const ROOM = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export async function simulate(seed: number): Promise<History> {
  const scenario = scenarioOf(seed);
  const dice = createDice(seed + 1_000_003);
  const digest = createHash('sha256');
  const lastEvents: string[] = [];
  const clock = testClock();
  let ended = false;
  const note = (what: string): void => {
    if (ended) return;
    digest.update(`${clock.now()} ${what}\n`);
    lastEvents.push(`${new Date(clock.now()).toISOString().slice(11, 23)} ${what}`);
    if (lastEvents.length > LAST_EVENTS) lastEvents.shift();
  };
  const directory = mkdtempSync(join(ROOM, 'simulation-'));
  const surroundings: Surroundings = {
    directory,
    stack: stackOf(scenario),
    clock,
    chance: testChance(String(seed)),
    faults: createFaults(createDice(seed + 2_000_003), scenario.faultShare, note),
    note,
  };
  const history: History = {
    ...{ scenario, digest: '', lastEvents, asked: 0, acknowledged: 0, refused: 0 },
    places: { rows: 0, errors: 0, letters: 0, objects: 0 },
  };
  const worlds: World[] = [];
  try {
    await live(scenario, dice, surroundings, history, worlds);
  } catch (problem) {
    history.problem = problem as Error;
  } finally {
    history.digest = digest.digest('hex');
    ended = true;
    for (const world of worlds) await world.bury();
    rmSync(directory, { recursive: true, force: true });
  }
  return history;
}

async function live(
  scenario: Scenario,
  dice: Dice,
  surroundings: Surroundings,
  history: History,
  worlds: World[],
): Promise<void> {
  const { clock, faults, note } = surroundings;
  const desk = createDesk(scenario, dice, clock.now());
  const ledger = createLedger();
  const left = { requests: scenario.requests };
  let problem: unknown;
  const watched = (work: Promise<void>) => {
    work.catch((error: unknown) => {
      if (!(error instanceof Abandoned)) problem ??= error;
    });
  };
  const begin = (): World => {
    const world = openWorld(surroundings);
    worlds.push(world);
    for (let n = 0; n < scenario.clients; n++)
      watched(write(`client ${n}`, world, desk, ledger, left, history));
    if (scenario.pauses) watched(operate(world, dice, () => world.status('kinesis').in));
    return world;
  };

  let world = begin();
  let crashes = scenario.crashes;
  /** Once a request or so; far more often while a delivery is under way, which has the most to lose. */
  const crashShare = () => (world.turns.standAt('s3:PutObject') ? 0.1 : 1 / (scenario.requests * 4));
  while (left.requests > 0 || crashes > 0) {
    await world.turns.settle();
    if (problem) throw problem;
    if (crashes > 0 && dice.hits(crashShare())) {
      crashes--;
      const kept = dice.below(world.turns.works() + 1);
      note(`CRASH, with ${kept} work(s) on disk that nobody heard of`);
      await world.crash(kept);
      world = begin();
    } else if (!stands(world) && !dice.hits(TIME_SHARE))
      await next(world, dice, note, scenario.failedCommitShare);
    else {
      const ms = dice.oneOf(PAUSES_MS);
      note(`${ms} ms pass`);
      clock.advance(ms);
    }
  }
  note('DRAIN');
  faults.end();
  await drain(world, scenario, dice, surroundings);
  if (problem) throw problem;
  history.places = await judge(world, ledger, surroundings.directory, scenario);
}

/** Whether nothing can go on before time does. */
function stands({ turns }: World): boolean {
  return turns.works() + turns.points() === 0;
}

/** One event: a commit, or somebody's turn. */
async function next(
  { turns }: World,
  dice: Dice,
  note: Surroundings['note'],
  failedCommitShare: number,
): Promise<void> {
  const commits = turns.points() === 0 || (turns.works() > 0 && dice.hits(0.4));
  if (commits) {
    const fate = dice.hits(failedCommitShare) ? 'failed' : 'kept';
    const labels = await turns.commit(1 + dice.below(turns.works()), fate);
    note(labels.join(', '));
  } else note(turns.go(dice.below(turns.points())));
}

async function drain(
  world: World,
  scenario: Scenario,
  dice: Dice,
  { clock, note }: Surroundings,
): Promise<void> {
  const { turns } = world;
  // A start wakes the pipe: where nobody stops it, it must have woken by itself.
  let started = !scenario.pauses;
  let calm = 0;
  let events = 0;
  for (let seconds = 0; calm < CALM_SECONDS; ) {
    await turns.settle();
    if (!stands(world)) {
      assert.ok(events++ < DRAIN_EVENTS_MAX, 'something goes on and on and never rests');
      await next(world, dice, note, 0);
      continue;
    }
    if (!started) {
      started = true;
      // Rejected only when the simulation ends early.
      world.ports.call(ADMINISTRATOR, 'pipes', 'StartPipe', { Name: PIPE }).catch(() => {});
      continue;
    }
    const waiting = { pipe: world.status('pipe').waiting, firehose: world.status('firehose').waiting };
    assert.ok(seconds < DRAIN_SECONDS_MAX, `stuck, with records waiting: ${JSON.stringify(waiting)}`);
    calm = waiting.pipe + waiting.firehose === 0 ? calm + 1 : 0;
    seconds++;
    clock.advance(1_000);
  }
}
