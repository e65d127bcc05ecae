/** Findings as lines of markdown: what stops a change, what a waiver lets through, what wants eyes, what explains. */

import { type SharedFinding, sharedFindings } from './alike.ts';
import { code, prose } from './markdown.ts';
import type { Omits } from './omissions.ts';
import type { EnvironmentSummary } from './summary.ts';
import { counted, listed } from './words.ts';

/** The address of a rule's page; undefined when it has none. */
export type PageOf = (rule: string) => string | undefined;

export type FindingGroups = {
  blocks: SharedFinding[];
  waived: SharedFinding[];
  warnings: SharedFinding[];
  notes: SharedFinding[];
};

export function findingGroups(summaries: readonly EnvironmentSummary[]): FindingGroups {
  const all = sharedFindings(summaries);
  const open = all.filter(({ finding }) => !finding.waived);
  return {
    blocks: open.filter(({ finding }) => finding.severity === 'block'),
    waived: all.filter(({ finding }) => finding.waived),
    warnings: open.filter(({ finding }) => finding.severity === 'warn'),
    notes: open.filter(({ finding }) => finding.severity === 'note'),
  };
}

/** Whole at every length of the comment. */
export function blockLines(blocks: readonly SharedFinding[], pageOf: PageOf): string[] {
  return blocks.map((each) => findingLine(each, pageOf, true));
}

export function waivedLines(waived: readonly SharedFinding[], pageOf: PageOf): string[] {
  return waived.map(({ environments, finding }) => {
    const { waived: by, sentence, address } = finding;
    const waiver = by ? ` Waived until ${prose(by.until)}: ${prose(by.reason)}` : '';
    return `- **${listed(environments)}** ${code(address)}: ${prose(sentence)}${waiver}${rule(finding.rule, pageOf)}`;
  });
}

export function warningLines(warnings: readonly SharedFinding[], omits: Omits, pageOf: PageOf): string[] {
  if (!omits.has('warnings'))
    return warnings.map((each) => findingLine(each, pageOf, !omits.has('next-steps')));
  const rules = new Map<string, number>();
  for (const { finding } of warnings) rules.set(finding.rule, (rules.get(finding.rule) ?? 0) + 1);
  return [...rules].map(([name, count]) => `- ${counted(count, 'warning')} of ${code(name)}`);
}

function findingLine(
  { environments, finding }: SharedFinding,
  pageOf: PageOf,
  withNextStep: boolean,
): string {
  const { address, sentence, nextStep } = finding;
  const next = withNextStep ? ` *Next:* ${prose(nextStep)}` : '';
  return `- **${listed(environments)}** ${code(address)}: ${prose(sentence)}${next}${rule(finding.rule, pageOf)}`;
}

/** The rule's page, where it has one. */
function rule(name: string, pageOf: PageOf): string {
  const page = pageOf(name);
  return page === undefined ? ` (${code(name)})` : ` ([${code(name)}](${page}))`;
}
