/** What the stream's operations ask of a request before they run: AWS's own checks of presence, range and form. */

import { AwsError } from '../../aws-error.ts';
import { describedStream, type StreamDescription } from '../../store/changes.ts';
import type { Read } from '../../store/store.ts';

type Members = Record<string, unknown>;

export function members(raw: unknown): Members {
  return (raw ?? {}) as Members;
}

export function requiredString(request: Members, name: string): string {
  const value = request[name];
  if (typeof value === 'string' && value !== '') return value;
  throw constraint(
    value === '' ? "''" : 'null',
    name,
    value === '' ? 'Member must have length greater than or equal to 1' : 'Member must not be null',
  );
}

export function optionalString(request: Members, name: string): string | undefined {
  return request[name] == null ? undefined : requiredString(request, name);
}

export function oneOf<T extends string>(request: Members, name: string, values: readonly T[]): T {
  const value = requiredString(request, name);
  if ((values as readonly string[]).includes(value)) return value as T;
  throw constraint(`'${value}'`, name, `Member must satisfy enum value set: [${values.join(', ')}]`);
}

/** A whole number from 1 to `most`; `most` when absent. */
export function limit(request: Members, most: number): number {
  const value = request['Limit'];
  if (value == null) return most;
  const number = Number(value);
  if (number < 1)
    throw constraint(`'${value}'`, 'Limit', 'Member must have value greater than or equal to 1');
  if (number > most)
    throw constraint(`'${value}'`, 'Limit', `Member must have value less than or equal to ${most}`);
  return number;
}

export function streamNamed(read: Read, arn: string): StreamDescription {
  const stream = describedStream(read, arn);
  if (stream) return stream;
  throw new AwsError('ResourceNotFoundException', `Requested resource not found: Stream: ${arn} not found`);
}

function constraint(value: string, name: string, sentence: string): AwsError {
  const member = name[0]?.toLowerCase() + name.slice(1);
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value ${value} at '${member}' failed to satisfy constraint: ${sentence}`,
  );
}
