/** What a linter found, in the form in which all checks speak, with the kind of thing that it was found in. */

import type { Finding } from '../finding.ts';

export type Linted = {
  finding: Finding;
  /** What a waiver may name instead of the one address, where a choice holds for all of a kind: a resource type, or the
   * folder of the workflows. */
  kind: string;
};

export const WORKFLOWS = '.github/workflows';

export function linted(
  kind: string,
  { rule, address, sentence, nextStep }: Pick<Finding, 'rule' | 'address' | 'sentence' | 'nextStep'>,
): Linted {
  return { kind, finding: { rule, severity: 'block', address, sentence, nextStep } };
}
