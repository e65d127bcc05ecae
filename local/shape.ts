/**
 * Readers of an operation's input. Each takes a decoded member and gives it back typed, or says what is wrong with it
 * as AWS does; shapes are put together from them, so a type and its check cannot drift apart.
 *
 *     wire, hops → parse → [shape] → run
 *
 * A member of another JSON type ends the reading. Members that break a constraint are gathered, for AWS names all of
 * them in one sentence. Members that a shape does not name are dropped, and `null` is as good as absent.
 * It gives no defaults and knows no service: how a service calls a refused input is an argument.
 */

import { AwsError } from './aws-error.ts';

/** Where a member stands; its path is put into words only when something is wrong there. */
export type Place = { name: string; in: Place | undefined; violations: string[] };
export type Reader<T> = (value: unknown, at: Place) => T;
type Readers = Record<string, Reader<unknown>>;
type Flatten<T> = { [K in keyof T]: T[K] };
type Shape<R extends Readers, O extends Readers> = Flatten<
  { [K in keyof R]: ReturnType<R[K]> } & { [K in keyof O]?: ReturnType<O[K]> }
>;

/** The `parse` of an operation with that input. `code` is the service's own for an input that breaks a constraint. */
export function inputOf<T>(shape: Reader<T>, code = 'ValidationException'): (raw: unknown) => T {
  return (raw) => {
    const violations: string[] = [];
    const input = shape(raw ?? {}, { name: '', in: undefined, violations });
    if (violations.length === 0) return input;
    const errors = violations.length === 1 ? '1 validation error' : `${violations.length} validation errors`;
    throw new AwsError(code, `${errors} detected: ${violations.join('; ')}`);
  };
}

export function inside(at: Place, name: string): Place {
  return { name, in: at, violations: at.violations };
}

/** Notes that the value does not fit; lists and bytes are too long to be shown. */
export function violate(at: Place, value: unknown, constraint: string): void {
  at.violations.push(
    `Value ${shown(value)}at '${pathOf(at)}' failed to satisfy constraint: Member must ${constraint}`,
  );
}

function shown(value: unknown): string {
  if (value === undefined) return 'null ';
  if (Array.isArray(value) && value.length === 0) return "'[]' ";
  return typeof value === 'object' ? '' : `'${String(value)}' `;
}

/** AWS writes members with a small first letter: `tableInput.partitionKeys.1.member.name`. */
function pathOf({ name, in: outer }: Place): string {
  const member = name.charAt(0).toLowerCase() + name.slice(1);
  return outer === undefined || outer.name === '' ? member : `${pathOf(outer)}.${member}`;
}

function wrongType(value: unknown, wanted: string): AwsError {
  return new AwsError('SerializationException', `${tokenOf(value)} cannot be converted to ${wanted}`);
}

function tokenOf(value: unknown): string {
  if (typeof value === 'string') return 'STRING_VALUE';
  if (typeof value === 'number') return Number.isInteger(value) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE';
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE';
  return Array.isArray(value) ? 'START_ARRAY' : 'START_OBJECT';
}

function checkLength(at: Place, value: { length: number }, min: number, max: number): void {
  if (value.length < min) violate(at, value, `have length greater than or equal to ${min}`);
  if (value.length > max) violate(at, value, `have length less than or equal to ${max}`);
}

export const anything: Reader<unknown> = (value) => value;

export const text: Reader<string> = (value) => {
  if (typeof value !== 'string') throw wrongType(value, 'String');
  return value;
};

/** `pattern` is AWS's own, for it stands in the sentence. */
export function textOf(min: number, max = Number.MAX_SAFE_INTEGER, pattern?: string): Reader<string> {
  const whole = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`);
  return (value, at) => {
    const found = text(value, at);
    if (whole?.test(found) === false) violate(at, found, `satisfy regular expression pattern: ${pattern}`);
    checkLength(at, found, min, max);
    return found;
  };
}

export function oneOf<const T extends string>(values: readonly T[]): Reader<T> {
  return (value, at) => {
    const found = text(value, at) as T;
    if (!values.includes(found)) violate(at, found, `satisfy enum value set: [${values.join(', ')}]`);
    return found;
  };
}

export const flag: Reader<boolean> = (value) => {
  if (typeof value !== 'boolean') throw wrongType(value, 'Boolean');
  return value;
};

/** A whole number; AWS drops a fraction. */
export const number: Reader<number> = (value) => {
  if (typeof value !== 'number') throw wrongType(value, 'Integer');
  return Math.floor(value);
};

export function numberOf(min: number, max: number): Reader<number> {
  return (value, at) => {
    const found = number(value, at);
    if (found < min) violate(at, found, `have value greater than or equal to ${min}`);
    if (found > max) violate(at, found, `have value less than or equal to ${max}`);
    return found;
  };
}

/** Epoch seconds or a Date, as milliseconds. */
export const timestamp: Reader<number> = (value) => {
  if (value instanceof Date) return value.getTime();
  if (typeof value !== 'number') throw wrongType(value, 'Timestamp');
  return Math.round(value * 1000);
};

/** Bytes from CBOR or a call in process, base64 text from JSON. */
export const bytes: Reader<Uint8Array> = (value) => {
  if (value instanceof Uint8Array) return value;
  if (typeof value !== 'string') throw wrongType(value, 'Blob');
  return Buffer.from(value, 'base64');
};

export function bytesOf(min: number, max: number): Reader<Uint8Array> {
  return (value, at) => {
    const found = bytes(value, at);
    checkLength(at, found, min, max);
    return found;
  };
}

export function list<T>(each: Reader<T>, min = 0, max = Number.MAX_SAFE_INTEGER): Reader<T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) throw wrongType(value, 'List');
    checkLength(at, value, min, max);
    return value.map((item, index) => each(item, inside(at, `${index + 1}.member`)));
  };
}

export const textMap: Reader<Record<string, string>> = (value, at) =>
  Object.fromEntries(
    Object.entries(object(value, 'Map'))
      .filter(([, item]) => item !== null && item !== undefined)
      .map(([key, item]) => [key, text(item, inside(at, key))]),
  );

export function structure<R extends Readers, O extends Readers = Record<never, never>>(
  required: R,
  optional?: O,
): Reader<Shape<R, O>> {
  const needed = Object.entries(required);
  const possible = Object.entries(optional ?? {});
  return (value, at) => {
    const members = object(value, 'Structure');
    const result: Record<string, unknown> = {};
    for (const [name, read] of needed) {
      const member = members[name] ?? undefined;
      if (member === undefined) violate(inside(at, name), undefined, 'not be null');
      else result[name] = read(member, inside(at, name));
    }
    for (const [name, read] of possible) {
      const member = members[name] ?? undefined;
      if (member !== undefined) result[name] = read(member, inside(at, name));
    }
    return result as Shape<R, O>;
  };
}

function object(value: unknown, wanted: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType(value, wanted);
  return value as Record<string, unknown>;
}
