/**
 * Readers of AWS Glue's JSON input: each takes a decoded member and gives it back typed, or throws the error that
 * Glue answers for it. Shapes are put together from them, so a type and its check cannot drift apart.
 *
 *     wire, hops → parse → [shape]
 *
 * Members that a shape does not name are dropped, as AWS's JSON protocol drops them. `null` is as good as absent.
 */

import { AwsError } from '../../aws-error.ts';

export type Reader<T> = (value: unknown, path: string) => T;
type Readers = Record<string, Reader<unknown>>;
type Flatten<T> = { [K in keyof T]: T[K] };
export type Shape<R extends Readers, O extends Readers> = Flatten<
  { [K in keyof R]: ReturnType<R[K]> } & { [K in keyof O]?: ReturnType<O[K]> }
>;

/** AWS names members in its validation sentences with a small first letter: `tableInput.name`. */
function memberPath(path: string, name: string): string {
  const member = name.charAt(0).toLowerCase() + name.slice(1);
  return path === '' ? member : `${path}.${member}`;
}

function violation(path: string, value: unknown, constraint: string): AwsError {
  const shown = value === undefined || value === null ? 'null' : `'${String(value)}'`;
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value ${shown} at '${path}' failed to satisfy constraint: Member must ${constraint}`,
  );
}

function unexpected(path: string, wanted: string): AwsError {
  return new AwsError('SerializationException', `The member ${path} must be ${wanted}.`);
}

export const text: Reader<string> = (value, path) => {
  if (typeof value !== 'string') throw unexpected(path, 'a string');
  return value;
};

export function textOf(min: number, max: number): Reader<string> {
  return (value, path) => {
    const found = text(value, path);
    if (found.length < min) throw violation(path, found, `have length greater than or equal to ${min}`);
    if (found.length > max) throw violation(path, found, `have length less than or equal to ${max}`);
    return found;
  };
}

export const flag: Reader<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw unexpected(path, 'true or false');
  return value;
};

export const number: Reader<number> = (value, path) => {
  if (typeof value !== 'number') throw unexpected(path, 'a number');
  return value;
};

export function numberOf(min: number, max: number): Reader<number> {
  return (value, path) => {
    const found = number(value, path);
    if (found < min) throw violation(path, found, `have value greater than or equal to ${min}`);
    if (found > max) throw violation(path, found, `have value less than or equal to ${max}`);
    return found;
  };
}

/** Epoch seconds or a Date, kept as milliseconds. */
export const timestamp: Reader<number> = (value, path) => {
  if (value instanceof Date) return value.getTime();
  return Math.round(number(value, path) * 1000);
};

export const anything: Reader<unknown> = (value) => value;

export function list<T>(each: Reader<T>, min = 0, max = Number.MAX_SAFE_INTEGER): Reader<T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw unexpected(path, 'a list');
    if (value.length < min) throw violation(path, value, `have length greater than or equal to ${min}`);
    if (value.length > max) throw violation(path, value, `have length less than or equal to ${max}`);
    return value.map((item, index) => each(item, `${path}.${index + 1}.member`));
  };
}

export const textMap: Reader<Record<string, string>> = (value, path) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unexpected(path, 'a map');
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null && item !== undefined)
      .map(([key, item]) => [key, text(item, `${path}.${key}`)]),
  );
};

export function structure<R extends Readers, O extends Readers>(
  required: R,
  optional: O,
): Reader<Shape<R, O>> {
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw unexpected(path === '' ? 'input' : path, 'a structure');
    const members = value as Record<string, unknown>;
    const result: Record<string, unknown> = {};
    for (const [name, read] of Object.entries(required)) {
      const at = memberPath(path, name);
      if (members[name] === undefined || members[name] === null)
        throw violation(at, undefined, 'not be null');
      result[name] = read(members[name], at);
    }
    for (const [name, read] of Object.entries(optional))
      if (members[name] !== undefined && members[name] !== null)
        result[name] = read(members[name], memberPath(path, name));
    return result as Shape<R, O>;
  };
}
