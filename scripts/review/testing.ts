/**
 * Plans for the tests of the review: one change of an address as the provider tells it, made from the attributes that
 * a deployed `prod` really has (testing/deployed-prod.json, read back by Terraform from an emulator) and those with which
 * Terraform plans a new one (testing/create-prod.json); what is empty there is left out. Only tests use it.
 */

import { readFileSync } from 'node:fs';
import type { Action, Json, JsonObject, Plan, ResourceChange } from '../terraform/plan-json.ts';
import { UNKNOWN, type Unknown } from './change.ts';
import { review } from './review.ts';
import type { Rule } from './rule.ts';

type Edits = Readonly<Record<string, Json | Unknown>>;
type Draft = { [key: string]: Json };

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`./testing/${name}`, import.meta.url), 'utf8'));
const DEPLOYED = read('deployed-prod.json') as Readonly<Record<string, JsonObject>>;
const CREATED = read('create-prod.json') as {
  plan: {
    resource_changes: { address: string; change: { after: JsonObject; after_unknown: JsonObject } }[];
  };
};

export function deployed(address: string): JsonObject {
  const found = DEPLOYED[address];
  if (!found) throw new Error(`Nothing is deployed at ${address}.`);
  return found;
}

/** The deployed thing changed in place: `{ 'stream_mode_details.0.stream_mode': 'ON_DEMAND' }`. */
export function update(address: string, edits: Edits): ResourceChange {
  return change(address, 'update', deployed(address), edited(deployed(address), edits));
}

export function replace(address: string, edits: Edits = {}, replacePaths: string[] = []): ResourceChange {
  const made = change(address, 'replace', deployed(address), edited(deployed(address), edits));
  return { ...made, replacePaths, reason: 'replace_because_cannot_update' };
}

export function remove(address: string): ResourceChange {
  return change(address, 'delete', deployed(address), null);
}

export function untouched(address: string, edits: Edits = {}): ResourceChange {
  const { after, unknown } = edited(deployed(address), edits);
  return change(address, 'no-op', after, { after, unknown });
}

/** A new thing: as the plan of a new `prod` has it, or, where that has none, of these arguments alone. */
export function create(address: string, edits: Edits = {}): ResourceChange {
  const planned = CREATED.plan.resource_changes.find((each) => each.address === address)?.change;
  return change(address, 'create', null, edited(planned?.after ?? {}, edits, planned?.after_unknown));
}

/** The way back: what this change would make, changed to what it was. */
export function reversed(made: ResourceChange): ResourceChange {
  return { ...made, before: made.after, after: made.before, unknown: {} };
}

export function planOf(...changes: ResourceChange[]): Plan {
  return {
    terraformVersion: '1.11.4',
    changes,
    drift: [],
    applyable: changes.some(({ action }) => action !== 'no-op'),
    complete: true,
    errored: false,
  };
}

/** What one rule says of a plan, as `severity address`, in the plan's order. */
export function said(rule: Rule, ...changes: ResourceChange[]): string[] {
  return findings(rule, changes).map(({ severity, address }) => `${severity} ${address}`);
}

/** The sentences of one rule, for the promises about what they name. */
export function sentences(rule: Rule, ...changes: ResourceChange[]): string {
  return findings(rule, changes)
    .map(({ sentence }) => sentence)
    .join('\n');
}

function findings(rule: Rule, changes: ResourceChange[]) {
  return review(planOf(...changes), { environment: 'prod', stack: {} }, [rule]);
}

function change(
  address: string,
  action: Action,
  before: JsonObject | null,
  made: { after: JsonObject; unknown: JsonObject } | null,
): ResourceChange {
  return {
    address,
    type: address.split('.')[0] ?? '',
    action,
    before,
    after: made?.after ?? null,
    unknown: made?.unknown ?? {},
    replacePaths: [],
    sensitive: [],
  };
}

function edited(
  attributes: JsonObject,
  edits: Edits,
  marks: JsonObject = {},
): { after: JsonObject; unknown: JsonObject } {
  const after = structuredClone(attributes) as Draft;
  const unknown = structuredClone(marks) as Draft;
  for (const [path, value] of Object.entries(edits)) {
    put(after, path.split('.'), value === UNKNOWN ? null : value);
    put(unknown, path.split('.'), value === UNKNOWN);
  }
  return { after, unknown };
}

/** Makes the lists and objects on the way, as far as they are missing. */
function put(target: Draft, [step = '', ...rest]: string[], value: Json): void {
  const next = rest[0];
  if (next === undefined) {
    target[step] = value;
    return;
  }
  target[step] ??= /^\d+$/.test(next) ? [] : {};
  put(target[step] as Draft, rest, value);
}
