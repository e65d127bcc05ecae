/**
 * After an apply the plans of open pull requests may be stale: they were made against a state that is no more, and an
 * apply would refuse them. This says so before they are merged, as the status of the environment on each head whose plan
 * it is. It opens no bundle: what one is for stands in its header.
 */

import type { EnvironmentName } from '../../stacks/names.ts';
import { UsageError } from '../command.ts';
import { BACKEND } from '../gate/allowed.ts';
import type { GitHub } from '../github.ts';
import { BundleRefused } from '../sealed-bundle/bundle-refused.ts';
import type { PlannedState } from '../sealed-bundle/manifest.ts';
import { staleness } from '../sealed-bundle/refusals.ts';
import type { StateBucket } from '../sealed-bundle/state-bucket.ts';
import { type BundleStore, bundleStore } from '../sealed-bundle/store.ts';
import { putStatus } from '../summary/publish.ts';
import { staleStatus } from '../summary/status.ts';
import type { JsonObject } from '../terraform/plan-json.ts';

export type OpenPlan = {
  pullRequest: number;
  /** `none`: nothing is sealed for what the pull request would make of main now, so there is nothing to call stale. */
  plan: 'none' | 'current' | 'stale';
};

const STATE_BYTES_MAX = 256 * 1024 * 1024;

export async function markStale(github: GitHub, bucket: StateBucket, runUrl?: string): Promise<OpenPlan[]> {
  const { environment } = bucket.place;
  const state = await storedState(bucket);
  const bundles = bundleStore(bucket);
  const open: OpenPlan[] = [];
  for (const pull of await github.list('/pulls?state=open&base=main')) {
    const pullRequest = Number(pull['number']);
    const planned = await plannedBy(github, pull);
    const reason = planned && (await reasonAgainst(bundles, planned.tree, state, environment));
    if (planned && reason) await putStatus(github, planned.head, staleStatus(environment, reason), runUrl);
    open.push({ pullRequest, plan: reason === undefined ? 'none' : reason === '' ? 'current' : 'stale' });
  }
  return open;
}

/** Its head, and the tree that GitHub's merge of it into main has: the one that its run planned, as long as main has
 * not moved on; then it must be brought up to date, and planned anew, anyway. */
async function plannedBy(
  github: GitHub,
  pull: JsonObject,
): Promise<{ head: string; tree: string } | undefined> {
  const head = (pull['head'] as JsonObject | undefined)?.['sha'];
  const merge = pull['merge_commit_sha'];
  // GitHub has not merged it yet, or cannot.
  if (typeof head !== 'string' || typeof merge !== 'string') return undefined;
  const { tree, parents } = await github.get(`/git/commits/${merge}`);
  const sha = (tree as JsonObject | undefined)?.['sha'];
  const isOfHead = Array.isArray(parents) && parents.some((each) => (each as JsonObject)['sha'] === head);
  return isOfHead && typeof sha === 'string' ? { head, tree: sha } : undefined;
}

/** Undefined where nothing is sealed, empty where what is sealed still holds. */
async function reasonAgainst(
  bundles: BundleStore,
  tree: string,
  state: PlannedState,
  environment: EnvironmentName,
): Promise<string | undefined> {
  try {
    const header = await bundles.header(tree);
    if (!header) return undefined;
    const [refusal] = staleness(header, state);
    if (!refusal) return '';
    return refusal.what === 'serial'
      ? `planned against serial ${header.state.serial}, ${environment} is at ${state.serial}`
      : `planned against another state than ${environment} has`;
  } catch (error) {
    if (error instanceof BundleRefused) return 'its sealed plan cannot be read';
    throw error;
  }
}

/** Before the first apply there is none. */
async function storedState(bucket: StateBucket): Promise<PlannedState> {
  const found = await bucket.read(BACKEND.key, STATE_BYTES_MAX);
  if (!found) return { lineage: null, serial: 0 };
  const { lineage, serial } = parse(found.bytes);
  if (typeof lineage === 'string' && Number.isSafeInteger(serial))
    return { lineage: lineage || null, serial: Number(serial) };
  throw new UsageError(
    `${BACKEND.key} in ${bucket.place.bucket} is no state of Terraform's.`,
    'See who wrote it, and bring an older version of it back (docs/RUNBOOK.md).',
  );
}

function parse(bytes: Uint8Array): { lineage?: unknown; serial?: unknown } {
  try {
    return Object(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    return {};
  }
}
