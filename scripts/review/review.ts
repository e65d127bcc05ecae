/**
 * The pipeline review: what a plan does to the orders that are under way, in the words of whoever is on call. It looks
 * at the plan's JSON alone and changes nothing; waivers are the caller's matter (scripts/waivers.ts).
 *
 * It says nothing of what an earlier apply replaced and could not delete (`deposed`), nor of what Terraform only lets
 * go of (`forget`): nothing of that carries orders, or it carries them on; the stateful-address lock looks at both.
 */

import type { EnvironmentName } from '../../stacks/names.ts';
import type { Finding } from '../finding.ts';
import type { JsonObject, Plan, ResourceChange } from '../terraform/plan-json.ts';
import type { Rule } from './rule.ts';
import { RULES } from './rules.ts';

export function review(
  plan: Plan,
  context: { environment: EnvironmentName; stack: JsonObject },
  rules: readonly Rule[] = RULES,
): Finding[] {
  return plan.changes
    .filter(doesSomething)
    .flatMap((change) =>
      rules
        .filter(({ types }) => types.includes(change.type))
        .flatMap((rule) =>
          rule
            .judge(change, plan, context)
            .map((remark) => ({ rule: rule.name, address: change.address, ...remark })),
        ),
    );
}

function doesSomething({ action, deposed }: ResourceChange): boolean {
  if (deposed !== undefined) return false;
  switch (action) {
    case 'create':
    case 'update':
    case 'replace':
    case 'delete':
      return true;
    case 'no-op':
    case 'read':
    case 'forget':
      return false;
    default:
      return action satisfies never;
  }
}
