/** Who may take a role on. */

import { cannotTell, stays } from '../change.ts';
import { narrowed, policyChange, widened, worded } from '../policy.ts';
import type { Rule } from '../rule.ts';

export const ROLE_TRUST: Rule = {
  name: 'role-trust',
  looksAt: 'The trust policies of the roles: other principals, conditions that are gone.',
  types: ['aws_iam_role'],
  judge(change, _plan, context) {
    if (change.action === 'delete') return [];
    const policy = policyChange(change, 'assume_role_policy', context);
    if (!policy) return [cannotTell('Who may take the role on', 'block')];
    // A new role is for a service; anyone else is told even then.
    const more = widened(policy).filter(
      ({ principal }) => stays(change) || !/^Service:[a-z0-9.-]+$/.test(principal),
    );
    const less = narrowed(policy);
    if (more.length > 0)
      return [
        {
          severity: 'block',
          sentence: `Others may take the role on than before: ${more.map(worded).join('; ')}. They get everything that the role may do.`,
          nextStep: 'Keep the service and its conditions, which keep it from acting for somebody else.',
        },
      ];
    if (less.length === 0) return [];
    return [
      {
        severity: 'warn',
        sentence: `The role can no longer be taken on through ${less.map(worded).join('; ')}. If the hop still does, it stops.`,
        nextStep: 'Make sure that the condition is one that the service really meets, in dev first.',
      },
    ];
  },
};
