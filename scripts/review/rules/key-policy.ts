/** Who may use the key that encrypts the orders, and who may decide about it. */

import { cannotTell, stays } from '../change.ts';
import { type Grant, isAnyone, narrowed, policyChange, widened, worded } from '../policy.ts';
import type { Remark, Rule } from '../rule.ts';

export const KEY_POLICY: Rule = {
  name: 'key-policy',
  looksAt: 'The policy of the KMS key.',
  types: ['aws_kms_key', 'aws_kms_key_policy', 'aws_kms_grant'],
  judge(change, _plan, context) {
    if (change.type === 'aws_kms_grant')
      return change.action === 'create'
        ? [opened(`a grant to ${String(change.after?.['grantee_principal'] ?? 'somebody')}`)]
        : [];
    if (change.action === 'delete') return [];
    const policy = policyChange(change, 'policy', context);
    if (!policy) return stays(change) ? [cannotTell('Who may use the key', 'block')] : [];
    // A new key has the policy that it is made with; only what nobody should have is said of it.
    const more = widened(policy).filter((grant) => stays(change) || isAnyone(grant));
    const less = narrowed(policy);
    return [
      ...(more.length > 0 ? [opened(more.map(worded).join('; '))] : []),
      ...(less.length > 0 ? [closed(less)] : []),
    ];
  },
};

function opened(what: string): Remark {
  return {
    severity: 'block',
    sentence: `The key's policy lets in more than before: ${what}. Whoever may use the key and reach a store reads orders.`,
    nextStep: 'Give a right to use the key by a role’s own policy, through one service (kms:ViaService).',
  };
}

/** AWS's default statement, by which the account's own policies count: without it the key obeys its policy alone. */
function isAccountsSay({ action, principal }: Grant): boolean {
  return /^(kms:)?\*$/.test(action) && principal.endsWith(':root');
}

function closed(grants: readonly Grant[]): Remark {
  const what = grants.map(worded).join('; ');
  const root = grants.some(isAccountsSay);
  return {
    severity: root ? 'block' : 'warn',
    sentence: root
      ? `The key's policy no longer lets the account decide (${what}): a key that nobody may change can be mended by AWS's support alone, and every role of the pipeline loses it.`
      : `The key's policy no longer allows ${what}. What relied on it stops with AccessDenied, and alarms may not reach their topic.`,
    nextStep: 'Leave the statements of stacks/encryption.ts.',
  };
}
