/**
 * A year of a shop that does not exist, for the projection's picture and figures: seven event days and four normal ones,
 * spread as the profiles in sql/seeds say, with noise that lasts and, on each event day, an afternoon's surprise. The
 * same numbers each time. It says how the projection does when its profile is right, and nothing about any real shop.
 */

import { type AnyRow, change } from '../../../sql/testing.ts';

export type Day = {
  date: string;
  /** Its first moment, as the shop's clock has it. */
  midnight: number;
  profile: 'flash-sale' | 'normal-day';
  /** What each quarter of an hour sold. */
  cents: number[];
};

const MINUTE_MS = 60_000;
const DAY_CENTS = 100_000_000;

/** A quarter of an hour strays from its profile by so much (the deviation of the logarithm), and the next one inherits
 * nine tenths of it: a good hour is followed by a good hour. Chosen, not measured. */
export const NOISE = 0.15;
const MEMORY = 0.9;

/** The day that the picture asks at each hour: from two to five in the afternoon it sells half as much again. */
export const TODAY = '2026-11-27';
export const SURPRISE = { fromHour: 14, toHour: 17, factor: 1.5 };

/** Midnight in New York is at 4:00 UTC in summer, at 5:00 in winter. */
const DATES = [
  ...['2025-07-08', '2025-07-09', '2025-07-10', '2025-07-11'].map((date) => ({ date, at: 4, event: true })),
  ...['2025-11-28', '2025-12-01'].map((date) => ({ date, at: 5, event: true })),
  ...['2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26'].map((date) => ({ date, at: 5, event: false })),
  { date: TODAY, at: 5, event: true },
];

/** `shares` has the 96 shares of each profile. */
export function syntheticDays(
  shares: Readonly<Record<Day['profile'], readonly number[]>>,
  noise: number,
): Day[] {
  const chance = fractions(20_261_127);
  return DATES.map(({ date, at, event }) => {
    const profile = event ? 'flash-sale' : 'normal-day';
    const size = (event ? 1 : 0.15) * DAY_CENTS * Math.exp(0.3 * normal(chance));
    const surprise = date === TODAY ? SURPRISE : someSurprise(chance);
    let stray = noise * normal(chance);
    const cents = shares[profile].map((share, quarter) => {
      stray = MEMORY * stray + noise * Math.sqrt(1 - MEMORY ** 2) * normal(chance);
      const hour = quarter / 4;
      const more = event && hour >= surprise.fromHour && hour < surprise.toHour ? surprise.factor : 1;
      return Math.max(1, Math.round(size * share * more * Math.exp(stray)));
    });
    return { date, midnight: Date.parse(`${date}T00:00:00Z`) + at * 60 * MINUTE_MS, profile, cents };
  });
}

/** The lake's rows of a day, up to an hour of it: one order in the last minute of each quarter, so that the newest
 * minute of an hour ends with the hour. */
export function rowsOf({ date, midnight, cents }: Day, untilHour = 24): AnyRow[] {
  return cents.slice(0, untilHour * 4).map((price, quarter) =>
    change({
      orderid: `${date}-${quarter}`,
      price: price / 100,
      changed_at: new Date(midnight + (quarter * 15 + 14) * MINUTE_MS).toISOString(),
    }),
  );
}

/** From one to four hours of an afternoon, up to half as much again or a third less. */
function someSurprise(chance: () => number): typeof SURPRISE {
  const fromHour = 12 + 4 * chance();
  return { fromHour, toHour: fromHour + 1 + 3 * chance(), factor: Math.exp(0.8 * (chance() - 0.5)) };
}

/** Mulberry32: a fraction a call, the same from the same seed. */
function fractions(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Of mean 0 and deviation 1 (Box and Muller). */
function normal(chance: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
}
