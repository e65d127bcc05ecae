/** CloudWatch's page tokens, opaque to callers: where the next page begins, and a digest of the request that it
 * belongs to. */

import { createHash } from 'node:crypto';
import { AwsError } from '../../aws-error.ts';

const DIGEST_CHARACTERS = 16;

export function digestOf(request: unknown): string {
  const digest = createHash('sha256').update(JSON.stringify(request)).digest('base64url');
  return digest.slice(0, DIGEST_CHARACTERS);
}

export function writeToken(parts: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** What `understand` makes of the token's parts; a token that it does not understand is refused. */
export function readToken<T>(token: string, understand: (parts: unknown[]) => T | undefined): T {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    // Not a token of ours; said below.
  }
  const understood = Array.isArray(parts) ? understand(parts) : undefined;
  if (understood !== undefined) return understood;
  throw new AwsError('InvalidNextToken', 'The next token specified is invalid.');
}
