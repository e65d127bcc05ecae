/**
 * What of a resource changes, path by path, in words short enough for a line: `shard_count: 24 → 48`. A value that
 * Terraform marks as sensitive, or whose name says that it is a secret, is never taken over. A text that is JSON itself
 * (a policy, a dashboard) is compared from within, so that one changed action is one line.
 */

import type { Json, JsonObject, ResourceChange } from '../terraform/plan-json.ts';
import { wellFormed } from './shorten.ts';

export type AttributeChange = {
  /** `stream_mode_details.0.stream_mode`; within JSON text it goes on: `policy.Statement.0.Action`. */
  path: string;
  /** JSON, or one of the words in brackets below. */
  before: string;
  after: string;
};

const HIDDEN = '(sensitive)';
const UNKNOWN = '(known after the apply)';
const ABSENT = '(none)';

const VALUE_CHARACTERS_MAX = 120;
/** How much of what two long values have in common is kept before their difference. */
const COMMON_CHARACTERS = 20;
/** Deeper is no value of any resource; it ends a hostile one. */
const DEPTH_MAX = 40;
const SECRET_NAME = /passw(or)?d|(^|_)(secret|token|private_key|access_key|api_key|credentials?)$/i;

/** A secret's text is kept for comparing and never leaves this file. */
type Leaf = { kind: 'value' | 'secret'; text: string };
type Leaves = ReadonlyMap<string, Leaf>;

export function attributeChanges(change: ResourceChange): AttributeChange[] {
  const before = leavesOf(change.before, change.sensitive);
  const after = leavesOf(change.after, change.sensitive);
  // What AWS gives to a new thing is no choice of anyone's.
  const unknown = unknownPaths(change.before === null ? {} : change.unknown);
  const known = [...before.keys(), ...after.keys()].filter((path) => !isUnder(path, unknown));
  const paths = [...new Set([...known, ...unknown])].sort(byPath);
  return paths.flatMap((path) => {
    const was = before.get(path) ?? under(path, before);
    const is: Leaf | 'unknown' | undefined = unknown.has(path) ? 'unknown' : after.get(path);
    return was === undefined && is === undefined ? [] : changed(path, was, is);
  });
}

function changed(path: string, was: Leaf | undefined, is: Leaf | 'unknown' | undefined): AttributeChange[] {
  if (is === 'unknown') return [{ path, before: shortened(shown(was), '')[0], after: UNKNOWN }];
  if (was?.text === is?.text) return [];
  const [before, after] = shortened(shown(was), shown(is));
  return [{ path, before, after }];
}

function shown(leaf: Leaf | undefined): string {
  if (!leaf) return ABSENT;
  return leaf.kind === 'secret' ? HIDDEN : leaf.text;
}

/** What is set, path by path; null and an empty list are how Terraform writes "not given". */
function leavesOf(value: JsonObject | null, sensitive: readonly string[]): Leaves {
  const leaves = new Map<string, Leaf>();
  const visit = (given: Json, path: string, name: string, depth: number): void => {
    if (given === null || (Array.isArray(given) && given.length === 0)) return;
    if (SECRET_NAME.test(name) || sensitive.some((each) => path === each || path.startsWith(`${each}.`))) {
      leaves.set(path, { kind: 'secret', text: JSON.stringify(given) });
      return;
    }
    const part = withoutText(given);
    const holdsSecret = sensitive.some((each) => each.startsWith(`${path}.`));
    if (typeof part !== 'object' || part === null || (isFlat(part) && !holdsSecret) || depth > DEPTH_MAX)
      leaves.set(path, { kind: depth > DEPTH_MAX ? 'secret' : 'value', text: JSON.stringify(part) });
    else for (const [step, inner] of Object.entries(part)) visit(inner, `${path}.${step}`, step, depth + 1);
  };
  for (const [name, part] of Object.entries(value ?? {})) visit(part, name, name, 1);
  return leaves;
}

function withoutText(value: Json): Json {
  if (typeof value !== 'string' || !/^\s*[{[]/.test(value)) return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

/** A list of plain values is one value: its places mean nothing. */
function isFlat(value: object): boolean {
  return Array.isArray(value) && value.every((each) => typeof each !== 'object' || each === null);
}

function unknownPaths(unknown: JsonObject): ReadonlySet<string> {
  const paths = new Set<string>();
  const visit = (given: Json, path: string, depth: number): void => {
    if (given === true || depth > DEPTH_MAX) paths.add(path);
    else if (typeof given === 'object' && given !== null)
      for (const [step, inner] of Object.entries(given)) visit(inner, `${path}.${step}`, depth + 1);
  };
  for (const [name, part] of Object.entries(unknown)) visit(part, name, 1);
  return paths;
}

function isUnder(path: string, roots: ReadonlySet<string>): boolean {
  for (let end = path.lastIndexOf('.'); end > 0; end = path.lastIndexOf('.', end - 1))
    if (roots.has(path.slice(0, end))) return true;
  return roots.has(path);
}

/** What stood, as parts, where one unknown value will stand. */
function under(path: string, leaves: Leaves): Leaf | undefined {
  const parts = [...leaves].filter(([each]) => each.startsWith(`${path}.`));
  if (parts.length === 0) return undefined;
  if (parts.some(([, { kind }]) => kind === 'secret')) return { kind: 'secret', text: '' };
  const values = parts.map(([each, { text }]) => `${each.slice(path.length + 1)}: ${text}`);
  return { kind: 'value', text: `{${values.join(', ')}}` };
}

/** Two long texts from shortly before where they begin to differ, so that the difference is in what is shown. */
function shortened(before: string, after: string): [string, string] {
  const longest = Math.max(before.length, after.length);
  if (longest <= VALUE_CHARACTERS_MAX) return [wellFormed(before), wellFormed(after)];
  let same = 0;
  while (same < longest && before[same] === after[same]) same += 1;
  const from = Math.max(0, same - COMMON_CHARACTERS);
  return [cut(before, from), cut(after, from)];
}

function cut(text: string, from: number): string {
  const [start, end] = [from > 0 && text.length > VALUE_CHARACTERS_MAX ? from : 0, VALUE_CHARACTERS_MAX];
  const kept = wellFormed(text.slice(start, start + end));
  return `${start > 0 ? '…' : ''}${kept}${start + end < text.length ? '…' : ''}`;
}

/** `rule.2` before `rule.10`, as a person counts. */
function byPath(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
