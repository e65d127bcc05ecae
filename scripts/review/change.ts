/**
 * Reads one change of a plan the way rules ask: what was, what will be, what turned. Blocks are lists of objects in a
 * plan's JSON, so a path goes through their index: `stream_mode_details.0.stream_mode`.
 *
 * Providers write "nothing" in three ways (null, an empty text, an absent key); here it is null. What is known only
 * after the apply is UNKNOWN and never taken for nothing.
 */

import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject, ResourceChange } from '../terraform/plan-json.ts';
import type { Remark } from './rule.ts';

export const UNKNOWN = Symbol('known only after the apply');
export type Unknown = typeof UNKNOWN;

export function was({ before }: ResourceChange, path: string): Json {
  return at(before, path.split('.'));
}

export function willBe({ after, unknown }: ResourceChange, path: string): Json | Unknown {
  const steps = path.split('.');
  return isUnknown(unknown, steps) ? UNKNOWN : at(after, steps);
}

/** The thing is there before and after: changed in place, or replaced. */
export function stays({ action }: ResourceChange): boolean {
  return action === 'update' || action === 'replace';
}

/** The thing is there after the apply, and the apply does something to it. */
export function arrives({ action }: ResourceChange): boolean {
  return action === 'create' || action === 'update' || action === 'replace';
}

/** The thing that was there is gone, whether or not another takes its place. */
export function ends({ action }: ResourceChange): boolean {
  return action === 'delete' || action === 'replace';
}

export type Turn = { from: Json; to: Json | Unknown };

/** From what to what an argument turns; undefined where the thing is new or gone, or the argument stays. */
export function turned(change: ResourceChange, path: string): Turn | undefined {
  if (!stays(change)) return undefined;
  const from = was(change, path);
  const to = willBe(change, path);
  return to !== UNKNOWN && isDeepStrictEqual(from, to) ? undefined : { from, to };
}

/** The same, and a new thing's argument turns from nothing: for what is dangerous in itself. */
export function set(change: ResourceChange, path: string): Turn | undefined {
  if (change.action === 'create') return { from: null, to: willBe(change, path) };
  return turned(change, path);
}

/** Two numbers where the second is smaller. */
export function lowered(change: ResourceChange, path: string): { from: number; to: number } | undefined {
  const { from, to } = turned(change, path) ?? {};
  return typeof from === 'number' && typeof to === 'number' && to < from ? { from, to } : undefined;
}

/** What to say of a value that the plan does not know; `what` starts a sentence: `The starting position`. */
export function cannotTell(what: string, severity: Remark['severity']): Remark {
  return {
    severity,
    sentence: `${what} is known only after the apply, so the plan does not tell what it becomes.`,
    nextStep: 'Write the value itself into the stack, so that it can be read before it is applied.',
  };
}

export function list(value: Json | Unknown | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

export function objects(value: Json | Unknown | undefined): readonly JsonObject[] {
  return list(value).filter(isObject);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as a sentence shows it. */
export function shown(value: Json | Unknown): string {
  if (value === UNKNOWN) return 'something known only after the apply';
  if (value === null) return 'nothing';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function at(value: Json, steps: readonly string[]): Json {
  let here: Json | undefined = value;
  for (const step of steps) here = child(here, step);
  return here === undefined || here === '' ? null : here;
}

/** Terraform mirrors the value, with `true` where it is not known; a `true` covers all that is inside. */
function isUnknown(marks: Json, steps: readonly string[]): boolean {
  let here: Json | undefined = marks;
  for (const step of steps) {
    if (here === true) return true;
    here = child(here, step);
  }
  return here === true;
}

function child(value: Json | undefined, step: string): Json | undefined {
  if (Array.isArray(value)) return value[Number(step)];
  return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}
