/**
 * The lock over a synthesized stack: whether every address that holds data is still there, under its name. It needs no
 * cloud and no credentials, so `npm run synth` says it while the change is being written. It cannot know what Terraform
 * will make of a change; in-plan.ts does.
 */

import type { EnvironmentName } from '../../stacks/names.ts';
import type { Finding } from '../finding.ts';
import type { Json, JsonObject } from '../terraform/plan-json.ts';
import { type Waivers, waive } from '../waivers.ts';
import { LOCK_PATH, type Section, STATEFUL_TYPES, type StatefulLock, statefulAddresses } from './lock.ts';

/** `today` is a day by UTC (`utcDay` of scripts/waivers.ts). What lies on a laptop is nobody's only copy. */
export function statefulInStack(
  section: Section,
  stack: JsonObject,
  lock: StatefulLock,
  waivers: Waivers,
  today: string,
): Finding[] {
  if (section === 'local') return [];
  const locked = lock[section] ?? {};
  const present = new Map(Object.entries(statefulAddresses(stack)));
  const moves = movesIn(stack);
  const found: Finding[] = [];
  for (const [address, name] of Object.entries(locked)) {
    const now = movedTo(address, moves);
    if (!present.has(now)) found.push(missing(section, address));
    else if (name !== null && present.get(now) !== name)
      found.push(renamed(section, now, name, present.get(now) ?? null));
  }
  for (const address of present.keys())
    if (!Object.hasOwn(locked, address)) found.push(unlocked(section, address));
  const environment = section.replace(/^bootstrap-/, '') as EnvironmentName;
  return waive(found, waivers, { kind: 'stateful', environment, today });
}

function missing(section: Section, address: string): Finding {
  return {
    rule: 'stateful-missing',
    severity: 'block',
    address,
    sentence:
      `${section} would lose ${address}, which holds ${holds(address)}: it is in the lock and no longer in the ` +
      'stack. A renamed construct is a new address, and Terraform destroys what the old one named.',
    nextStep:
      `Give the construct its id back; or keep the thing under its new address with moveFromId('${address}'); or, if ` +
      `it is meant to go, remove its line from ${LOCK_PATH} and waive it in .github/waivers.json.`,
  };
}

function renamed(section: Section, address: string, was: string, is: string | null): Finding {
  return {
    rule: 'stateful-renamed',
    severity: 'block',
    address,
    sentence:
      `${address} of ${section} is called ${is ?? 'what AWS calls it'} and was ${was}: AWS renames nothing, so ` +
      `Terraform would destroy it with ${holds(address)} and create an empty one.`,
    nextStep:
      `Keep the name; or copy the data first, then change the name in ${LOCK_PATH} and waive the address in ` +
      '.github/waivers.json.',
  };
}

function unlocked(section: Section, address: string): Finding {
  return {
    rule: 'stateful-unlocked',
    severity: 'block',
    address,
    sentence: `${address} of ${section} holds ${holds(address)} and is not in the lock yet.`,
    nextStep: `Add it, and commit ${LOCK_PATH} with your change: npm run synth -- --update-lock`,
  };
}

function holds(address: string): string {
  return STATEFUL_TYPES[address.split('.')[0] ?? '']?.holds ?? 'data';
}

/** Where `moved` blocks take an address: only to another of the same type, however many steps. */
function movedTo(address: string, moves: ReadonlyMap<string, string>): string {
  let now = address;
  for (let steps = 0; steps <= moves.size; steps += 1) {
    const next = moves.get(now);
    if (next === undefined || next.split('.')[0] !== address.split('.')[0]) return now;
    now = next;
  }
  return address;
}

function movesIn(stack: JsonObject): Map<string, string> {
  const blocks = [stack['moved'] ?? []].flat() as Json[];
  return new Map(
    blocks.flatMap((block) => {
      const { from, to } = (block ?? {}) as { from?: Json; to?: Json };
      return typeof from === 'string' && typeof to === 'string' ? [[from, to]] : [];
    }),
  );
}
