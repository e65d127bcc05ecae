/**
 * Drift as findings, with the waivers of kind "drift": one finding for each attribute that differs and each thing that
 * is gone. A waiver of `tags` covers `tags.owner` too; one without an attribute covers all of its address.
 */

import type { EnvironmentName } from '../../stacks/names.ts';
import type { Finding } from '../finding.ts';
import { type Cover, coverOf, type Waiver, type Waivers } from '../waivers.ts';
import type { Drifted } from './drifted.ts';

export type DriftFinding = Finding & { attribute?: string; before?: string; after?: string };

export function driftFindings(
  drifted: readonly Drifted[],
  waivers: Waivers,
  { environment, today }: { environment: EnvironmentName; today: string },
): DriftFinding[] {
  const expired = new Set<Waiver>();
  const findings = drifted.map((each): DriftFinding => {
    const finding = findingOf(each, environment);
    const { rule, address } = finding;
    const subject = { kind: 'drift', environment, rule, address } as const;
    const attribute = each.kind === 'changed' ? each.attribute : undefined;
    const cover = widestCover(attribute, (part) =>
      coverOf({ ...subject, ...(part === undefined ? {} : { attribute: part }) }, waivers, today),
    );
    if (cover.kind === 'expired') expired.add(cover.waiver);
    if (cover.kind !== 'covered') return finding;
    const { reason, until } = cover.waiver;
    return { ...finding, waived: { reason, until } };
  });
  return [...findings, ...[...expired].map(expiredNote)];
}

/** Of the attribute and all that it lies in; a waiver that holds goes before one that is over. */
function widestCover(attribute: string | undefined, coverFor: (part: string | undefined) => Cover): Cover {
  const steps = attribute?.split('.') ?? [];
  const parts = steps.length === 0 ? [undefined] : steps.map((_, at) => steps.slice(0, at + 1).join('.'));
  const covers = parts.map(coverFor);
  return (
    covers.find(({ kind }) => kind === 'covered') ??
    covers.find(({ kind }) => kind === 'expired') ?? { kind: 'none' }
  );
}

function findingOf(drifted: Drifted, environment: EnvironmentName): DriftFinding {
  const { address } = drifted;
  switch (drifted.kind) {
    case 'deleted':
      return {
        rule: 'deleted-outside',
        severity: 'block',
        address,
        sentence: 'It was deleted outside Terraform.',
        nextStep: `Plan (npm run plan -- --env ${environment}): an apply makes it anew, without the data that it held. Or take it out of stacks/.`,
      };
    case 'changed': {
      const { attribute, before, after } = drifted;
      return {
        rule: 'changed-outside',
        severity: 'block',
        address,
        attribute,
        before,
        after,
        sentence: `${attribute} was changed outside Terraform: it was ${before}, and is ${after}.`,
        nextStep:
          `Write it into stacks/ if it is meant, or plan (npm run plan -- --env ${environment}) to put it back; ` +
          'to leave it for a time, waive it in .github/waivers.json (kind "drift", address, attribute, until).',
      };
    }
  }
}

function expiredNote({ address, attribute, reason, until }: Waiver): DriftFinding {
  return {
    rule: 'waiver-expired',
    severity: 'note',
    address,
    ...(attribute === undefined ? {} : { attribute }),
    sentence: `A waiver of this drift ended with ${until} and covers nothing any more. It said: ${reason}`,
    nextStep: 'Mend the drift, or give the waiver in .github/waivers.json a new reason and day.',
  };
}
