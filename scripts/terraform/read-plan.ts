/**
 * Reads what `terraform show -json` says of a saved plan into the types of plan-json.ts, once, at the edge. It judges
 * nothing, and it refuses what it would have to guess at: another major version of the format, an action that it does
 * not know.
 * https://developer.hashicorp.com/terraform/internals/json-format
 */

import { UsageError } from '../command.ts';
import type { Action, Json, JsonObject, Plan, ResourceChange } from './plan-json.ts';

const ACTIONS: Readonly<Record<string, Action>> = {
  'no-op': 'no-op',
  create: 'create',
  read: 'read',
  update: 'update',
  delete: 'delete',
  forget: 'forget',
  'delete,create': 'replace',
  'create,delete': 'replace',
};

export function readPlan(text: string): Plan {
  const json = parse(text);
  const format = json['format_version'];
  if (typeof format !== 'string')
    throw refusal('it has no format_version', 'Give what `terraform show -json` prints of a saved plan.');
  if (!/^1\.\d+$/.test(format))
    throw refusal(
      `its format is ${format}, and 1.x is the one that is read here`,
      'Use the Terraform version that .terraform-version names.',
    );
  const changes = changesIn(json, 'resource_changes');
  const { terraform_version: version, applyable, complete, errored } = json;
  return {
    terraformVersion: typeof version === 'string' ? version : 'unknown',
    changes,
    drift: changesIn(json, 'resource_drift'),
    // Formats before 1.2 have neither: they could not defer, and a plan did something when a resource changed.
    applyable: typeof applyable === 'boolean' ? applyable : changes.some(({ action }) => action !== 'no-op'),
    complete: complete !== false,
    errored: errored === true,
  };
}

function parse(text: string): JsonObject {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw refusal(`it is not JSON (${(error as Error).message})`, 'Make the plan again.');
  }
  if (!isObject(json as Json))
    throw refusal('it is JSON, but no object', 'Give what `terraform show -json` prints of a saved plan.');
  return json as JsonObject;
}

/** Data sources are only ever read: nothing happens to them that anyone would have to judge. */
function changesIn(json: JsonObject, section: string): ResourceChange[] {
  const entries = json[section] ?? [];
  if (!Array.isArray(entries) || !entries.every(isObject))
    throw refusal(`its ${section} is no list of changes`, 'Make the plan again.');
  return (entries as JsonObject[])
    .filter(({ mode }) => mode !== 'data')
    .map((entry) => readChange(entry, section));
}

function readChange(entry: JsonObject, section: string): ResourceChange {
  const { address, type, change } = entry;
  if (typeof address !== 'string' || typeof type !== 'string' || !isObject(change))
    throw refusal(`an entry of ${section} lacks its address, type or change`, 'Make the plan again.');
  const before = objectOrNull(change['before']);
  const after = objectOrNull(change['after']);
  return {
    address,
    type,
    ...word('previousAddress', entry['previous_address']),
    ...word('deposed', entry['deposed']),
    action: readAction(change['actions'], address),
    before,
    after,
    unknown: objectOrNull(change['after_unknown']) ?? {},
    replacePaths: list(change['replace_paths']).map((path) => list(path).join('.')),
    sensitive: [
      ...new Set([
        ...sensitivePaths(change['before_sensitive'], before),
        ...sensitivePaths(change['after_sensitive'], after),
      ]),
    ].sort(),
    ...word('reason', entry['action_reason']),
  };
}

function readAction(actions: Json | undefined, address: string): Action {
  const action = ACTIONS[list(actions).join(',')];
  if (action) return action;
  throw refusal(
    `it does ${JSON.stringify(actions)} to ${address}, which is not known here`,
    'Use the Terraform version that .terraform-version names.',
  );
}

/** Terraform mirrors the value, with `true` where it is sensitive; a `true` at the top means every argument. */
function sensitivePaths(marks: Json | undefined, value: JsonObject | null): string[] {
  if (marks === true) return Object.keys(value ?? {});
  return marked(marks ?? false, []);
}

function marked(marks: Json, path: readonly string[]): string[] {
  if (marks === true) return [path.join('.')];
  if (typeof marks !== 'object' || marks === null) return [];
  return Object.entries(marks).flatMap(([step, inner]) => marked(inner, [...path, step]));
}

function word<Name extends string>(name: Name, value: Json | undefined): { [name in Name]?: string } {
  return (typeof value === 'string' ? { [name]: value } : {}) as { [name in Name]?: string };
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function objectOrNull(value: Json | undefined): JsonObject | null {
  return isObject(value) ? value : null;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refusal(reason: string, nextStep: string): UsageError {
  return new UsageError(`The plan cannot be read: ${reason}.`, nextStep);
}
