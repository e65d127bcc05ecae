/**
 * The events that are planned for: how many orders a second on average and at the peak, for how long, and how the
 * numbers were come by. Where no source is known the derivation says "assumed". It knows nothing of AWS.
 */

import { HOURLY_INTENSITY } from '../../loadtest/catalogue.ts';
import type { EventName } from '../../stacks/environments.ts';

export type Profile = {
  name: string;
  ordersPerSecondAverage: number;
  ordersPerSecondPeak: number;
  hours: number;
  /** An order's item in the table; absent: as the generator makes it. */
  itemBytes?: number;
  derivation: string;
  sources: readonly string[];
};

const INTENSITY_MEAN = HOURLY_INTENSITY.reduce((sum, each) => sum + each, 0) / HOURLY_INTENSITY.length;
/** The busiest hour of the generator's day over its mean. */
const BUSIEST_HOUR = Math.max(...HOURLY_INTENSITY) / INTENSITY_MEAN;
/** How fast the rush at the opening falls off: to a third in so long. */
const RUSH_SECONDS = 600;

const PRIME_DAY_2023 =
  'https://retailleader.com/amazon-boasts-first-day-prime-day-largest-sales-day-its-history';
const UNITS_AN_ORDER = 'https://chainstoreage.com/study-prime-day-order-volume-price-drop-2021';

export const PROFILES: readonly (Profile & { name: EventName })[] = [
  {
    name: 'regional-shop',
    ordersPerSecondAverage: 100,
    ordersPerSecondPeak: 100 * BUSIEST_HOUR,
    hours: 48,
    derivation:
      'Assumed: a twelfth of Amazon’s average. The peak is the busiest hour of the generator’s curve.',
    sources: [],
  },
  {
    name: 'amazon-average',
    ordersPerSecondAverage: 1_150,
    ordersPerSecondPeak: 1_150 * BUSIEST_HOUR,
    hours: 48,
    derivation:
      '375 million items in 48 hours are 2,170 items a second; at 1.9 items an order (assumed: 1.7 were measured in ' +
      '2021) that is 1,142 orders a second. The peak is the busiest hour of the generator’s curve.',
    sources: [PRIME_DAY_2023, UNITS_AN_ORDER],
  },
  {
    name: 'amazon-peak',
    ordersPerSecondAverage: 1_150,
    ordersPerSecondPeak: 6_000,
    hours: 48,
    derivation:
      'Amazon’s average, and a rush at the opening of five times as much (assumed: Amazon publishes no orders by ' +
      'the minute).',
    sources: [PRIME_DAY_2023],
  },
  {
    name: 'ceiling',
    ordersPerSecondAverage: 12_000,
    ordersPerSecondPeak: 12_000,
    hours: 48,
    derivation: 'Assumed: twice that peak, held for the whole event, to see which quota comes next.',
    sources: [],
  },
];

/**
 * Orders a second, `seconds` after the opening: the generator's day, which opens with its busiest hour, flattened where
 * the peak is lower than that hour, and with a rush at the opening where it is higher. An event has whole days; one
 * shorter than a day has the whole curve.
 */
export function ordersPerSecondAt(profile: Profile, seconds: number): number {
  const { ordersPerSecondAverage: average, ordersPerSecondPeak: peak, hours } = profile;
  const daySeconds = (hours * 3600) / Math.max(1, Math.round(hours / 24));
  const hour = Math.floor(((seconds % daySeconds) / daySeconds) * HOURLY_INTENSITY.length);
  const swing = Math.min(1, (peak / average - 1) / (BUSIEST_HOUR - 1));
  const intensity = (HOURLY_INTENSITY[hour] as number) / INTENSITY_MEAN;
  return average * (1 + (intensity - 1) * swing) + rushOf(profile) * Math.exp(-seconds / RUSH_SECONDS);
}

/** All orders of the event, the rush included. */
export function ordersOf(profile: Profile): number {
  const seconds = profile.hours * 3600;
  const rush = rushOf(profile) * RUSH_SECONDS * (1 - Math.exp(-seconds / RUSH_SECONDS));
  return profile.ordersPerSecondAverage * seconds + rush;
}

/** Orders a second at the opening beyond the busiest hour. */
function rushOf({ ordersPerSecondAverage, ordersPerSecondPeak }: Profile): number {
  return Math.max(0, ordersPerSecondPeak - ordersPerSecondAverage * BUSIEST_HOUR);
}
