/**
 * What k6 does in a run: iteration i places order i (or twenty-five from 25 · i on) and writes the status changes of
 * earlier orders that fall due with it. k6 numbers iterations over all machines of a run, so no two write the same
 * order, and whoever looks afterwards knows which orders there must be.
 *
 *     profile, orders → [place-orders] → send → DynamoDB
 *
 * A status change is the whole item put again, as BatchWriteItem knows no updates. No order is ever deleted here, so
 * each one that was acknowledged must stand in the views.
 */

import exec from 'k6/execution';
import { Counter } from 'k6/metrics';
import type { Options } from 'k6/options';
import { BATCH_ITEMS_MAX, METRICS, SLICES, thresholdsOf } from './measures.ts';
import { type OrderModel, orderId, orderText, stepsDue } from './orders.ts';
import { ordersOf, type ProfileName, scenarioOf } from './profile.ts';
import { sender, sha256 } from './send.ts';
import { readSettings, type Settings } from './settings.ts';

/** A status change comes so long after the order at the least, so that it never overtakes it. */
const FIRST_STEP_SECONDS = 2;
/** The order model's own lag of that step. */
const FIRST_STEP_ORDERS = 16;
/** Steps of one order are then more than a batch apart: a batch may name an order once. */
const STRETCH_MIN = 4;

const orders = new Counter(METRICS.orders);
const begun = new Counter(METRICS.begun);

/** Whatever an iteration has begun, repeats included, it may end. */
const GRACEFUL_STOP = '90s';

type Started = { seed: number; startedAt: number };

export function loadOf(name: ProfileName) {
  const settings = readSettings(name, __ENV);
  const { profile, writes } = settings;
  const ordersAnIteration = writes === 'batch' ? BATCH_ITEMS_MAX : 1;
  const send = sender(settings);
  const stretch = Math.max(STRETCH_MIN, Math.ceil((profile.peak * FIRST_STEP_SECONDS) / FIRST_STEP_ORDERS));
  const sliceMs = (profile.seconds * 1_000) / SLICES;
  let model: OrderModel | undefined;

  function place({ seed }: Started): void {
    begun.add(1);
    model ??= modelOf(settings, seed);
    const { iterationInTest, startTime } = exec.scenario;
    const slice = String(Math.min(SLICES - 1, Math.floor((Date.now() - startTime) / sliceMs)));
    const first = iterationInTest * ordersAnIteration;
    if (writes === 'put') placeOne(model, first, slice);
    else placeBatch(model, first, slice);
  }

  function placeOne(of: OrderModel, i: number, slice: string): void {
    if (send.put(orderText(of, i, sha256), slice)) orders.add(1, { slice });
    else tellUnplaced(of, i, 1);
    for (const step of steps(of, i)) send.put(step, slice);
  }

  function placeBatch(of: OrderModel, first: number, slice: string): void {
    const placed = Array.from({ length: BATCH_ITEMS_MAX }, (_, k) => orderText(of, first + k, sha256));
    const unplaced = send.batch(placed, slice);
    orders.add(BATCH_ITEMS_MAX - unplaced, { slice });
    if (unplaced > 0) tellUnplaced(of, first, BATCH_ITEMS_MAX);
    const due = placed.flatMap((_, k) => steps(of, first + k));
    for (let k = 0; k < due.length; k += BATCH_ITEMS_MAX)
      send.batch(due.slice(k, k + BATCH_ITEMS_MAX), slice);
  }

  function steps(of: OrderModel, i: number): string[] {
    return stepsDue(of, i, sha256, stretch).flatMap(({ earlier, becomes }) =>
      becomes === 'gone' ? [] : [orderText(of, earlier, sha256, becomes)],
    );
  }

  return { options: optionsOf(settings, ordersAnIteration), setup: () => begin(settings), place };
}

/** Every machine and every VU must write the same run's orders; only here is the clock asked which. */
function begin({ seed }: Settings): Started {
  const startedAt = Date.now();
  return { seed: seed ?? Math.floor(startedAt / 1_000), startedAt };
}

/** A run's orders fall into its own time, along the day's curve compressed. */
function modelOf({ profile, originalShare }: Settings, seed: number): OrderModel {
  return {
    seed,
    startsAt: seed * 1_000,
    ordersPerSecond: Math.max(1, ordersOf(profile)) / profile.seconds,
    dayMs: profile.seconds * 1_000,
    originalShare,
  };
}

/** The verifier reads these lines: no one was promised these orders. */
function tellUnplaced(model: OrderModel, first: number, count: number): void {
  const orderid = orderId(model, first);
  console.warn(JSON.stringify({ unplaced: { orderid, first, count } }));
}

function optionsOf({ profile }: Settings, ordersAnIteration: number): Options {
  return {
    scenarios: {
      [profile.name]: { ...scenarioOf(profile, ordersAnIteration), gracefulStop: GRACEFUL_STOP },
    },
    thresholds: thresholdsOf(profile),
    summaryTrendStats: ['count', 'min', 'med', 'p(95)', 'p(99)', 'max'],
    // Each tag that is left out is one less series to keep.
    systemTags: ['scenario', 'status'],
  };
}
