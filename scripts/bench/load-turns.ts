/** The kinds of turns that k6 takes for its figures, known to the benchmark and to the script that k6 runs. */

import type { OrderModel } from '../../loadtest/orders.ts';

/** How many turns k6 takes, with how many of its users, and how many orders are in each. */
export const TURNS = {
  nothing: { count: 8, users: 8, ordersEach: 0 },
  orders: { count: 30, users: 1, ordersEach: 1_000 },
  unsigned: { count: 8_000, users: 8, ordersEach: 1 },
  'signed once': { count: 8_000, users: 8, ordersEach: 1 },
  put: { count: 8_000, users: 8, ordersEach: 1 },
  batch: { count: 800, users: 8, ordersEach: 25 },
} as const;

export type Turn = keyof typeof TURNS;

/** Orders of a run at 400 a second: a tenth has the four original fields alone. */
export const MODEL: OrderModel = {
  seed: 1_784_000_000,
  startsAt: Date.UTC(2026, 6, 7),
  ordersPerSecond: 400,
  dayMs: 60_000,
  originalShare: 0.1,
};
