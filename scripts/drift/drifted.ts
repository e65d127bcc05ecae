/**
 * What was changed outside Terraform, as a refresh-only plan found it: which address, which of its attributes, what it
 * was and what it is. What carries no meaning is left out (differences.ts, governed.ts), and a sensitive value is never
 * shown. It knows no waivers.
 */

import type { Json, JsonObject, Plan, ResourceChange } from '../terraform/plan-json.ts';
import { type Difference, differences } from './differences.ts';
import { ungoverned } from './governed.ts';

export type Drifted =
  | { kind: 'deleted'; address: string }
  | {
      kind: 'changed';
      address: string;
      /** Dotted. */
      attribute: string;
      /** For people: JSON, cut where it is long. */
      before: string;
      after: string;
    };

const VALUE_CHARACTERS_MAX = 200;

/** `stack` is the configuration that the plan was made with. */
export function driftedIn(plan: Plan, stack: JsonObject): Drifted[] {
  return plan.drift.flatMap((change) => drifted(change, stack));
}

function drifted(change: ResourceChange, stack: JsonObject): Drifted[] {
  const { address, type, action, before, after, sensitive } = change;
  switch (action) {
    case 'delete':
      return [{ kind: 'deleted', address }];
    // A resource that only moved to another address has no differences.
    case 'create':
    case 'update':
    case 'replace':
    case 'forget':
    case 'read':
    case 'no-op': {
      const found = differences(
        ungoverned(address, type, before ?? {}, stack),
        ungoverned(address, type, after ?? {}, stack),
      );
      return withoutRepeats(found).map((each) => ({
        kind: 'changed' as const,
        address,
        attribute: plainText(each.path),
        ...shown(each, sensitive),
      }));
    }
  }
}

/** `tags_all` is `tags` and the provider's default tags: one tag that somebody put is one difference, not two. */
function withoutRepeats(found: readonly Difference[]): readonly Difference[] {
  const paths = new Set(found.map(({ path }) => path));
  return found.filter(
    ({ path }) => !paths.has(path.replace(/^tags_all\./, 'tags.')) || !/^tags_all\./.test(path),
  );
}

function shown(
  { path, before, after }: Difference,
  sensitive: readonly string[],
): { before: string; after: string } {
  const hidden = sensitive.some((each) => isWithin(path, each) || isWithin(each, path));
  if (hidden) return { before: '(sensitive)', after: '(sensitive)' };
  return { before: valueText(before), after: valueText(after) };
}

const isWithin = (path: string, other: string): boolean => path === other || path.startsWith(`${other}.`);

function valueText(value: Json | undefined): string {
  if (value === undefined || value === null) return '(nothing)';
  const text = plainText(JSON.stringify(value));
  return text.length <= VALUE_CHARACTERS_MAX ? text : `${text.slice(0, VALUE_CHARACTERS_MAX)}…`;
}

/** What came from AWS was written by anybody: nothing in it may move a cursor, turn the writing's direction or begin a
 * line of its own. */
function plainText(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out.
    /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
