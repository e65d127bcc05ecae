/**
 * AWS's list prices of the pipeline's region, from the data file beside it: what one unit costs, which unit, on which
 * page AWS says it, and where and when the figure was seen. Free tiers, discounts and taxes are not in it. Nothing here
 * knows what uses a unit; cost.ts does for a plan.
 */

import list from './us-east-2.json' with { type: 'json' };

export type PriceName = keyof typeof list.prices;

export type Price = {
  /** Of `per` units. */
  price: number;
  per: number;
  unit: string;
  /** AWS's own page. */
  page: string;
  /** Where and when the figure was seen, as the page cannot be read by a program. */
  seen: string;
};

/** `date` is the day on which the list was last gone through. */
export const PRICE_LIST: {
  region: string;
  currency: string;
  date: string;
  prices: Readonly<Record<PriceName, Price>>;
} = list;

/** As AWS's calculator counts a month. */
export const MONTH_HOURS = 730;

export function costOfUnits(name: PriceName, units: number): number {
  const { price, per } = PRICE_LIST.prices[name];
  return (units * price) / per;
}
