/**
 * Whether anybody applies to the environment just now: what an apply has changed and not written down yet would look
 * like drift. An apply that runs holds the lock, one that has ended has left the state at another serial; a look asks
 * before it begins and again when it has ended. It takes no lock itself, which the role that looks could not.
 */

import { isDeepStrictEqual } from 'node:util';
import type { EnvironmentName } from '../../stacks/names.ts';
import { UsageError } from '../command.ts';
import type { PlannedState } from '../sealed-bundle/manifest.ts';
import type { StateBucket } from '../sealed-bundle/state-bucket.ts';
import type { Json, JsonObject } from '../terraform/plan-json.ts';

const LOCK_BYTES_MAX = 64 * 1024;

export async function checkUnlocked(bucket: StateBucket, stack: JsonObject): Promise<void> {
  const { environment } = bucket.place;
  const lock = await bucket.readBeginning(`${stateKeyIn(stack)}.tflock`, LOCK_BYTES_MAX);
  if (!lock) return;
  const { ID, Who, Created } = parse(lock.bytes);
  throw new UsageError(
    `${environment} is being applied to (its state is locked by ${text(Who)} since ${text(Created)}), so nothing can be said of it.`,
    'Look again when that has ended. If it can no longer end, break the lock: ' +
      `npm run apply -- --env ${environment} --break-lock ${text(ID)}`,
  );
}

export function checkUnmoved(environment: EnvironmentName, before: PlannedState, now: PlannedState): void {
  if (isDeepStrictEqual(now, before)) return;
  throw new UsageError(
    `${environment} was applied to while it was looked at, so nothing can be said of it.`,
    'Look again when the apply has ended.',
  );
}

/** `key` of the stack's own backend; Terraform lays the lock beside the state.
 * https://developer.hashicorp.com/terraform/language/backend/s3#state-locking */
function stateKeyIn(stack: JsonObject): string {
  const { terraform } = stack as { terraform?: { backend?: { s3?: { key?: Json } } } };
  const key = terraform?.backend?.s3?.key;
  if (typeof key === 'string') return key;
  throw new UsageError('The stack names no state in S3.', 'Synthesize it again: npm run synth.');
}

function parse(bytes: Uint8Array): Record<string, unknown> {
  try {
    return Object(JSON.parse(Buffer.from(bytes).toString('utf8'))) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function text(value: unknown): string {
  return typeof value === 'string' && /^[\x20-\x7e]{1,200}$/.test(value) ? value : 'unknown';
}
