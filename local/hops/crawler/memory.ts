/**
 * What the crawler remembers of each object it read, so that the next crawl reads only what is new or changed: an
 * object of the same ETag, size and time is the same object. What was inferred with other classifiers does not count.
 */

import type { Read, Tx } from '../../store/store.ts';
import type { CustomClassifier, Profile } from './classify.ts';
import type { Target } from './config.ts';
import type { Listed } from './listing.ts';

export type Remembered = {
  listed: Listed;
  profile: Profile;
  /** The paths of the classifiers that it was read with. */
  classifiers: string;
  /** The crawl that read it. */
  crawl: string;
};

const COLLECTION = 'crawler-object';
/** Sorts after every key. */
const LAST = '\u{10ffff}';

export function recall(read: Read, crawler: string, target: Target): Map<string, Remembered> {
  const entries = read.range<Remembered>({
    from: [COLLECTION, crawler, target.path],
    to: [COLLECTION, crawler, target.path, LAST],
  });
  return new Map(entries.map(({ value }) => [value.listed.key, value]));
}

export function remember(tx: Tx, crawler: string, target: Target, entry: Remembered): void {
  tx.put([COLLECTION, crawler, target.path, entry.listed.key], entry);
}

export function forget(tx: Tx, crawler: string, target: Target, key: string): void {
  tx.remove([COLLECTION, crawler, target.path, key]);
}

export function fingerprint(classifiers: readonly CustomClassifier[]): string {
  return classifiers.map(({ jsonPath }) => jsonPath).join('\n');
}

export function isUnchanged(entry: Remembered | undefined, listed: Listed, classifiers: string): boolean {
  return (
    entry !== undefined &&
    entry.classifiers === classifiers &&
    entry.listed.etag === listed.etag &&
    entry.listed.size === listed.size &&
    entry.listed.modified === listed.modified
  );
}
