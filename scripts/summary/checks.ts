/** Who judged the change and what each said, in one line: a check that found nothing is said to have been asked. */

import type { Finding } from '../finding.ts';
import type { EnvironmentSummary } from './summary.ts';
import { blockers, counted, planOf } from './words.ts';

type Check = { name: string; judges(rule: string): boolean; asked(summary: EnvironmentSummary): boolean };

const isGate = (rule: string) => rule.startsWith('gate-');
const isLock = (rule: string) => rule.startsWith('stateful-');
const blocked = ({ findings }: EnvironmentSummary, judges: (rule: string) => boolean) =>
  blockers(findings).some(({ rule }) => judges(rule));

const CHECKS: readonly Check[] = [
  { name: 'gate', judges: isGate, asked: () => true },
  // What the gate refuses is no stack that anyone else reads.
  { name: 'stored-data lock', judges: isLock, asked: (summary) => !blocked(summary, isGate) },
  {
    name: 'pipeline review',
    judges: (rule) => !isGate(rule) && !isLock(rule),
    asked: (summary) => planOf(summary) !== undefined,
  },
];

/** `Checks: gate passed · stored-data lock 1 blocking · pipeline review 2 warnings` */
export function checkLine(summaries: readonly EnvironmentSummary[]): string {
  return `Checks: ${CHECKS.map((check) => `${check.name} ${resultOf(check, summaries)}`).join(' · ')}`;
}

function resultOf({ judges, asked }: Check, summaries: readonly EnvironmentSummary[]): string {
  const those = summaries.filter(asked);
  if (those.length === 0) return 'not asked';
  const findings = those.flatMap((summary) => summary.findings.filter(({ rule }) => judges(rule)));
  const without = summaries.filter((summary) => !asked(summary)).map(({ environment }) => environment);
  const missing = without.length > 0 ? ` (not asked for ${without.join(', ')})` : '';
  return `${findingsResult(findings)}${missing}`;
}

function findingsResult(findings: readonly Finding[]): string {
  const open = findings.filter(({ waived }) => !waived);
  const warnings = open.filter(({ severity }) => severity === 'warn').length;
  const notes = open.filter(({ severity }) => severity === 'note').length;
  const parts = [
    ...(blockers(findings).length > 0 ? [`**${blockers(findings).length} blocking**`] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
    ...(findings.length > open.length ? [`${findings.length - open.length} waived`] : []),
    ...(notes > 0 ? [counted(notes, 'note')] : []),
  ];
  return parts.length > 0 ? parts.join(', ') : 'passed';
}
