/**
 * The orders of a Prime Day, as pure functions of a model and a number: order i is the same in any process, in any
 * order, in Node and in k6, so a verifier recomputes what must be in the lake without a ledger.
 *
 *     generate-orders, k6 → [orders] → items and changes to write
 *
 * It writes nothing, reads no clock and draws no chance: sha256 of "<seed>/<i>" decides everything about order i.
 */

import { DEALS, type Deal, HOURLY_INTENSITY, PRODUCTS, type Product } from './catalogue.ts';

/** SHA-256 of a text as lower-case hex: `node:crypto` in Node, `k6/crypto` in k6. */
export type Sha256Hex = (text: string) => string;

export type OrderModel = {
  seed: number;
  /** When order 0 is placed, milliseconds since the epoch. */
  startsAt: number;
  /** Mean over a day; the intensity curve spreads it. */
  ordersPerSecond: number;
  /** How long one day of the curve lasts: a real day, or one squeezed into seconds to see the curve at once. */
  dayMs: number;
  /** Share of orders, 0 to 1, that have only the four original fields and never change. */
  originalShare: number;
};

export type OrderStatus = 'PLACED' | 'PAID' | 'SHIPPED' | 'CANCELLED' | 'RETURNED';

/** DynamoDB's JSON of an attribute, as far as orders need it. */
export type Attribute = { S: string } | { N: string };

export type Write =
  | { kind: 'place'; orderid: string; item: Record<string, Attribute> }
  | { kind: 'advance'; orderid: string; status: OrderStatus }
  | { kind: 'delete'; orderid: string };

/** A step in an order's life comes this many orders after it was placed. */
const STEP_LAG_ORDERS = { pay: 16, cancel: 24, ship: 48, giveBack: 96, erase: 160 } as const;

/** How often it happens, of 1,000 orders. */
const CANCELLED_PER_MILLE = 40;
const RETURNED_PER_MILLE = 30;
const ERASED_PER_MILLE = 5;

/** How much likelier an order is for a product while its deal is open, as a share of all orders then. */
const DEAL_PULL = 0.3;

const REGIONS = ['us-east', 'us-west', 'us-central', 'eu-west', 'eu-central', 'ap-northeast'] as const;
const CHANNELS = ['app', 'app', 'app', 'web', 'web', 'voice'] as const;
const QUANTITIES = [1, 1, 1, 1, 1, 1, 2, 2, 3, 4] as const;
const CUSTOMERS = 5_000;

/** The key of order `i`. It names the seed, so that runs with other seeds never meet. */
function orderId(model: OrderModel, i: number): string {
  return `order-${model.seed}-${String(i).padStart(9, '0')}`;
}

/** When order `i` is placed, milliseconds since the epoch: never earlier than order i - 1. */
export function placedAt(model: OrderModel, i: number): number {
  const perDay = (model.ordersPerSecond * model.dayMs) / 1000;
  const days = i / perDay;
  const day = Math.floor(days);
  return Math.round(model.startsAt + (day + shareOfDay(days - day)) * model.dayMs);
}

/** What is written when the turn comes to order `i`: the order itself, and the steps of earlier ones now due. */
export function writesAt(model: OrderModel, i: number, sha256: Sha256Hex): Write[] {
  const writes: Write[] = [{ kind: 'place', orderid: orderId(model, i), item: orderItem(model, i, sha256) }];
  for (const [step, lag] of Object.entries(STEP_LAG_ORDERS) as [keyof typeof STEP_LAG_ORDERS, number][]) {
    const earlier = i - lag;
    if (earlier < 0) continue;
    const write = stepOf(model, earlier, step, drawsOf(model, earlier, sha256));
    if (write) writes.push(write);
  }
  return writes;
}

/** Order `i` as the item that places it. */
export function orderItem(model: OrderModel, i: number, sha256: Sha256Hex): Record<string, Attribute> {
  const draws = drawsOf(model, i, sha256);
  const at = placedAt(model, i);
  const deal = openDeal(model, at, draws.deal);
  const product = deal ? productNamed(deal.product) : productAt(draws.product);
  const cents = deal ? Math.round((product.priceCents * (100 - deal.percentOff)) / 100) : product.priceCents;
  const original: Record<string, Attribute> = {
    orderid: { S: orderId(model, i) },
    product_name: { S: product.name },
    quantity: { N: String(pick(QUANTITIES, draws.quantity)) },
    price: { N: decimal(cents) },
  };
  if (draws.original < model.originalShare) return original;
  return {
    ...original,
    category: { S: product.category },
    // Squaring the draw makes a few customers buy often and most seldom.
    customer_id: { S: `customer-${Math.floor(draws.customer ** 2 * CUSTOMERS)}` },
    status: { S: 'PLACED' },
    created_at: { S: new Date(at).toISOString() },
    currency: { S: 'USD' },
    region: { S: pick(REGIONS, draws.region) },
    channel: { S: pick(CHANNELS, draws.channel) },
    ...(deal ? { deal_id: { S: deal.id } } : {}),
  };
}

