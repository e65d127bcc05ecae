/**
 * Which orders a data directory has seen, so that the next run's generator goes on after them. Numbers are reserved
 * in blocks before they are used: after a crash some are skipped, and none is ever placed twice.
 */

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OrderModel, placedAt } from '../loadtest/orders.ts';

export type OrderBook = {
  /** The first number that no run has used. */
  first: number;
  /** A model whose order `first` is placed at `now`. */
  model(ordersPerSecond: number, originalShare: number, now: number): OrderModel;
  /** Called before number `i` is used. */
  reserve(i: number): void;
};

const BLOCK_ORDERS = 1_000;

/** A day of the intensity curve, squeezed so that half a minute of `npm start` shows all of it. */
const DAY_MS = 30_000;

export function openOrderBook(directory: string, seed: number): OrderBook {
  const file = join(directory, 'orders.json');
  const seeds = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>) : {};
  const first = seeds[seed] ?? 0;
  let reserved = first;
  return {
    first,
    model(ordersPerSecond, originalShare, now) {
      const curve = { seed, startsAt: 0, ordersPerSecond, dayMs: DAY_MS, originalShare };
      return { ...curve, startsAt: now - placedAt(curve, first) };
    },
    reserve(i) {
      if (i < reserved) return;
      const next = i + BLOCK_ORDERS;
      try {
        writeFileSync(`${file}.new`, `${JSON.stringify({ ...seeds, [seed]: next })}\n`);
        renameSync(`${file}.new`, file);
        reserved = next;
      } catch {
        // A full disk. The next order asks again; a number that a later run uses anew is placed on condition that no
        // such order is there, so it changes nothing.
      }
    },
  };
}
