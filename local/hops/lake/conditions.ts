/**
 * Conditional requests, decided as S3 decides them:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
 */

import { AwsError } from '../../aws-error.ts';
import { noSuchKey, notImplemented, preconditionFailed } from './errors.ts';
import { date, type Input, text } from './input.ts';
import type { StoredObject } from './objects.ts';

/** Etags to match (`*` is any), and times. */
export type Conditions = {
  match?: string | undefined;
  noneMatch?: string | undefined;
  modifiedSince?: Date | undefined;
  unmodifiedSince?: Date | undefined;
};

export const READ_CONDITIONS = ['IfMatch', 'IfNoneMatch', 'IfModifiedSince', 'IfUnmodifiedSince'];
export const WRITE_CONDITIONS = ['IfMatch', 'IfNoneMatch'];

/** `prefix` is `CopySource` for the conditions on a copy's source. */
export function readConditions(input: Input, prefix = ''): Conditions {
  return {
    match: text(input, `${prefix}IfMatch`),
    noneMatch: text(input, `${prefix}IfNoneMatch`),
    modifiedSince: date(input, `${prefix}IfModifiedSince`),
    unmodifiedSince: date(input, `${prefix}IfUnmodifiedSince`),
  };
}

/** An etag wins over a time: a matching If-Match makes If-Unmodified-Since moot, an If-None-Match the other one. */
export function checkRead(conditions: Conditions, object: StoredObject): void {
  switch (failing(conditions, object)) {
    case 'If-Match':
    case 'If-Unmodified-Since':
      throw preconditionFailed(conditions.match === undefined ? 'If-Unmodified-Since' : 'If-Match');
    case 'If-None-Match':
    case 'If-Modified-Since':
      throw new AwsError('NotModified', 'Not Modified', 304, {
        ETag: `"${object.description.etag}"`,
        LastModified: object.lastModified,
      });
    case undefined:
      return;
  }
}

/** A copy's source fails with 412 whichever condition does not hold. */
export function checkCopySource(conditions: Conditions, object: StoredObject): void {
  const condition = failing(conditions, object);
  if (condition) throw preconditionFailed(`x-amz-copy-source-${condition}`);
}

/** A write takes `If-None-Match: *` (only where there is nothing) and `If-Match` (only over that version). */
export function readWriteConditions(input: Input): Conditions {
  const conditions = readConditions(input);
  if (conditions.noneMatch !== undefined && conditions.noneMatch !== '*')
    throw notImplemented('If-None-Match');
  return conditions;
}

export function checkWrite(
  { match, noneMatch }: Conditions,
  current: StoredObject | undefined,
  key: string,
): void {
  if (noneMatch !== undefined && current) throw preconditionFailed('If-None-Match');
  if (match === undefined) return;
  if (!current) throw noSuchKey(key);
  if (!matches(match, current.description.etag)) throw preconditionFailed('If-Match');
}

type Condition = 'If-Match' | 'If-None-Match' | 'If-Modified-Since' | 'If-Unmodified-Since';

function failing(conditions: Conditions, { description, lastModified }: StoredObject): Condition | undefined {
  const { match, noneMatch, modifiedSince, unmodifiedSince } = conditions;
  const seconds = Math.floor(lastModified.getTime() / 1000);
  const inSeconds = (time: Date) => Math.floor(time.getTime() / 1000);
  if (match !== undefined) {
    if (!matches(match, description.etag)) return 'If-Match';
  } else if (unmodifiedSince && seconds > inSeconds(unmodifiedSince)) return 'If-Unmodified-Since';
  if (noneMatch !== undefined) {
    if (matches(noneMatch, description.etag)) return 'If-None-Match';
  } else if (modifiedSince && seconds <= inSeconds(modifiedSince)) return 'If-Modified-Since';
  return undefined;
}

/** `wanted` is `*` or a list of etags, quoted or not. */
function matches(wanted: string, etag: string): boolean {
  return wanted.split(',').some((each) => {
    const one = each.trim().replace(/^"|"$/g, '');
    return one === '*' || one === etag;
  });
}
