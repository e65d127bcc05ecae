/**
 * What main holds and nobody has applied yet, which is no drift: the sources here against those of the last apply. Two
 * trees that make the same configuration and the same Lambdas (a change of the documents alone) leave nothing to apply.
 */

import type { Applied } from '../sealed-bundle/applied.ts';
import { sha256Hex } from '../sealed-bundle/manifest.ts';
import type { SourceTree } from '../terraform/source-tree.ts';

export type Pending =
  /** What is here is what was applied, or deploys the same. */
  | { kind: 'none'; applied: AppliedSource }
  | { kind: 'not-applied'; applied: AppliedSource; here: SourceTree; files: readonly string[] }
  /** `npm run apply` has recorded nothing yet. */
  | { kind: 'unknown' };

export type AppliedSource = SourceTree & { appliedAt: string };

export function pendingChanges(
  applied: Applied | undefined,
  here: SourceTree,
  proposal: ReadonlyMap<string, Uint8Array>,
): Pending {
  if (!applied) return { kind: 'unknown' };
  const { commit, tree, appliedAt } = applied;
  const source = { commit, tree, appliedAt };
  const names = [...new Set([...Object.keys(applied.files), ...proposal.keys()])].sort();
  const files = names.filter((name) => {
    const bytes = proposal.get(name);
    return !bytes || !Object.hasOwn(applied.files, name) || sha256Hex(bytes) !== applied.files[name];
  });
  return files.length === 0
    ? { kind: 'none', applied: source }
    : { kind: 'not-applied', applied: source, here, files };
}
