/** AWS's JSON: bytes as base64, times as seconds since the epoch with milliseconds as a fraction. */

import { AwsError } from '../aws-error.ts';

export function toJson(value: unknown): string {
  return JSON.stringify(plain(value));
}

/** The request's members. What is not an object is no request of any operation. */
export function parseJson(body: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    throw serializationError();
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw serializationError();
  return value as Record<string, unknown>;
}

/** AWS gives it no sentence. */
export function serializationError(): AwsError {
  return new AwsError('SerializationException', '');
}

/** The same value where nothing needs encoding: answers are large and mostly text. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  if (value instanceof Date) return value.getTime() / 1_000;
  if (Array.isArray(value)) return plainList(value);
  let copy: Record<string, unknown> | undefined;
  for (const name of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[name];
    const encoded = plain(member);
    if (encoded === member) continue;
    copy ??= { ...value };
    // An own `__proto__` (an attribute's name is the user's) stays a member when it is defined, not when assigned.
    Object.defineProperty(copy, name, {
      value: encoded,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return copy ?? value;
}

function plainList(list: unknown[]): unknown[] {
  let copy: unknown[] | undefined;
  for (let index = 0; index < list.length; index++) {
    const encoded = plain(list[index]);
    if (encoded === list[index]) continue;
    copy ??= list.slice();
    copy[index] = encoded;
  }
  return copy ?? list;
}
