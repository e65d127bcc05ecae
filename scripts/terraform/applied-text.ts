/** What an apply did, or why it did not, for a terminal: the outcome first, then each address, then the next step. */

import type { Applied } from './apply-bundle.ts';
import type { ApplyReport } from './apply-report.ts';

export function appliedText(applied: Applied): string {
  const { manifest } = applied;
  const what = `the plan of ${manifest.environment} for the tree ${manifest.tree}`;
  switch (applied.kind) {
    case 'applied':
      return `Applied ${what}: ${addresses(applied.report.applied.length)}.`;
    case 'nothing-to-do':
      return `There is nothing to do: ${what} changes nothing.`;
    case 'refused':
      return [
        `Refused ${what}; nothing was changed.`,
        ...applied.refusals.flatMap(({ sentence, nextStep }) => [`  ${sentence}`, `    ${nextStep}`]),
      ].join('\n');
    case 'failed-half-way':
      return halfWay(manifest.environment, applied.report, applied.stateLost);
  }
}

function halfWay(environment: string, report: ApplyReport, stateLost: string | undefined): string {
  const { applied, failed, notBegun, otherwise } = report;
  const kept = stateLost ?? 'The state holds what was applied, so nothing of it is done twice.';
  return [
    `The apply of ${environment} failed half way: ${addresses(applied.length)} applied, ${failed.length} failed, ${notBegun.length} not begun.`,
    ...applied.map((address) => `  applied    ${address}`),
    ...failed.map(({ address, reason }) => `  FAILED     ${address}: ${reason}`),
    ...notBegun.map((address) => `  not begun  ${address}`),
    ...otherwise.map((sentence) => `  FAILED     ${sentence}`),
    `${kept} This bundle is used up.`,
    `Mend what failed, then make a new plan for the rest: npm run plan -- --env ${environment}`,
  ].join('\n');
}

function addresses(count: number): string {
  return count === 1 ? '1 address' : `${count} addresses`;
}
