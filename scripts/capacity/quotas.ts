/**
 * AWS's quotas of the pipeline's region, from the data file beside it, each with its unit, the page of AWS and whether
 * AWS publishes the number or it is assumed here. What an environment may be set to stands in stacks/limits.ts; where
 * both name a number a test holds them together.
 */

import list from './quotas.json' with { type: 'json' };

export type QuotaName = keyof typeof list.quotas;

type Quota = {
  value: number;
  unit: string;
  page: string;
  standing: 'published' | 'assumed';
  /** Where a higher one is asked for; absent where AWS gives none. */
  raise?: string;
};

/** `date` is the day on which the list was last gone through. */
export const QUOTAS = list as { region: string; date: string; quotas: Readonly<Record<QuotaName, Quota>> };

export function quota(name: QuotaName): number {
  return QUOTAS.quotas[name].value;
}
