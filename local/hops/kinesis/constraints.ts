/**
 * What the Kinesis API checks before it looks at a stream, with its sentences: types (SerializationException) and
 * constraints on members, all violations in one message (ValidationException).
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Operations.html
 */

import { AwsError } from '../../aws-error.ts';

export type Members = Record<string, unknown>;

export function membersOf(raw: unknown): Members {
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return raw as Members;
  throw new AwsError('SerializationException', 'Start of structure or map found where not expected.');
}

export function optionalText(members: Members, name: string): string | undefined {
  return optional(members, name, 'a String', (value) => (typeof value === 'string' ? value : undefined));
}

export function optionalNumber(members: Members, name: string): number | undefined {
  return optional(members, name, 'an Integer', (value) => (typeof value === 'number' ? value : undefined));
}

export function optionalList(members: Members, name: string): unknown[] | undefined {
  return optional(members, name, 'a List', (value) => (Array.isArray(value) ? value : undefined));
}

/** A blob: bytes from CBOR or a call in process, base64 text from JSON. */
export function optionalBytes(members: Members, name: string): Uint8Array | undefined {
  return optional(members, name, 'a Blob', (value) => {
    if (value instanceof Uint8Array) return value;
    return typeof value === 'string' ? Buffer.from(value, 'base64') : undefined;
  });
}

/** A timestamp in milliseconds: epoch seconds on the wire, a Date in process. */
export function optionalTime(members: Members, name: string): number | undefined {
  return optional(members, name, 'a Date', (value) => {
    if (value instanceof Date) return value.getTime();
    return typeof value === 'number' ? value * 1000 : undefined;
  });
}

function optional<T>(
  members: Members,
  name: string,
  wanted: string,
  read: (value: unknown) => T | undefined,
): T | undefined {
  const value = members[name];
  if (value === undefined || value === null) return undefined;
  const known = read(value);
  if (known !== undefined) return known;
  throw new AwsError('SerializationException', `${typeName(value)} cannot be converted to ${wanted}`);
}

function typeName(value: unknown): string {
  if (typeof value === 'string') return 'STRING_VALUE';
  if (typeof value === 'number') return 'NUMBER_VALUE';
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE';
  return Array.isArray(value) ? 'START_ARRAY' : 'START_OBJECT';
}

/** One constraint that does not hold, as AWS writes it. A long or binary value is left out of the sentence. */
export function violation(
  at: string,
  value: string | number | undefined | 'hidden',
  constraint: string,
): string {
  const shown = value === undefined ? 'null' : value === 'hidden' ? '' : `'${value}'`;
  return `Value ${shown ? `${shown} ` : ''}at '${at}' failed to satisfy constraint: Member must ${constraint}`;
}

export function refuseViolations(violations: readonly (string | undefined)[]): void {
  const found = violations.filter((each) => each !== undefined);
  if (found.length === 0) return;
  throw new AwsError(
    'ValidationException',
    `${found.length} validation error${found.length > 1 ? 's' : ''} detected: ${found.join('; ')}`,
  );
}

export function required(at: string, value: unknown): string | undefined {
  return value === undefined ? violation(at, undefined, 'not be null') : undefined;
}

export function length(at: string, value: string | undefined, min: number, max: number): string | undefined {
  if (value === undefined) return undefined;
  if (value.length < min) return violation(at, value, `have length greater than or equal to ${min}`);
  return value.length > max ? violation(at, value, `have length less than or equal to ${max}`) : undefined;
}

export function within(at: string, value: number | undefined, min: number, max: number): string | undefined {
  if (value === undefined) return undefined;
  if (value < min) return violation(at, value, `have value greater than or equal to ${min}`);
  return value > max ? violation(at, value, `have value less than or equal to ${max}`) : undefined;
}

export function oneOf(at: string, value: string | undefined, allowed: readonly string[]): string | undefined {
  if (value === undefined || allowed.includes(value)) return undefined;
  return violation(at, value, `satisfy enum value set: [${allowed.join(', ')}]`);
}
