/**
 * What became of each address while a plan was applied, from Terraform's messages: applied, failed with the reason, or
 * not begun. After a failure half way it is what a person needs to know first. It is pure; the state has the last word.
 */

import { type Diagnostic, type Message, sentenceOf } from './messages.ts';

export type Failed = { address: string; reason: string };

export type ApplyReport = {
  applied: readonly string[];
  failed: readonly Failed[];
  notBegun: readonly string[];
  /** What went wrong without an address: the lock, the state, the plan itself. */
  otherwise: readonly string[];
};

/** What an address needs to have gone through; other planned actions change nothing on AWS. */
const STEPS: Readonly<Record<string, readonly string[]>> = {
  create: ['create'],
  update: ['update'],
  delete: ['delete'],
  replace: ['delete', 'create'],
};

export function applyReport(messages: readonly Message[], diagnostics: readonly Diagnostic[]): ApplyReport {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const report = { applied: [] as string[], failed: [] as Failed[], notBegun: [] as string[] };
  for (const [address, steps] of plannedSteps(messages)) {
    const own = errors.filter((error) => error.address === address);
    const fate = fateOf(
      messages.filter((each) => 'address' in each && each.address === address),
      steps,
      own,
    );
    if (fate === 'applied') report.applied.push(address);
    else if (fate === 'not-begun') report.notBegun.push(address);
    else report.failed.push({ address, reason: fate.reason });
  }
  const told = new Set(report.failed.map(({ address }) => address));
  const otherwise = errors.filter(({ address }) => !address || !told.has(address)).map(sentenceOf);
  return { ...report, otherwise };
}

/** From the messages and errors of one address alone. */
function fateOf(
  messages: readonly Message[],
  steps: readonly string[],
  errors: readonly Diagnostic[],
): 'applied' | 'not-begun' | { reason: string } {
  const done = steps.filter((step) => messages.some((each) => each.kind === 'done' && each.action === step));
  if (errors.length === 0 && done.length === steps.length) return 'applied';
  const reasons = errors.map(({ summary, detail, severity }) => sentenceOf({ summary, detail, severity }));
  const failed = messages.some(({ kind }) => kind === 'failed');
  if (reasons.length === 0 && failed) reasons.push('It failed, and the provider gave no reason.');
  const underWay = messages.some((each) => each.kind === 'started' && !done.includes(each.action));
  if (reasons.length === 0 && underWay)
    reasons.push('It was under way when Terraform ended; AWS may have done it.');
  if (steps.length > 1) reasons.push(...halfOf(done));
  return reasons.length === 0 ? 'not-begun' : { reason: reasons.join(' ') };
}

/** Of a replacement one half is done: whoever reads must know which of the two exists now. */
function halfOf(done: readonly string[]): string[] {
  if (done.length !== 1) return [];
  if (done[0] === 'delete') return ['The old one is gone, and the new one is not there yet.'];
  return ['The new one is there, and the old one still is.'];
}

function plannedSteps(messages: readonly Message[]): Map<string, readonly string[]> {
  const steps = new Map<string, readonly string[]>();
  for (const message of messages) {
    const own = message.kind === 'planned' ? STEPS[message.action] : undefined;
    if (message.kind === 'planned' && own && !message.address.startsWith('data.'))
      steps.set(message.address, own);
  }
  return steps;
}
