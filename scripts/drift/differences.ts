/**
 * What differs between two values of one resource, argument by argument, each with its dotted path:
 * `tags.owner`, `s3_target.0.path`, `policy.Statement.0.Action`. It knows no resource type.
 *
 * Nothing and something empty are the same here: a provider writes `null` where it was given nothing, and reads `{}` or
 * `""` from AWS afterwards, for every resource of a stack. A key that one side lacks altogether is a difference: objects
 * have all their keys on both sides, so such a key is one of a map, a tag for instance, and somebody put or took it.
 */

import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '../terraform/plan-json.ts';

export type Difference = {
  path: string;
  /** Undefined where there is no such key. */
  before: Json | undefined;
  after: Json | undefined;
};

export function differences(before: JsonObject, after: JsonObject): Difference[] {
  return inObjects(before, after, []);
}

function between(before: Json | undefined, after: Json | undefined, path: readonly string[]): Difference[] {
  if (isEmpty(before) && isEmpty(after)) return [];
  const [one, other] = [parsed(before), parsed(after)];
  // What was null before and is a map now: each of its keys was put.
  if (isObject(one ?? {}) && isObject(other ?? {}) && (isObject(one) || isObject(other)))
    return inObjects((one ?? {}) as JsonObject, (other ?? {}) as JsonObject, path);
  if (isListOfBlocks(one) && isListOfBlocks(other) && one.length === other.length)
    return one.flatMap((each, index) => between(each, other[index], [...path, String(index)]));
  return isDeepStrictEqual(one, other) ? [] : [{ path: path.join('.'), before, after }];
}

function inObjects(before: JsonObject, after: JsonObject, path: readonly string[]): Difference[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => between(own(before, key), own(after, key), [...path, key]));
}

/** A policy is a text for Terraform and an object for whoever reads about it; spaces and order of keys say nothing. */
function parsed(value: Json | undefined): Json | undefined {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

function isEmpty(value: Json | undefined): boolean {
  if (value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function isListOfBlocks(value: Json | undefined): value is readonly JsonObject[] {
  return Array.isArray(value) && value.length > 0 && value.every(isObject);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
