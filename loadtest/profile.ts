/**
 * The shapes of load: how many orders a second, when. Plain arithmetic, so that the command knows before a run what k6
 * is about to do, and the report afterwards what was asked at which moment.
 *
 *     load, k6 → [profile] → k6's scenario, the number of orders, the rate at a moment
 */

import { HOURLY_INTENSITY } from './catalogue.ts';

export const PROFILE_NAMES = ['baseline', 'spike', 'soak', 'stress', 'prime-day'] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

/** The rate goes straight from one moment to the next; a jump is two at one moment. */
export type Moment = { second: number; ordersPerSecond: number };

export type Profile = {
  name: ProfileName;
  /** Orders a second at the most. */
  peak: number;
  seconds: number;
  moments: readonly Moment[];
};

/** What each is for, and what it does where nothing else is said: numbers that a laptop carries. */
export const PROFILES: Readonly<Record<ProfileName, { about: string; peak: number; seconds: number }>> = {
  baseline: { about: 'a constant rate, to compare with', peak: 50, seconds: 60 },
  spike: { about: 'the doors open: ten times the rate within two seconds', peak: 200, seconds: 60 },
  soak: { about: 'a constant rate for long', peak: 50, seconds: 3_600 },
  stress: { about: 'climbs until something gives way', peak: 2_000, seconds: 120 },
  'prime-day': { about: 'the intensity of a whole Prime Day, compressed', peak: 150, seconds: 120 },
};

const DOORS_OPEN_SECONDS = 2;
const SPIKE_TIMES = 10;

export function profileOf(name: ProfileName, peak: number, seconds: number): Profile {
  return { name, peak, seconds, moments: momentsOf(name, peak, seconds) };
}

function momentsOf(name: ProfileName, peak: number, seconds: number): Moment[] {
  const at = (share: number, ordersPerSecond: number): Moment => ({
    second: share * seconds,
    ordersPerSecond,
  });
  switch (name) {
    case 'baseline':
    case 'soak':
      return [at(0, peak), at(1, peak)];
    case 'spike': {
      const before = peak / SPIKE_TIMES;
      const opened = 0.2 + Math.min(0.1, DOORS_OPEN_SECONDS / seconds);
      return [
        at(0, before),
        at(0.2, before),
        at(opened, peak),
        at(0.7, peak),
        at(0.7, before),
        at(1, before),
      ];
    }
    case 'stress':
      return [at(0, 0), at(1, peak)];
    case 'prime-day': {
      const most = Math.max(...HOURLY_INTENSITY);
      const hours = HOURLY_INTENSITY.length;
      return HOURLY_INTENSITY.flatMap((intensity, hour) => [
        at(hour / hours, peak * (intensity / most)),
        at((hour + 1) / hours, peak * (intensity / most)),
      ]);
    }
  }
}

/** How many orders a profile asks for in the seconds between. */
export function ordersBetween({ moments }: Profile, from: number, to: number): number {
  let orders = 0;
  for (let i = 1; i < moments.length; i++) {
    const a = moments[i - 1] as Moment;
    const b = moments[i] as Moment;
    const begin = Math.max(from, a.second);
    const end = Math.min(to, b.second);
    if (end > begin) orders += ((rateOn(a, b, begin) + rateOn(a, b, end)) / 2) * (end - begin);
  }
  return orders;
}

export function ordersOf(profile: Profile): number {
  return Math.round(ordersBetween(profile, 0, profile.seconds));
}

function rateOn(a: Moment, b: Moment, second: number): number {
  const share = (second - a.second) / (b.second - a.second);
  return a.ordersPerSecond + share * (b.ordersPerSecond - a.ordersPerSecond);
}

/** k6 counts whole iterations a time unit: a unit of ten seconds leaves room for a tenth of an order a second. */
const UNIT_SECONDS = 10;
/** What an iteration may take before k6 has no one free for the next: retries included. */
const SECONDS_AN_ITERATION = 1;
const VUS_MIN = 20;
const VUS_MAX = 2_000;

/** An open model: k6 begins as many iterations as are due, however slow the answers are. */
export function scenarioOf({ moments, peak }: Profile, ordersAnIteration: number) {
  const whole = (ordersPerSecond: number) => Math.round(ordersPerSecond * UNIT_SECONDS);
  const vus = Math.ceil((peak / ordersAnIteration) * SECONDS_AN_ITERATION);
  const preAllocatedVUs = Math.min(VUS_MAX, Math.max(VUS_MIN, vus));
  return {
    executor: 'ramping-arrival-rate' as const,
    startRate: whole(moments[0]?.ordersPerSecond ?? 0),
    timeUnit: `${UNIT_SECONDS * ordersAnIteration}s`,
    preAllocatedVUs,
    maxVUs: Math.min(VUS_MAX, 2 * preAllocatedVUs),
    stages: moments.slice(1).map(({ second, ordersPerSecond }, i) => ({
      duration: `${Math.round((second - (moments[i] as Moment).second) * 1_000)}ms`,
      target: whole(ordersPerSecond),
    })),
  };
}
