/** How long the hops' own telling of their failures is kept. */

import type { Json, Plan, ResourceChange } from '../../terraform/plan-json.ts';
import { cannotTell, ends, shown, turned, UNKNOWN, type Unknown, was } from '../change.ts';
import type { Rule } from '../rule.ts';

export const LOG_RETENTION: Rule = {
  name: 'log-retention',
  looksAt: 'The log groups: fewer days, or deleted.',
  types: ['aws_cloudwatch_log_group'],
  judge(change, plan) {
    const name = shown(was(change, 'name'));
    if (ends(change)) {
      if (was(change, 'skip_destroy') === true || writerGoes(change, plan)) return [];
      return [
        {
          severity: 'warn',
          sentence: `The log ${name} is deleted with what it holds: why records failed in the past cannot be looked up any more.`,
          nextStep: 'Export what is still being looked into.',
        },
      ];
    }
    const turn = turned(change, 'retention_in_days');
    if (!turn) return [];
    if (turn.to === UNKNOWN) return [cannotTell('How long the log is kept', 'warn')];
    if (days(turn.to) >= days(turn.from)) return [];
    return [
      {
        severity: 'warn',
        sentence: `The log ${name} is kept for ${shown(turn.to)} days instead of ${days(turn.from) === Number.POSITIVE_INFINITY ? 'for ever' : days(turn.from)}; what is older is deleted within three days.`,
        nextStep: 'Make sure that nobody is looking into something older.',
      },
    ];
  },
};

/** Zero and absent are for ever. */
function days(value: Json | Unknown): number {
  return typeof value === 'number' && value > 0 ? value : Number.POSITIVE_INFINITY;
}

/** A function's log goes with the function. */
function writerGoes(change: ResourceChange, plan: Plan): boolean {
  const name = String(was(change, 'name'));
  return plan.changes.some(
    (each) =>
      each.action === 'delete' &&
      each.type !== 'aws_cloudwatch_log_group' &&
      [was(each, 'function_name'), was(each, 'name')].some(
        (user) => typeof user === 'string' && name.endsWith(`/${user}`),
      ),
  );
}
