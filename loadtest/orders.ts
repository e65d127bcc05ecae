/**
 * The orders of a Prime Day, as pure functions of a model and a number: order i is the same in any process, in any
 * order, in Node and in k6, so a verifier recomputes what must be in the lake without a ledger.
 *
 *     generate-orders, k6 → [orders] → items and changes to write
 *
 * It writes nothing, reads no clock and draws no chance: sha256 of "<seed>/<i>" decides everything about order i. An
 * order is made as text at once, and an item is that text read: in k6's interpreter objects cost more than a request's
 * signature.
 */

import { DEALS, type Deal, HOURLY_INTENSITY, PRODUCTS, type Product } from './catalogue.ts';

/** SHA-256 of a text: sha256-in-node.ts in Node, `k6/crypto` in k6. */
export type Sha256 = (text: string) => DataView;

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

type Step = keyof typeof STEP_LAG_ORDERS;
const STEPS = Object.keys(STEP_LAG_ORDERS) as Step[];

/** How often it happens, of 1,000 orders. */
const CANCELLED_PER_MILLE = 40;
const RETURNED_PER_MILLE = 30;
const ERASED_PER_MILLE = 5;

/** Share of orders with the four original fields alone, where nothing else is said. */
export const ORIGINAL_SHARE = 0.1;

/** How often an order is written over its life, on average: it is placed; unless it is an original one it is paid, then
 * shipped or cancelled; and a few come back or are erased. */
export function changesAnOrder(originalShare: number = ORIGINAL_SHARE): number {
  const steps = 2 + (RETURNED_PER_MILLE + ERASED_PER_MILLE) / 1_000;
  return 1 + (1 - originalShare) * steps;
}

/** How much likelier an order is for a product while its deal is open, as a share of all orders then. */
const DEAL_PULL = 0.3;

const REGIONS = ['us-east', 'us-west', 'us-central', 'eu-west', 'eu-central', 'ap-northeast'] as const;
const CHANNELS = ['app', 'app', 'app', 'web', 'web', 'voice'] as const;
const QUANTITIES = [1, 1, 1, 1, 1, 1, 2, 2, 3, 4] as const;
const CUSTOMERS = 5_000;

