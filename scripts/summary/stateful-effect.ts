/**
 * What a change does to a thing that holds data, in the words of whoever answers for the data. Whether it may is said
 * elsewhere: the stateful-address lock stops a loss (scripts/stateful/), this only tells.
 */

import { STATEFUL_TYPES } from '../stateful/lock.ts';
import type { Action, JsonObject, ResourceChange } from '../terraform/plan-json.ts';

export type StatefulEffect = {
  /** What the thing holds. */
  holds: string;
  /** What becomes of it. */
  effect: string;
  /** Data is lost, or nobody looks after it any more. */
  loss: boolean;
};

const LOSS: ReadonlySet<Action> = new Set<Action>(['delete', 'replace', 'forget']);

/** Undefined for what holds no data, and for what nothing happens to. */
export function statefulEffect(change: ResourceChange): StatefulEffect | undefined {
  const { action, type, previousAddress } = change;
  const holds = Object.hasOwn(STATEFUL_TYPES, type) ? STATEFUL_TYPES[type]?.holds : undefined;
  const moved = previousAddress !== undefined;
  if (holds === undefined || action === 'read' || (action === 'no-op' && !moved)) return undefined;
  return { holds, effect: effectOf(change), loss: LOSS.has(action) };
}

function effectOf({ action, type, before, deposed }: ResourceChange): string {
  switch (action) {
    case 'replace':
      return `its data is lost${brake(type, before)}`;
    case 'delete':
      if (deposed !== undefined) return 'it is what an earlier replacement left';
      return `its data is lost${brake(type, before)}`;
    case 'forget':
      return 'it stays in AWS with its data, and Terraform looks after it no more';
    case 'create':
      return 'new and empty';
    case 'update':
      return 'its data stays';
    case 'no-op':
    case 'read':
      return 'its data stays';
  }
}

/** What AWS itself puts between the plan and the loss. */
function brake(type: string, before: JsonObject | null): string {
  switch (type) {
    case 'aws_dynamodb_table':
      return before?.['deletion_protection_enabled'] === true
        ? ' (AWS refuses while its deletion protection is on)'
        : '';
    case 'aws_s3_bucket':
      return before?.['force_destroy'] === true ? '' : ' (AWS refuses while files are in it)';
    case 'aws_kms_key': {
      const days = before?.['deletion_window_in_days'];
      return typeof days === 'number' ? ` once ${days} days have passed, until then it can be kept` : '';
    }
    default:
      return '';
  }
}
