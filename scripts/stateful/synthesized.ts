/** The lock where it meets what synth has just written: reads the stacks of a proposal, adds to the lock, or judges. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentName } from '../../stacks/names.ts';
import type { Finding } from '../finding.ts';
import type { JsonObject } from '../terraform/plan-json.ts';
import { readWaivers } from '../waivers.ts';
import { statefulInStack } from './in-stack.ts';
import { LOCK_PATH, lockText, readLock, type StatefulLock, withNew } from './lock.ts';

/** `stacks` are the files synthesized for each environment. */
export type Synthesized = { out: string; stacks: ReadonlyMap<EnvironmentName, string> };

/** What the synthesized environments would lose, or hold without the lock's knowledge. */
export function lossesIn({ out, stacks }: Synthesized, today: string): Finding[] {
  const lock = lockBeside(out);
  const path = join(out, 'waivers.json');
  const waivers = readWaivers(readFileSync(path, 'utf8'), '.github/waivers.json');
  return [...stacks].flatMap(([environment, file]) =>
    statefulInStack(environment, readOwn(file), lock, waivers, today),
  );
}

/** Adds to the committed lock, and to its copy in the proposal. */
export function addToLock({ out, stacks }: Synthesized, committed: string): void {
  let lock = lockBeside(out);
  for (const [environment, file] of stacks)
    if (environment !== 'local') lock = withNew(lock, environment, readOwn(file));
  for (const path of [committed, join(out, 'stateful.lock.json')]) writeFileSync(path, lockText(lock));
}

function lockBeside(out: string): StatefulLock {
  const path = join(out, 'stateful.lock.json');
  return existsSync(path) ? readLock(readFileSync(path, 'utf8'), LOCK_PATH) : {};
}

function readOwn(file: string): JsonObject {
  return JSON.parse(readFileSync(file, 'utf8')) as JsonObject;
}
