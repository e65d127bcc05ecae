/** What a look found, as text for a terminal: the drift by address, what a waiver covers, and apart from it what main
 * holds and nobody has applied yet. */

import { paint } from '../command.ts';
import { blocks } from '../finding.ts';
import type { DriftFinding } from './findings.ts';
import type { Look } from './look.ts';
import type { Pending } from './pending.ts';

export function reportText(look: Look, findings: readonly DriftFinding[]): string {
  const lines = [summary(look, findings)];
  const addresses = [...new Set(findings.map(({ address }) => address))];
  for (const address of addresses) {
    lines.push('', paint('bold', address));
    for (const finding of findings.filter((each) => each.address === address))
      lines.push(`  ${findingLine(finding)}`);
  }
  const steps = new Set(findings.filter((each) => blocks([each])).map(({ nextStep }) => nextStep));
  if (steps.size > 0) lines.push('', ...steps);
  lines.push('', pendingText(look.pending), ...configurationText(look));
  return lines.join('\n');
}

function summary({ environment, state }: Look, findings: readonly DriftFinding[]): string {
  if (state.lineage === null) return `${environment} has no state: nothing was applied to it yet.`;
  const drift = findings.filter(({ severity }) => severity === 'block');
  const open = drift.filter(({ waived }) => !waived).length;
  if (drift.length === 0) return `${environment} is as it was applied.`;
  const rest = drift.length - open;
  return `${environment} drifted: ${differ(open)}${rest > 0 ? `, and ${rest} that a waiver covers` : ''}.`;
}

const differ = (count: number): string => (count === 1 ? '1 difference' : `${count} differences`);

/** One line of drift, without its address; also what stands in the issue. */
export function findingLine({ rule, attribute, before, after, sentence, waived }: DriftFinding): string {
  const what =
    rule === 'changed-outside'
      ? `${attribute}: ${before} → ${after}`
      : rule === 'deleted-outside'
        ? 'deleted'
        : sentence;
  return waived ? `${what}  (waived until ${waived.until}: ${waived.reason})` : what;
}

function pendingText(pending: Pending): string {
  switch (pending.kind) {
    case 'none':
      return `Applied last: commit ${pending.applied.commit}, ${pending.applied.appliedAt}. Nothing waits to be applied.`;
    case 'not-applied':
      return (
        `Not applied yet, which is no drift: commit ${pending.here.commit} changes ${pending.files.join(', ')}. ` +
        `Applied last: commit ${pending.applied.commit}, ${pending.applied.appliedAt}.`
      );
    case 'unknown':
      return 'No apply is recorded, so nothing is known of commits that are not applied yet.';
  }
}

function configurationText({ configuration }: Look): string[] {
  if (configuration === 'applied') return [];
  return [
    'The resources were read with the configuration here: a commit that changes default tags shows as drift.',
  ];
}
