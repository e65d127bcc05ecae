/**
 * Where the bootstrap's state is: at first on this machine, as there is no bucket yet, and in the bucket once it
 * stands. After an interruption it may be in both places, and it must never be in neither while things stand.
 */

import { UsageError } from '../command.ts';

export type State = {
  /** Everything it holds. Terraform gives a state that it moves to an empty place a new lineage and serial, so those do
   * not tell whether two states are one. */
  resources: string;
  types: readonly string[];
  /** ARN of the state's key, once everything stands. */
  keyArn?: string;
};

export type Whereabouts =
  | { kind: 'nowhere' }
  | { kind: 'here'; state: State }
  | { kind: 'in the bucket'; state: State };

export function whereabouts(
  here: State | undefined,
  there: State | undefined,
  { folder, bucket, bucketStands }: { folder: string; bucket: string; bucketStands: boolean },
): Whereabouts {
  const something = here !== undefined && here.types.length > 0;
  if (there !== undefined) {
    // The last step of an earlier run, which removes the copy here, did not happen.
    if (!something || here.resources === there.resources) return { kind: 'in the bucket', state: there };
    throw new UsageError(
      `There are two states of the bootstrap that differ: one in ${bucket}, another in ${folder}.`,
      'The one in the bucket is the later one, unless a run failed since. Look at both (`terraform show`), move the folder away, and run this again.',
    );
  }
  if (something) return { kind: 'here', state: here };
  if (bucketStands)
    throw new UsageError(
      `The bucket ${bucket} stands already, but the bootstrap's state is neither in it nor in ${folder}.`,
      'If an earlier run was interrupted on another machine or in another copy of the repository, run it again there: ' +
        'it goes on. If that is gone: docs/RUNBOOK.md, "A lost bootstrap".',
    );
  return { kind: 'nowhere' };
}

/** Undefined for an empty text, which Terraform leaves where a state was. */
export function readState(text: string | undefined, place: string): State | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  try {
    const { resources = [], outputs } = JSON.parse(text) as {
      resources?: { mode: string; type: string }[];
      outputs?: Record<string, { value?: unknown }>;
    };
    const keyArn = outputs?.['state_key_arn']?.value;
    return {
      resources: JSON.stringify(resources),
      types: resources.filter(({ mode }) => mode === 'managed').map(({ type }) => type),
      ...(typeof keyArn === 'string' ? { keyArn } : {}),
    };
  } catch {
    throw new UsageError(
      `${place} holds no state of Terraform's.`,
      'Bring an older version of it back; the bucket keeps them.',
    );
  }
}