function stepOf(
  model: OrderModel,
  i: number,
  step: keyof typeof STEP_LAG_ORDERS,
  draws: Draws,
): Write | undefined {
  if (draws.original < model.originalShare) return undefined;
  const orderid = orderId(model, i);
  const fate = Math.floor(draws.fate * 1000);
  const cancelled = fate < CANCELLED_PER_MILLE;
  const returned = !cancelled && fate < CANCELLED_PER_MILLE + RETURNED_PER_MILLE;
  const erased = fate >= 1000 - ERASED_PER_MILLE;
  switch (step) {
    case 'pay':
      return { kind: 'advance', orderid, status: 'PAID' };
    case 'cancel':
      return cancelled ? { kind: 'advance', orderid, status: 'CANCELLED' } : undefined;
    case 'ship':
      return cancelled ? undefined : { kind: 'advance', orderid, status: 'SHIPPED' };
    case 'giveBack':
      return returned ? { kind: 'advance', orderid, status: 'RETURNED' } : undefined;
    case 'erase':
      return erased ? { kind: 'delete', orderid } : undefined;
  }
}

type Draws = Record<
  'product' | 'deal' | 'quantity' | 'customer' | 'region' | 'channel' | 'fate' | 'original',
  number
>;

/** Eight numbers in [0, 1) from one digest, 32 bits each. */
function drawsOf(model: OrderModel, i: number, sha256: Sha256Hex): Draws {
  const digest = sha256(`${model.seed}/${i}`);
  const draw = (word: number): number => Number.parseInt(digest.slice(word * 8, word * 8 + 8), 16) / 2 ** 32;
  return {
    product: draw(0),
    deal: draw(1),
    quantity: draw(2),
    customer: draw(3),
    region: draw(4),
    channel: draw(5),
    fate: draw(6),
    original: draw(7),
  };
}

const INTENSITY_BEFORE = runningSum(HOURLY_INTENSITY);
const INTENSITY_SUM = INTENSITY_BEFORE[HOURLY_INTENSITY.length] as number;

/** The share of the day that has passed when `share` of its orders are placed: the inverse of the curve's integral. */
function shareOfDay(share: number): number {
  const wanted = share * INTENSITY_SUM;
  let hour = 0;
  while (hour < HOURLY_INTENSITY.length - 1 && (INTENSITY_BEFORE[hour + 1] as number) <= wanted) hour++;
  const within = (wanted - (INTENSITY_BEFORE[hour] as number)) / (HOURLY_INTENSITY[hour] as number);
  return (hour + within) / HOURLY_INTENSITY.length;
}

function openDeal(model: OrderModel, at: number, draw: number): Deal | undefined {
  if (draw >= DEAL_PULL) return undefined;
  const share = ((at - model.startsAt) % model.dayMs) / model.dayMs;
  return DEALS.find(({ opens, closes }) => share >= opens && share < closes);
}

const POPULARITY_BEFORE = runningSum(PRODUCTS.map((_, rank) => 1 / (rank + 1)));

function productAt(draw: number): Product {
  const wanted = draw * (POPULARITY_BEFORE[PRODUCTS.length] as number);
  const rank = POPULARITY_BEFORE.findIndex((before) => before > wanted) - 1;
  return PRODUCTS[Math.max(0, rank)] as Product;
}

function productNamed(name: string): Product {
  const product = PRODUCTS.find((each) => each.name === name);
  if (!product) throw new Error(`The catalogue has a deal for "${name}", which it does not sell.`);
  return product;
}

function runningSum(values: readonly number[]): number[] {
  const sums = [0];
  for (const value of values) sums.push((sums[sums.length - 1] as number) + value);
  return sums;
}

function pick<T>(list: readonly T[], draw: number): T {
  return list[Math.floor(draw * list.length)] as T;
}

/** Cents as a decimal text, with no trip through a float. */
function decimal(cents: number): string {
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}