/** The key of order `i`. It names the seed, so that runs with other seeds never meet. */
export function orderId(model: OrderModel, i: number): string {
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
export function writesAt(model: OrderModel, i: number, sha256: Sha256): Write[] {
  const place: Write = { kind: 'place', orderid: orderId(model, i), item: orderItem(model, i, sha256) };
  return [
    place,
    ...stepsDue(model, i, sha256).map(({ earlier, becomes }): Write => {
      const orderid = orderId(model, earlier);
      return becomes === 'gone' ? { kind: 'delete', orderid } : { kind: 'advance', orderid, status: becomes };
    }),
  ];
}

/** A step that is due: what order number `earlier` becomes. */
export type StepDue = { earlier: number; becomes: OrderStatus | 'gone' };

/** The steps of earlier orders that fall due with order `i`. `stretch` multiplies the lags: at thousands of orders a
 * second, sixteen of them are over before the first is acknowledged. */
export function stepsDue(model: OrderModel, i: number, sha256: Sha256, stretch = 1): StepDue[] {
  const due: StepDue[] = [];
  for (const step of STEPS) {
    const earlier = i - STEP_LAG_ORDERS[step] * stretch;
    if (earlier < 0) continue;
    const digest = digestOf(model, earlier, sha256);
    if (draw(digest, DRAWS.original) < model.originalShare) continue;
    const becomes = outcomeOf(step, draw(digest, DRAWS.fate));
    if (becomes) due.push({ earlier, becomes });
  }
  return due;
}

/** Order `i` as the item that places it. */
export function orderItem(model: OrderModel, i: number, sha256: Sha256): Record<string, Attribute> {
  return JSON.parse(orderText(model, i, sha256)) as Record<string, Attribute>;
}

/** Order `i` with `status`, as the text of its DynamoDB item; an order of the four original fields has none and stays as
 * it is. Nothing is escaped: no word of the catalogue needs it. */
export function orderText(
  model: OrderModel,
  i: number,
  sha256: Sha256,
  status: OrderStatus = 'PLACED',
): string {
  const digest = digestOf(model, i, sha256);
  const at = placedAt(model, i);
  const deal = openDeal(model, at, draw(digest, DRAWS.deal));
  const product = deal ? (DEAL_PRODUCTS.get(deal) as Product) : productAt(draw(digest, DRAWS.product));
  const cents = deal ? Math.round((product.priceCents * (100 - deal.percentOff)) / 100) : product.priceCents;
  const quantity = pick(QUANTITIES, draw(digest, DRAWS.quantity));
  const original = `{"orderid":{"S":"${orderId(model, i)}"},"product_name":{"S":"${product.name}"},"quantity":{"N":"${quantity}"},"price":{"N":"${decimal(cents)}"}`;
  if (draw(digest, DRAWS.original) < model.originalShare) return `${original}}`;
  // Squaring the draw makes a few customers buy often and most seldom.
  const customer = Math.floor(draw(digest, DRAWS.customer) ** 2 * CUSTOMERS);
  const region = pick(REGIONS, draw(digest, DRAWS.region));
  const channel = pick(CHANNELS, draw(digest, DRAWS.channel));
  const ofDeal = deal ? `,"deal_id":{"S":"${deal.id}"}` : '';
  return `${original},"category":{"S":"${product.category}"},"customer_id":{"S":"customer-${customer}"},"status":{"S":"${status}"},"created_at":{"S":"${timeText(at)}"},"currency":{"S":"USD"},"region":{"S":"${region}"},"channel":{"S":"${channel}"}${ofDeal}}`;
}

/** What `step` makes of an order with this fate; nothing, if it is not in its fate. */
function outcomeOf(step: Step, drawn: number): StepDue['becomes'] | undefined {
  const fate = Math.floor(drawn * 1000);
  const cancelled = fate < CANCELLED_PER_MILLE;
  const returned = !cancelled && fate < CANCELLED_PER_MILLE + RETURNED_PER_MILLE;
  const erased = fate >= 1000 - ERASED_PER_MILLE;
  switch (step) {
    case 'pay':
      return 'PAID';
    case 'cancel':
      return cancelled ? 'CANCELLED' : undefined;
    case 'ship':
      return cancelled ? undefined : 'SHIPPED';
    case 'giveBack':
      return returned ? 'RETURNED' : undefined;
    case 'erase':
      return erased ? 'gone' : undefined;
  }
}

/** At which byte of an order's digest the 32 bits begin that decide this. */
const DRAWS = {
  product: 0,
  deal: 4,
  quantity: 8,
  customer: 12,
  region: 16,
  channel: 20,
  fate: 24,
  original: 28,
} as const;

const DRAWN_MAX = 2 ** 32;

function digestOf(model: OrderModel, i: number, sha256: Sha256): DataView {
  return sha256(`${model.seed}/${i}`);
}

/** A number in [0, 1). */
function draw(digest: DataView, at: number): number {
  return digest.getUint32(at) / DRAWN_MAX;
}

/** Into how many equal parts a sum is cut for `guesses`. */
const GUESSES = 256;

const INTENSITY_BEFORE = runningSum(HOURLY_INTENSITY);
const INTENSITY_SUM = INTENSITY_BEFORE[HOURLY_INTENSITY.length] as number;
const HOUR_GUESSES = guesses(INTENSITY_BEFORE);

/** The share of the day that has passed when `share` of its orders are placed: the inverse of the curve's integral. */
function shareOfDay(share: number): number {
  const wanted = share * INTENSITY_SUM;
  const hour = stepHolding(INTENSITY_BEFORE, HOUR_GUESSES, share, wanted);
  const within = (wanted - (INTENSITY_BEFORE[hour] as number)) / (HOURLY_INTENSITY[hour] as number);
  return (hour + within) / HOURLY_INTENSITY.length;
}

const DEAL_PRODUCTS = new Map(DEALS.map((deal) => [deal, productOf(deal)]));

function productOf({ product: name }: Deal): Product {
  const product = PRODUCTS.find((each) => each.name === name);
  if (!product) throw new Error(`The catalogue has a deal for "${name}", which it does not sell.`);
  return product;
}

function openDeal(model: OrderModel, at: number, draw: number): Deal | undefined {
  if (draw >= DEAL_PULL) return undefined;
  const share = ((at - model.startsAt) % model.dayMs) / model.dayMs;
  // Neither `find` nor `for of`: in k6's interpreter they cost more than twice as much.
  for (let k = 0; k < DEALS.length; k++) {
    const deal = DEALS[k] as Deal;
    if (share >= deal.opens && share < deal.closes) return deal;
  }
  return undefined;
}

const POPULARITY_BEFORE = runningSum(PRODUCTS.map((_, rank) => 1 / (rank + 1)));
const POPULARITY_SUM = POPULARITY_BEFORE[PRODUCTS.length] as number;
const RANK_GUESSES = guesses(POPULARITY_BEFORE);

function productAt(draw: number): Product {
  return PRODUCTS[stepHolding(POPULARITY_BEFORE, RANK_GUESSES, draw, draw * POPULARITY_SUM)] as Product;
}

function runningSum(values: readonly number[]): number[] {
  const sums = [0];
  for (const value of values) sums.push((sums[sums.length - 1] as number) + value);
  return sums;
}

/** For each part of a running sum, a step that is never past the one that holds it: k6's interpreter would pay dearly
 * for a search from the beginning, order after order. */
function guesses(sums: readonly number[]): number[] {
  const sum = sums[sums.length - 1] as number;
  return Array.from({ length: GUESSES }, (_, part) => {
    const wanted = (part / GUESSES) * sum;
    return Math.max(0, sums.findLastIndex((before) => before <= wanted) - 1);
  });
}

/** The step of the running sum in which `wanted` lies, which is `share` of the sum: the last one that begins at or
 * before it. */
function stepHolding(
  sums: readonly number[],
  guess: readonly number[],
  share: number,
  wanted: number,
): number {
  const last = sums.length - 2;
  let step = guess[Math.floor(share * GUESSES)] as number;
  while (step < last && (sums[step + 1] as number) <= wanted) step++;
  return step;
}

function pick<T>(list: readonly T[], draw: number): T {
  return list[Math.floor(draw * list.length)] as T;
}

/** The last second whose text was made: orders of one second follow one another, and a date costs as much as a digest. */
let second = Number.NaN;
let secondText = '';

/** As `toISOString` has it. */
function timeText(at: number): string {
  const its = Math.floor(at / 1000);
  if (its !== second) {
    second = its;
    secondText = new Date(its * 1000).toISOString().slice(0, 20);
  }
  const milliseconds = at - its * 1000;
  return `${secondText}${milliseconds < 10 ? '00' : milliseconds < 100 ? '0' : ''}${milliseconds}Z`;
}

/** Cents as a decimal text, with no trip through a float. */
function decimal(cents: number): string {
  const rest = cents % 100;
  return `${(cents - rest) / 100}.${rest < 10 ? '0' : ''}${rest}`;
}
