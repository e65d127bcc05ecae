/**
 * The pipeline review: what a plan does to the orders that are under way, in the words of whoever is on call. It looks
 * at the plan's JSON alone and changes nothing; waivers are the caller's matter (scripts/waivers.ts).
 */

import type { EnvironmentName } from '../../stacks/names.ts';
import type { Finding } from '../finding.ts';
import type { JsonObject, Plan } from '../terraform/plan-json.ts';

export type ReviewContext = { environment: EnvironmentName; stack: JsonObject };

export function review(_plan: Plan, _context: ReviewContext): Finding[] {
  return [];
}
