/**
 * Whether an environment carries the event that it says it carries, by its own numbers alone: what AWS lends an account
 * and how warm the table is are for the day, not for a pull request.
 */

import type { Environment } from '../../stacks/environments.ts';
import { capacityPlan } from './plan.ts';
import { PROFILES } from './profiles.ts';
import { number } from './text.ts';

export type Shortfall = { message: string; nextStep: string };

/** A sentence for each of the environment's numbers that is too low for its event; none where it names no event. */
export function shortfallsOf(environment: Environment): readonly Shortfall[] {
  const profile = PROFILES.find(({ name }) => name === environment.carries);
  if (!profile) return [];
  const warmWriteUnits = environment.table.writeUnitsPerSecondMax;
  const { hops, advice } = capacityPlan(environment, profile, { warmWriteUnits, testSeconds: 0 });
  const settings = [...new Set(hops.filter(({ headroom }) => headroom < 1).map(({ decides }) => decides))];
  return settings.flatMap((setting) => {
    const wanted = advice.find((each) => each.setting.startsWith(setting));
    // A quota has no path in the environment, and no dot in its name.
    if (!wanted || !setting.includes('.')) return [];
    return [
      {
        message:
          `${environment.name}: ${setting} is ${number(wanted.now)}, too little for the peak of ${profile.name}, which ` +
          `stacks/environments.ts says it carries (${wanted.hop}).`,
        nextStep:
          `Set it to ${number(wanted.wanted)}, or declare a smaller event; npm run capacity -- --env ${environment.name} ` +
          `--profile ${profile.name} --warm ${warmWriteUnits} shows the reckoning.`,
      },
    ];
  });
}
