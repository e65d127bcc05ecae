/**
 * Which environments change alike. A change to the stack mostly means the same in each, and the one that differs is the
 * one to look at: so what is the same is told once, and what differs is named.
 */

import type { EnvironmentName } from '../../stacks/names.ts';
import type { Finding } from '../finding.ts';
import type { ChangeSummary, EnvironmentSummary } from './summary.ts';
import { withoutName } from './without-name.ts';
import { planOf } from './words.ts';

/** Environments whose plans do the same, with what the plan of the first of them does. */
export type Alike = { environments: EnvironmentName[]; changes: readonly ChangeSummary[] };

/** In the order of the summaries; an environment without a plan is in none. */
export function alike(summaries: readonly EnvironmentSummary[]): Alike[] {
  const groups = new Map<string, Alike>();
  for (const summary of summaries) {
    const plan = planOf(summary);
    if (!plan) continue;
    const key = plan.changes.map(({ likeness }) => likeness).join();
    const group = groups.get(key);
    if (group) group.environments.push(summary.environment);
    else groups.set(key, { environments: [summary.environment], changes: plan.changes });
  }
  return [...groups.values()];
}

/** What one group does to an address and the other does otherwise, or not at all. */
export type Difference = {
  address: string;
  one: ChangeSummary | undefined;
  other: ChangeSummary | undefined;
};

export function differencesOf(one: Alike, other: Alike): Difference[] {
  const [ours, theirs] = [byAddress(one), byAddress(other)];
  return [...new Set([...ours.keys(), ...theirs.keys()])]
    .map((key) => {
      const [a, b] = [ours.get(key), theirs.get(key)];
      return { address: (a ?? b)?.address ?? key, one: a, other: b };
    })
    .filter((each) => each.one?.likeness !== each.other?.likeness);
}

/** A deposed thing has the address of the one that took its place. */
function byAddress({ changes }: Alike): Map<string, ChangeSummary> {
  return new Map(changes.map((change) => [`${change.address} ${change.deposed ?? ''}`, change]));
}

/** One finding, and every environment of which it is said. */
export type SharedFinding = { environments: EnvironmentName[]; finding: Finding };

export function sharedFindings(summaries: readonly EnvironmentSummary[]): SharedFinding[] {
  const shared = new Map<string, SharedFinding>();
  for (const { environment, findings } of summaries)
    for (const finding of findings) {
      const key = `${finding.address} ${withoutName(JSON.stringify(finding), environment)}`;
      const known = shared.get(key);
      if (!known) shared.set(key, { environments: [environment], finding });
      else if (!known.environments.includes(environment)) known.environments.push(environment);
    }
  return [...shared.values()];
}
