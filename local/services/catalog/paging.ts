/**
 * Glue's pages: a list is cut after `limit` items and NextToken says after which one. The token is opaque to callers.
 */

import { AwsError } from '../../aws-error.ts';

/** The items after the one that `token` names, up to `limit`, and the token of the next page. */
export function page<T>(
  items: readonly T[],
  limit: number,
  tokenOf: (last: T) => readonly string[],
): { items: T[]; next: { NextToken?: string } } {
  const shown = items.slice(0, limit);
  const last = shown[shown.length - 1];
  if (items.length <= limit || last === undefined) return { items: shown, next: {} };
  return { items: shown, next: { NextToken: writeToken(tokenOf(last)) } };
}

function writeToken(after: readonly string[]): string {
  return Buffer.from(JSON.stringify(after)).toString('base64url');
}

export function readToken(token: string | undefined): string[] | undefined {
  if (token === undefined || token === '') return undefined;
  try {
    const after: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (Array.isArray(after) && after.every((part): part is string => typeof part === 'string')) return after;
  } catch {
    // Not a token of ours; said below.
  }
  throw new AwsError('InvalidInputException', `Invalid next token: ${token}`);
}
