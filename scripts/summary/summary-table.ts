/** The table of the comment: a row an environment, in numbers. Nothing that is not ours stands in it. */

import type { EnvironmentName } from '../../stacks/names.ts';
import type { EnvironmentSummary } from './summary.ts';
import { blockers, counted, difference, money, planOf, standingText } from './words.ts';

const HEAD = [
  'environment',
  'create',
  'change',
  'move',
  'replace',
  'destroy',
  'let go',
  'findings',
  'USD a month',
];

export function summaryTable(
  summaries: readonly EnvironmentSummary[],
  missing: readonly EnvironmentName[],
): string[] {
  return [
    row(HEAD),
    `|---|${HEAD.slice(1)
      .map(() => '---:')
      .join('|')}|`,
    ...summaries.map(rowOf),
    ...missing.map((name) => row([name, 'no plan', ...HEAD.slice(2).map(() => '')])),
  ];
}

function rowOf(summary: EnvironmentSummary): string {
  const plan = planOf(summary);
  if (!plan)
    return row([summary.environment, standingText(summary), '', '', '', '', '', findingsText(summary), '']);
  const { counts, cost } = plan;
  return row([
    summary.environment,
    ...(['create', 'update', 'move', 'replace', 'delete', 'forget'] as const).map((each) =>
      number(counts[each]),
    ),
    findingsText(summary),
    `${money(cost.monthly.after)}${difference(cost.monthly) ? ` (${difference(cost.monthly)})` : ''}`,
  ]);
}

/** A zero is the rule; what is not stands out. */
function number(count: number): string {
  return count === 0 ? '·' : `**${count}**`;
}

function findingsText({ findings }: EnvironmentSummary): string {
  const stopping = blockers(findings).length;
  const waived = findings.filter((each) => each.waived).length;
  const warnings = findings.filter(({ severity, waived: by }) => severity === 'warn' && !by).length;
  const parts = [
    ...(stopping > 0 ? [`**${stopping} blocking**`] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
    ...(waived > 0 ? [`${waived} waived`] : []),
  ];
  return parts.join(', ') || '·';
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
