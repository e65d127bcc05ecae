/**
 * Holds what the linters found against the waivers of kind `lint`. A finding is waived at its own address or, for a
 * choice that holds for all of a kind, at the kind's (`aws_cloudwatch_log_group`). A waiver that covers nothing is a
 * finding itself: what it excused is gone, and it would excuse the next by accident.
 */

import type { EnvironmentName } from '../../stacks/names.ts';
import type { Finding } from '../finding.ts';
import { type Cover, coverOf, type Waiver, type Waivers } from '../waivers.ts';
import type { Linted } from './linted.ts';

/** What one look found, in one environment or in what all share. */
export type Look = { environment?: EnvironmentName; found: readonly Linted[] };

export type Judged = Finding & { environments: readonly EnvironmentName[] };

export function judge(looks: readonly Look[], waivers: Waivers, today: string): Judged[] {
  const used = new Set<Waiver>();
  const judged = new Map<string, Judged>();
  for (const { environment, found } of looks)
    for (const each of found) {
      const cover = coverIn(each, waivers, today, environment);
      if (cover.kind !== 'none') used.add(cover.waiver);
      const finding = marked(each.finding, cover);
      const key = JSON.stringify(finding);
      const environments = [...(judged.get(key)?.environments ?? []), ...(environment ? [environment] : [])];
      judged.set(key, { ...finding, environments });
    }
  const idle = waivers.filter((waiver) => waiver.kind === 'lint' && !used.has(waiver)).map(idleFinding);
  return [...judged.values(), ...idle];
}

function coverIn(
  { finding, kind }: Linted,
  waivers: Waivers,
  today: string,
  environment?: EnvironmentName,
): Cover {
  const covers = [finding.address, kind].map((address) =>
    coverOf(
      { kind: 'lint', rule: finding.rule, address, ...(environment && { environment }) },
      waivers,
      today,
    ),
  );
  const better = (wanted: Cover['kind']) => covers.find((cover) => cover.kind === wanted);
  return better('covered') ?? better('expired') ?? { kind: 'none' };
}

function marked(finding: Finding, cover: Cover): Finding {
  switch (cover.kind) {
    case 'none':
      return finding;
    case 'covered':
      return { ...finding, waived: { reason: cover.waiver.reason, until: cover.waiver.until } };
    case 'expired':
      return {
        ...finding,
        sentence: `${finding.sentence} It was waived until ${cover.waiver.until}: ${cover.waiver.reason}`,
        nextStep: `Mend it, or look at the reason again and give the waiver a new day. ${finding.nextStep}`,
      };
  }
}

function idleFinding({ rule, address, environment, reason }: Waiver): Judged {
  return {
    rule: 'waiver-covers-nothing',
    severity: 'block',
    address,
    sentence: `No linter finds ${rule ?? 'anything'} there${environment ? ` in ${environment}` : ''} any more. The waiver said: ${reason}`,
    nextStep: 'Remove it from .github/waivers.json.',
    environments: environment ? [environment] : [],
  };
}
