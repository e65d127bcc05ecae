/**
 * The lock over a plan: what Terraform would destroy, replace or forget. Here the type decides as well as the lock,
 * because whoever removes a thing can remove its line in the same change: every address of a type that holds data is
 * guarded, and every address that the lock names. Only a waiver lets one through.
 */

import type { EnvironmentName } from '../../stacks/names.ts';
import type { Finding } from '../finding.ts';
import type { Action, Plan, ResourceChange } from '../terraform/plan-json.ts';
import { type Waivers, waive } from '../waivers.ts';
import { STATEFUL_TYPES, type StatefulLock } from './lock.ts';

const LOSSES: Partial<Record<Action, { rule: string; effect: string }>> = {
  delete: { rule: 'stateful-delete', effect: 'destroys' },
  replace: { rule: 'stateful-replace', effect: 'destroys and creates anew' },
  forget: { rule: 'stateful-forget', effect: 'lets go of' },
};

export function statefulInPlan(
  plan: Plan,
  lock: StatefulLock,
  waivers: Waivers,
  { environment, today }: { environment: EnvironmentName; today: string },
): Finding[] {
  const locked = lock[environment] ?? {};
  const found = plan.changes.flatMap((change) => {
    const guarded =
      Object.hasOwn(STATEFUL_TYPES, change.type) ||
      [change.address, change.previousAddress].some((address) => Object.hasOwn(locked, address ?? ''));
    const loss = LOSSES[change.action];
    return guarded && loss ? [lost(environment, change, loss)] : [];
  });
  return waive(found, waivers, { kind: 'stateful', environment, today });
}

function lost(
  environment: EnvironmentName,
  change: ResourceChange,
  { rule, effect }: { rule: string; effect: string },
): Finding {
  const { address, type, deposed, replacePaths } = change;
  const holds = STATEFUL_TYPES[type]?.holds ?? 'data';
  const what = deposed === undefined ? address : `what is left of ${address} (deposed ${deposed})`;
  const because = replacePaths.length > 0 ? `, because of ${replacePaths.join(', ')}` : '';
  return {
    rule,
    severity: 'block',
    address,
    sentence: `The plan ${effect} ${what} of ${environment}${because}. It holds ${holds}.`,
    nextStep:
      'Change the stack so that the plan leaves it; or, once its data is copied or given up, waive the address in ' +
      '.github/waivers.json, in this same change.',
  };
}
