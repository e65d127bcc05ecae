/** What came of a plan, for a terminal: whether it was sealed, what it does to each address, what was found. */

import type { Finding } from '../finding.ts';
import {
  type ChangeSummary,
  COUNTED,
  type EnvironmentSummary,
  type PlanSummary,
} from '../summary/summary.ts';

export function plannedText({ environment, findings, outcome }: EnvironmentSummary): string {
  const found = findings.map(findingText);
  switch (outcome.kind) {
    case 'sealed':
      return [
        `Planned and sealed: ${environment}. ${countsText(outcome.plan)}`,
        ...changesOf(outcome.plan),
        ...found,
      ].join('\n');
    case 'refused-plan':
      return [
        `Refused: the plan of ${environment} was not sealed. ${countsText(outcome.plan)}`,
        ...changesOf(outcome.plan),
        ...found,
      ].join('\n');
    case 'refused-proposal':
      return [`Refused: ${environment} was not planned, and nothing was sealed.`, ...found].join('\n');
    case 'failed':
      return [
        `${environment} cannot be planned; nothing was sealed.`,
        ...outcome.errors.map((error) => `  ${error}`),
        '  Mend what is named, and plan again.',
        ...found,
      ].join('\n');
    case 'proposal':
      return `${environment} was not planned.`;
  }
}

function countsText({ counts, unchanged }: PlanSummary): string {
  const parts = COUNTED.filter((action) => counts[action] > 0).map((action) => `${counts[action]} ${action}`);
  if (parts.length === 0) return `It is as the stack says, and there is nothing to do.`;
  return `${parts.join(', ')}; ${unchanged} stay as they are.`;
}

function changesOf({ changes }: PlanSummary): string[] {
  return changes.map(changeText);
}

function changeText({
  action,
  address,
  previousAddress,
  deposed,
  replacePaths,
  stateful,
}: ChangeSummary): string {
  const left = deposed === undefined ? '' : `, what an earlier apply left of it (${deposed})`;
  const from = previousAddress === undefined ? '' : `, moved from ${previousAddress}`;
  const because = replacePaths.length === 0 ? '' : `, because of ${replacePaths.join(', ')}`;
  const effect = stateful === undefined ? '' : `: ${stateful.effect}. It holds ${stateful.holds}`;
  return `  ${action.padEnd(7)}  ${address}${left}${from}${because}${effect}`;
}

function findingText({ severity, rule, address, sentence, nextStep, waived }: Finding): string {
  const word = waived ? `waived until ${waived.until} (${waived.reason})` : severity;
  return `  ${word}  ${address}  ${sentence} [${rule}]\n    ${nextStep}`;
}
