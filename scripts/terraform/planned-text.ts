/** What came of a plan, for a terminal: what is refused and why, or what would happen. */

import type { EnvironmentName } from '../../stacks/names.ts';
import type { Finding } from '../finding.ts';
import type { Planned } from './plan-environment.ts';

export function plannedText(planned: Planned, environment: EnvironmentName): string {
  const findings = planned.findings.map(findingText);
  switch (planned.kind) {
    case 'refused-proposal':
      return [`Refused: ${environment} was not planned, and nothing was sealed.`, ...findings].join('\n');
    case 'refused-plan':
      return [`Refused: the plan of ${environment} was not sealed.`, ...findings].join('\n');
    case 'failed':
      return [
        `${environment} cannot be planned; nothing was sealed.`,
        ...planned.errors.map((error) => `  ${error}`),
        '  Mend what is named, and plan again.',
      ].join('\n');
    case 'sealed':
      return [sealedText(planned.plan.applyable, environment), ...findings].join('\n');
  }
}

function sealedText(applyable: boolean, environment: EnvironmentName): string {
  if (applyable) return `Planned and sealed: ${environment}.`;
  return `Planned and sealed: ${environment} is as the stack says, and there is nothing to do.`;
}

function findingText({ severity, rule, address, sentence, nextStep, waived }: Finding): string {
  const word = waived ? `waived until ${waived.until} (${waived.reason})` : severity;
  return `  ${word}  ${address}  ${sentence} [${rule}]\n    ${nextStep}`;
}
