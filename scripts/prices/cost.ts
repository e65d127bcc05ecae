/**
 * What a plan changes in the bill, by list prices: dollars a month that are paid whether or not orders come, and dollars
 * for a million orders. An estimate to compare with, not an invoice: no free tier, no discount, no tax. What it cannot
 * price it names.
 */

import type { Plan, ResourceChange } from '../terraform/plan-json.ts';
import { monthlyOf } from './fixed.ts';
import { PRICE_LIST } from './price-list.ts';
import { type Resource, usageOf } from './usage.ts';

export type BeforeAfter = { before: number; after: number };

export type Cost = {
  region: string;
  currency: string;
  /** The day of the price list. */
  date: string;
  monthly: BeforeAfter;
  /** What makes the difference, the largest first. */
  lines: readonly ({ address: string; what: string } & BeforeAfter)[];
  perMillionOrders: BeforeAfter;
  usageLines: readonly ({ what: string } & BeforeAfter)[];
  /** What the plan makes or changes and whose cost is not known here, with the reason. */
  notPriced: readonly { address: string; why: string }[];
};

/** Half a tenth of a cent: what no one sees. */
const DIFFERENCE_MIN = 0.0005;
const NOT_PRICED_MAX = 100;

export function costOf({ changes }: Pick<Plan, 'changes'>): Cost {
  const before = resourcesOf(changes, (change) => change.before);
  const after = resourcesOf(changes, afterOf);
  const changed = new Set(changes.filter(({ action }) => action !== 'no-op').map(({ address }) => address));
  const was = fixedOf(before);
  const is = fixedOf(after);
  const used = { before: usageOf(before), after: usageOf(after) };
  return {
    region: PRICE_LIST.region,
    currency: PRICE_LIST.currency,
    date: PRICE_LIST.date,
    monthly: { before: was.total, after: is.total },
    lines: differences(was.lines, is.lines).map(({ name, ...line }) => ({ address: name, ...line })),
    perMillionOrders: { before: sum(used.before), after: sum(used.after) },
    usageLines: differences(
      used.before.map((line) => ({ ...line, name: line.what })),
      used.after.map((line) => ({ ...line, name: line.what })),
    ).map(({ what, before, after }) => ({ what, before, after })),
    notPriced: is.notPriced.filter(({ address }) => changed.has(address)).slice(0, NOT_PRICED_MAX),
  };
}

/** What Terraform lets go of stays in AWS, and on the bill. */
function afterOf(change: ResourceChange): ResourceChange['after'] {
  return change.action === 'forget' ? change.before : change.after;
}

function resourcesOf(
  changes: readonly ResourceChange[],
  valuesOf: (change: ResourceChange) => ResourceChange['after'],
): Resource[] {
  return changes.flatMap((change) => {
    const values = valuesOf(change);
    return values === null ? [] : [{ address: change.address, type: change.type, values }];
  });
}

type Line = { name: string; what: string; dollars: number };

function fixedOf(resources: readonly Resource[]): {
  total: number;
  lines: Line[];
  notPriced: Cost['notPriced'];
} {
  const lines: Line[] = [];
  const notPriced: { address: string; why: string }[] = [];
  for (const { address, type, values } of resources) {
    const monthly = monthlyOf(type, values);
    if (monthly.kind === 'not-priced') notPriced.push({ address, why: monthly.why });
    if (monthly.kind === 'priced')
      lines.push({ name: address, what: monthly.what, dollars: monthly.dollars });
  }
  return { total: sum(lines), lines, notPriced };
}

function differences(
  before: readonly Line[],
  after: readonly Line[],
): ({ name: string; what: string } & BeforeAfter)[] {
  const was = new Map(before.map((line) => [line.name, line]));
  const is = new Map(after.map((line) => [line.name, line]));
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((name) => ({
      name,
      what: whatText(was.get(name)?.what, is.get(name)?.what),
      before: was.get(name)?.dollars ?? 0,
      after: is.get(name)?.dollars ?? 0,
    }))
    .filter((line) => Math.abs(line.after - line.before) > DIFFERENCE_MIN)
    .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before));
}

function whatText(was: string | undefined, is: string | undefined): string {
  if (was === undefined || is === undefined || was === is) return is ?? was ?? '';
  return `${was} → ${is}`;
}

function sum(lines: readonly { dollars: number }[]): number {
  return lines.reduce((total, { dollars }) => total + dollars, 0);
}
