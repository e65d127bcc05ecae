/** A role of the pipeline may do more than before. */

import type { ResourceChange } from '../../terraform/plan-json.ts';
import { cannotTell, list, set, shown, stays, turned, UNKNOWN, was } from '../change.ts';
import { type Grant, isBroad, policyChange, widened, worded } from '../policy.ts';
import type { Remark, ReviewContext, Rule } from '../rule.ts';

export const ROLE_WIDENED: Rule = {
  name: 'role-widened',
  looksAt:
    'The rights of the roles: new actions or resources, wildcards, conditions or denials that are gone, the boundary.',
  types: ['aws_iam_role_policy', 'aws_iam_policy', 'aws_iam_role', 'aws_iam_role_policy_attachment'],
  judge(change, _plan, context) {
    switch (change.type) {
      case 'aws_iam_role':
        return boundary(change);
      case 'aws_iam_role_policy_attachment':
        return attached(change);
      default:
        return document(change, context);
    }
  },
};

function document(change: ResourceChange, context: ReviewContext): Remark[] {
  if (change.action === 'delete') return denialsGone(change, context);
  const policy = policyChange(change, 'policy', context);
  if (!policy)
    return stays(change)
      ? [cannotTell('The policy, which the stack does not spell out either,', 'warn')]
      : [];
  const more = widened(policy);
  // A new role has the rights that it is made with; only what nobody should have is said of it.
  const broad = more.filter(isBroad);
  const named = change.action === 'create' ? [] : more.filter((grant) => !isBroad(grant));
  return [
    ...remark(broad, 'block', 'That is more than one deed in one place, or takes a guard away.'),
    ...remark(named, 'warn', 'Whoever gets into that hop gets it too.'),
    ...(policy.fromStack && stays(change) ? [FROM_STACK] : []),
  ];
}

function denialsGone(change: ResourceChange, context: ReviewContext): Remark[] {
  const policy = policyChange(change, 'policy', context);
  return policy ? remark(widened(policy), 'block', 'It guarded against what other policies allow.') : [];
}

const GRANTS_SHOWN = 5;

function remark(grants: readonly Grant[], severity: Remark['severity'], because: string): Remark[] {
  if (grants.length === 0) return [];
  const shownGrants = grants.slice(0, GRANTS_SHOWN).map(worded).join('; ');
  const rest = grants.length > GRANTS_SHOWN ? `; and ${grants.length - GRANTS_SHOWN} more` : '';
  const gone = grants.every(({ effect }) => effect === 'Deny');
  return [
    {
      severity,
      sentence: `The role ${gone ? 'loses' : 'gains'} ${shownGrants}${rest}. ${because}`,
      nextStep: 'Name the actions and the resources that the hop needs, with the conditions of before.',
    },
  ];
}

const FROM_STACK: Remark = {
  severity: 'note',
  sentence:
    'The policy is known only after the apply, as it names something that the plan makes anew. Compared was what the stack asks for, references taken for what they stood for before.',
  nextStep: 'Read the references in the stack, if the role is one that matters.',
};

function boundary(change: ResourceChange): Remark[] {
  const remarks: Remark[] = [];
  const turn = turned(change, 'permissions_boundary');
  if (turn && turn.from !== null)
    remarks.push({
      severity: turn.to === UNKNOWN ? 'warn' : 'block',
      sentence: `The role's permissions boundary turns from ${shown(turn.from)} to ${shown(turn.to)}. It is what bounds every right that a later change may add.`,
      nextStep: 'Leave it; `npm run bootstrap` makes it, and nothing else should.',
    });
  const managed = turned(change, 'managed_policy_arns');
  if (managed && managed.to !== UNKNOWN) {
    const added = list(managed.to).filter((arn) => !list(managed.from).includes(arn));
    if (added.length > 0) remarks.push(managedPolicies(added.map(String)));
  }
  return remarks;
}

function attached(change: ResourceChange): Remark[] {
  const turn = set(change, 'policy_arn');
  if (!turn || turn.to === was(change, 'policy_arn')) return [];
  return [managedPolicies([shown(turn.to)])];
}

function managedPolicies(arns: readonly string[]): Remark {
  return {
    severity: 'block',
    sentence: `The role gets ${arns.join(', ')}: whatever that policy allows, today and after its owner changes it.`,
    nextStep: 'Write the rights into the role’s own policy, where a plan shows them.',
  };
}
