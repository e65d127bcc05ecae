/** A resolved Terraform block that knows which of its arguments were read. See `Block` for the promise. */

import { EngineError } from '../aws-error.ts';
import type { Block } from './stack.ts';

type Json = Record<string, unknown>;

export type TrackedBlock = Block & {
  /** Throws an EngineError when an argument, here or in a nested block, was never read. */
  finish(): void;
};

/** What every Terraform resource may carry and what has no meaning outside Terraform. */
const META_ARGUMENTS = new Set(['//', 'depends_on', 'lifecycle', 'provider']);

export function trackedBlock(address: string, json: Json): TrackedBlock {
  const read = new Set<string>();
  const nested: TrackedBlock[] = [];

  function value(name: string): unknown {
    read.add(name);
    return json[name] ?? undefined;
  }

  function fail(name: string, wanted: string): never {
    const problem = json[name] === undefined ? 'is missing' : `is ${JSON.stringify(json[name])}`;
    throw new EngineError(
      `${address}: the argument "${name}" ${problem}.`,
      `Give it ${wanted} in the stack and synthesize again.`,
    );
  }

  function optional<T>(name: string, wanted: string, is: (value: unknown) => value is T): T | undefined {
    const found = value(name);
    if (found === undefined) return undefined;
    return is(found) ? found : fail(name, wanted);
  }

  const isString = (found: unknown): found is string => typeof found === 'string';
  const isNumber = (found: unknown): found is number => typeof found === 'number';
  const isBoolean = (found: unknown): found is boolean => typeof found === 'boolean';
  const isStrings = (found: unknown): found is string[] => Array.isArray(found) && found.every(isString);
  const isMap = (found: unknown): found is Record<string, string> =>
    typeof found === 'object' && found !== null && Object.values(found).every(isString);

  function blocks(name: string): Block[] {
    const found = value(name);
    if (found === undefined) return [];
    const list = (Array.isArray(found) ? found : [found]) as unknown[];
    return list.map((each, index) => {
      if (typeof each !== 'object' || each === null) return fail(name, 'a block');
      const child = trackedBlock(`${address}.${name}${list.length > 1 ? `[${index}]` : ''}`, each as Json);
      nested.push(child);
      return child;
    });
  }

  return {
    address,
    string: (name) => optional(name, 'a string', isString) ?? fail(name, 'a string'),
    optionalString: (name) => optional(name, 'a string', isString),
    number: (name) => optional(name, 'a number', isNumber) ?? fail(name, 'a number'),
    optionalNumber: (name) => optional(name, 'a number', isNumber),
    boolean: (name, missing) => optional(name, 'true or false', isBoolean) ?? missing,
    strings: (name) => optional(name, 'a list of strings', isStrings) ?? [],
    map: (name) => optional(name, 'a map of strings', isMap) ?? {},
    block(name) {
      const all = blocks(name);
      return all.length > 1 ? fail(name, 'one block') : all[0];
    },
    blocks,
    has: (name) => json[name] !== undefined && json[name] !== null,
    inert: (...names) => {
      for (const name of names) read.add(name);
    },
    refuse(name, why) {
      throw new EngineError(
        `${address}: "${name}" = ${JSON.stringify(json[name])} has no counterpart on a laptop: ${why}`,
        'Change the argument for this environment, or run this stack on AWS.',
      );
    },
    finish() {
      const unread = Object.keys(json).filter(
        (name) =>
          json[name] !== undefined && json[name] !== null && !read.has(name) && !META_ARGUMENTS.has(name),
      );
      if (unread.length > 0)
        throw new EngineError(
          `${address}: the engine does not know the argument${unread.length > 1 ? 's' : ''} ${unread.map((name) => `"${name}"`).join(', ')}.`,
          'Remove it from the stack, or teach the hop in its config.ts what it means (docs/differences.md lists what is known).',
        );
      for (const child of nested) child.finish();
    },
  };
}
