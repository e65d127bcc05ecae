/**
 * Where sealed bundles lie between the pull request and the merge: `bundles/<environment>/<tree>.sealed` in the state
 * bucket. The key is git's tree, as main gets the pull request's tree under another commit.
 *
 * One tree can be planned twice, because the state moves on. The new plan then takes the old one's place, and whoever
 * stores it is told so; a plan against an older state than the stored one's is refused, as it would be stale at once.
 * The bucket keeps every version, so nothing that was sealed is gone. It neither opens nor judges a bundle.
 */

import type { EnvironmentName } from '../../stacks/names.ts';
import { UsageError } from '../command.ts';
import { BundleRefused } from './bundle-refused.ts';
import { BUNDLE_BYTES_MAX, HEADER_READ_BYTES } from './container.ts';
import { type Header, sha256Hex } from './manifest.ts';
import { readHeader } from './open.ts';
import type { Found, StateBucket } from './state-bucket.ts';

export type Stored = {
  key: string;
  sha256: string;
  /** The bundle whose place it took. */
  replaced?: Header | 'unreadable';
};

export type ListedBundle = { tree: string; key: string; bytes: number; storedAt: Date };

export type BundleStore = {
  put(bundle: Uint8Array): Promise<Stored>;
  /** Throws the sentence for a tree that has no bundle. */
  get(tree: string): Promise<Uint8Array>;
  find(tree: string): Promise<Uint8Array | undefined>;
  /** What a bundle is for, without fetching it; authenticated only when it is opened. */
  header(tree: string): Promise<Header | undefined>;
  list(): Promise<ListedBundle[]>;
  latest(): Promise<ListedBundle | undefined>;
};

/** Between looking and writing another plan may be stored; more than a few in a row is not chance. */
const ATTEMPTS_MAX = 3;

export function bundleKey(environment: EnvironmentName, tree: string): string {
  return `${folder(environment)}${tree}.sealed`;
}

const folder = (environment: EnvironmentName): string => `bundles/${environment}/`;

export function bundleStore(bucket: StateBucket): BundleStore {
  const { environment } = bucket.place;
  const find: BundleStore['find'] = async (tree) =>
    (await bucket.read(bundleKey(environment, tree), BUNDLE_BYTES_MAX))?.bytes;
  const list: BundleStore['list'] = async () => {
    const found = await bucket.list(folder(environment));
    return found.flatMap(({ key, bytes, writtenAt }) => {
      const tree = /\/([^/]+)\.sealed$/.exec(key)?.[1];
      return tree === undefined ? [] : [{ tree, key, bytes, storedAt: writtenAt }];
    });
  };
  return {
    put: (bundle) => put(bucket, bundle),
    find,
    get: async (tree) => {
      const bundle = await find(tree);
      if (bundle) return bundle;
      throw noBundle(environment, tree);
    },
    header: async (tree) => {
      const found = await bucket.readBeginning(bundleKey(environment, tree), HEADER_READ_BYTES);
      return found && readHeader(found.bytes);
    },
    list,
    latest: async () => {
      const all = await list();
      return all.sort((a, b) => b.storedAt.getTime() - a.storedAt.getTime())[0];
    },
  };
}

async function put(bucket: StateBucket, bundle: Uint8Array): Promise<Stored> {
  const header = readHeader(bundle);
  const { environment } = bucket.place;
  if (header.environment !== environment)
    throw new BundleRefused(
      `The bundle was planned for ${header.environment}, and this is the bucket of ${environment}.`,
      `Store it with ${header.environment}'s credentials.`,
    );
  const key = bundleKey(environment, header.tree);
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const found = await bucket.readBeginning(key, HEADER_READ_BYTES);
    const replaced = found && headerIn(found);
    if (replaced && replaced !== 'unreadable') checkNewer(header, replaced);
    if (await bucket.write(key, bundle, found))
      return { key, sha256: sha256Hex(bundle), ...(replaced ? { replaced } : {}) };
  }
  throw new UsageError(
    `Other plans of the tree ${header.tree} for ${environment} are stored at this very moment.`,
    'Wait until they have ended, and plan again if theirs is not the plan you want.',
  );
}

function headerIn({ bytes }: Found): Header | 'unreadable' {
  try {
    return readHeader(bytes);
  } catch (error) {
    if (error instanceof BundleRefused) return 'unreadable';
    throw error;
  }
}

function checkNewer(header: Header, stored: Header): void {
  if (stored.state.lineage !== header.state.lineage || stored.state.serial <= header.state.serial) return;
  throw new BundleRefused(
    `A newer plan of this tree is stored: it was made against serial ${stored.state.serial} of ` +
      `${header.environment}'s state, and this one against serial ${header.state.serial}.`,
    'Nothing is to be done if that plan is the one you want; else plan again.',
  );
}

function noBundle(environment: EnvironmentName, tree: string): BundleRefused {
  return new BundleRefused(
    `No sealed plan of ${environment} is stored for the tree ${tree}: main moved on since the pull request was planned, ` +
      'or its plan was blocked.',
    `Plan this tree (npm run plan -- --env ${environment}), read the plan, and apply that.`,
  );
}
