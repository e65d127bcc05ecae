/** A role of the pipeline may do more than before. */

import { ENVIRONMENTS } from '../../../stacks/environments.ts';
import type { Json, ResourceChange } from '../../terraform/plan-json.ts';
import { cannotTell, list, objects, set, shown, stays, UNKNOWN, was } from '../change.ts';
import { type Grant, grants, isBroad, policyChange, widened, worded } from '../policy.ts';
import type { Remark, ReviewContext, Rule } from '../rule.ts';

export const ROLE_WIDENED: Rule = {
  name: 'role-widened',
  looksAt:
    'The rights of the roles: new actions or resources, wildcards, conditions or denials that are gone, the boundary.',
  types: ['aws_iam_role_policy', 'aws_iam_policy', 'aws_iam_role', 'aws_iam_role_policy_attachment'],
  judge(change, _plan, context) {
    switch (change.type) {
      case 'aws_iam_role':
        return role(change, context);
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
  return [
    ...more(widened(policy), stays(change)),
    ...(policy.fromStack && stays(change) ? [FROM_STACK] : []),
  ];
}

/** A new role has the rights that it is made with; only what nobody should have is said of it. */
function more(gained: readonly Grant[], old: boolean): Remark[] {
  const allowed = gained.filter(({ effect }) => effect === 'Allow');
  return [
    ...remark('gains', allowed.filter(isBroad), 'block', 'That is more than one deed in one place.'),
    ...(old
      ? remark(
          'gains',
          allowed.filter((grant) => !isBroad(grant)),
          'warn',
          NAMED,
        )
      : []),
    ...denialsLost(gained),
  ];
}

const NAMED = 'Whoever gets into that hop gets it too.';

function denialsLost(gained: readonly Grant[]): Remark[] {
  const denied = gained.filter(({ effect }) => effect === 'Deny');
  return remark('loses', denied, 'block', 'It guarded against what is allowed elsewhere.');
}

function denialsGone(change: ResourceChange, context: ReviewContext): Remark[] {
  const policy = policyChange(change, 'policy', context);
  return policy ? denialsLost(widened(policy)) : [];
}

const GRANTS_SHOWN = 5;

function remark(
  verb: 'gains' | 'loses',
  grants: readonly Grant[],
  severity: Remark['severity'],
  because: string,
): Remark[] {
  if (grants.length === 0) return [];
  const rest = grants.length > GRANTS_SHOWN ? `; and ${grants.length - GRANTS_SHOWN} more` : '';
  return [
    {
      severity,
      sentence: `The role ${verb} ${grants.slice(0, GRANTS_SHOWN).map(worded).join('; ')}${rest}. ${because}`,
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

function role(change: ResourceChange, { environment }: ReviewContext): Remark[] {
  if (change.action === 'delete') return [];
  return [
    ...boundary(change, ENVIRONMENTS[environment].roles === 'bounded'),
    ...managed(change),
    ...inline(change),
  ];
}

function boundary(change: ResourceChange, bounded: boolean): Remark[] {
  const turn = set(change, 'permissions_boundary');
  if (change.action === 'create')
    return bounded && turn?.to === null ? [unbounded('The new role has no permissions boundary')] : [];
  if (!turn || turn.from === null) return [];
  const moved = `The role's permissions boundary turns from ${shown(turn.from)} to ${shown(turn.to)}`;
  return [unbounded(moved, turn.to === UNKNOWN ? 'warn' : 'block')];
}

function unbounded(what: string, severity: Remark['severity'] = 'block'): Remark {
  return {
    severity,
    sentence: `${what}. It is what bounds every right that a later change may add.`,
    nextStep: 'Leave it; `npm run bootstrap` makes it, and nothing else should.',
  };
}

function managed(change: ResourceChange): Remark[] {
  const turn = set(change, 'managed_policy_arns');
  if (!turn || turn.to === UNKNOWN) return [];
  const added = list(turn.to).filter((arn) => !list(turn.from).includes(arn));
  return added.length > 0 ? [managedPolicies(added.map(String))] : [];
}

/** Policies written into the role itself, which this repository keeps apart. */
function inline(change: ResourceChange): Remark[] {
  const turn = set(change, 'inline_policy');
  if (!turn || turn.to === UNKNOWN) return [];
  const granted = (policies: Json) => objects(policies).flatMap(({ policy }) => grants(policy ?? null));
  return more(
    widened({ before: granted(turn.from), after: granted(turn.to), fromStack: false }),
    stays(change),
  );
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
