/** A role may do less than before: a hop that needed it stops with AccessDenied. */

import type { Plan, ResourceChange } from '../../terraform/plan-json.ts';
import { set, shown, stays, UNKNOWN, was } from '../change.ts';
import { narrowed, policyChange, worded } from '../policy.ts';
import type { Remark, Rule } from '../rule.ts';

const GRANTS_SHOWN = 5;

export const ROLE_NARROWED: Rule = {
  name: 'role-narrowed',
  looksAt: 'Rights that a role loses, and calls that a resource no longer lets in.',
  types: ['aws_iam_role_policy', 'aws_iam_policy', 'aws_lambda_permission'],
  judge(change, plan, context) {
    if (change.action === 'delete') return goesWithItsUser(change, plan) ? [] : [lost('all its rights')];
    if (change.type === 'aws_lambda_permission') return permission(change);
    const policy = stays(change) ? policyChange(change, 'policy', context) : undefined;
    if (!policy) return [];
    const less = narrowed(policy);
    if (less.length === 0) return [];
    const rest = less.length > GRANTS_SHOWN ? `; and ${less.length - GRANTS_SHOWN} more` : '';
    return [lost(`${less.slice(0, GRANTS_SHOWN).map(worded).join('; ')}${rest}`)];
  },
};

function lost(what: string): Remark {
  return {
    severity: 'warn',
    sentence: `The role loses ${what}. A hop that still needs it stops with AccessDenied: orders wait in the store before it, and expire there in the end.`,
    nextStep: 'Run the pipeline on the laptop (npm start): every call there is decided by these policies.',
  };
}

function permission(change: ResourceChange): Remark[] {
  const turn = set(change, 'source_arn');
  if (change.action !== 'replace' || !turn || turn.to === UNKNOWN) return [];
  return [lost(`the call from ${shown(was(change, 'source_arn'))}`)];
}

/** The role, or the function, goes too. */
function goesWithItsUser(change: ResourceChange, plan: Plan): boolean {
  const [type, name] =
    change.type === 'aws_lambda_permission'
      ? ['aws_lambda_function', was(change, 'function_name')]
      : ['aws_iam_role', was(change, 'role')];
  return plan.changes.some(
    (each) =>
      each.type === type &&
      each.action === 'delete' &&
      [was(each, 'name'), was(each, 'function_name')].includes(name),
  );
}
