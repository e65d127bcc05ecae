/** A plan as a commit's status: `plan/prod`, green or red, with the reason in the few words that GitHub takes. */

import type { EnvironmentName } from '../../stacks/names.ts';
import type { EnvironmentSummary } from './summary.ts';
import { difference, planOf, standingOf, standingText } from './words.ts';

export type CommitStatus = { context: string; state: 'success' | 'failure'; description: string };

/** https://docs.github.com/en/rest/commits/statuses; a longer one is refused. */
const DESCRIPTION_CHARACTERS_MAX = 140;

function statusContext(environment: EnvironmentName): string {
  return `plan/${environment}`;
}

/** `linesMissed`: what the comment could not show; a plan that nobody can read is not ready. */
export function statusOf(summary: EnvironmentSummary, linesMissed: number): CommitStatus {
  const standing = standingOf(summary);
  const good = standing === 'ready' || standing === 'loses-data' || standing === 'nothing-to-do';
  const plan = planOf(summary);
  const cost = plan && difference(plan.cost.monthly);
  const text = [standingText(summary), ...(cost ? [`${cost} USD a month`] : [])].join('; ');
  const loss = standing === 'loses-data' ? 'data is lost, as waived: ' : '';
  return {
    context: statusContext(summary.environment),
    state: good && linesMissed === 0 ? 'success' : 'failure',
    description: short(
      good && linesMissed > 0 ? `too much to review in one comment: ${text}` : `${loss}${text}`,
    ),
  };
}

/** For an environment of which no summary came. */
export function missingStatus(environment: EnvironmentName): CommitStatus {
  return {
    context: statusContext(environment),
    state: 'failure',
    description: 'no plan came out of its job; the run says why',
  };
}

/** For a plan that was good and is no more. */
export function staleStatus(environment: EnvironmentName, reason: string): CommitStatus {
  const description = short(`stale: ${reason}; push or re-run to plan again`);
  return { context: statusContext(environment), state: 'failure', description };
}

function short(text: string): string {
  return text.length > DESCRIPTION_CHARACTERS_MAX
    ? `${text.slice(0, DESCRIPTION_CHARACTERS_MAX - 1)}…`
    : text;
}
