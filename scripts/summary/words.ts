/** The words that the terminal, the comment and the statuses share: counts, money, and how it stands with a plan. */

import type { Finding } from '../finding.ts';
import type { BeforeAfter } from '../prices/cost.ts';
import { COUNTED, type Counted, type EnvironmentSummary, type PlanSummary } from './summary.ts';

export const DEED: Readonly<Record<Counted, string>> = {
  delete: 'destroy',
  replace: 'replace',
  forget: 'let go of',
  update: 'change',
  create: 'create',
  move: 'move',
};

/** `3 to create, 1 to replace`; undefined when there is nothing to do. */
function countsText({ counts }: Pick<PlanSummary, 'counts'>): string | undefined {
  const parts = COUNTED.filter((each) => counts[each] > 0).map((each) => `${counts[each]} to ${DEED[each]}`);
  return parts.length > 0 ? parts.join(', ') : undefined;
}

export function planOf({ outcome }: EnvironmentSummary): PlanSummary | undefined {
  return outcome.kind === 'sealed' || outcome.kind === 'refused-plan' ? outcome.plan : undefined;
}

/** What stops the way: not what only warns, and not what a waiver covers. */
export function blockers(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ severity, waived }) => severity === 'block' && !waived);
}

export type Standing = 'nothing-to-do' | 'ready' | 'loses-data' | 'stopped' | 'not-planned';

export function standingOf(summary: EnvironmentSummary): Standing {
  const { outcome } = summary;
  switch (outcome.kind) {
    case 'sealed':
      if (blockers(summary.findings).length > 0) return 'stopped';
      if (countsText(outcome.plan) === undefined) return 'nothing-to-do';
      return outcome.plan.changes.some(({ stateful }) => stateful?.loss) ? 'loses-data' : 'ready';
    case 'refused-plan':
    case 'refused-proposal':
    case 'failed':
      return 'stopped';
    case 'proposal':
      return blockers(summary.findings).length > 0 ? 'stopped' : 'not-planned';
  }
}

/** How it stands, in half a sentence of our own words: it is a status's description too. */
export function standingText(summary: EnvironmentSummary): string {
  const { outcome, findings } = summary;
  const stopping = counted(blockers(findings).length, 'finding');
  switch (outcome.kind) {
    case 'failed':
      return `cannot be planned: ${counted(outcome.errors.length, 'error')} of Terraform`;
    case 'refused-proposal':
      return `refused before it was planned: ${stopping}`;
    case 'refused-plan':
      return `blocked by ${stopping}: ${countsText(outcome.plan) ?? 'no changes'}`;
    case 'proposal':
      return blockers(findings).length > 0 ? `not planned, and blocked by ${stopping}` : 'not planned';
    case 'sealed':
      if (blockers(findings).length > 0) return `blocked by ${stopping}`;
      return countsText(outcome.plan) ?? 'nothing to do';
  }
}

export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** `dev, staging and prod` */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

export function money(dollars: number): string {
  return dollars.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

/** `+10.95`; undefined when nobody would see a difference. */
export function difference({ before, after }: BeforeAfter): string | undefined {
  const text = money(Math.abs(after - before));
  if (text === '0.00') return undefined;
  return `${after > before ? '+' : '−'}${text}`;
}
