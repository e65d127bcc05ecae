/**
 * The capacity plan of an environment for a profile: each hop's load, limit and headroom at the peak, which hop gives
 * way first and at how many orders a second, what to set, what to ask AWS for, and what it costs. Arithmetic alone:
 * nothing is measured on AWS and nothing is asked of it.
 */

import type { HopName } from '../../schemas/hops.ts';
import { HOPS } from '../../schemas/hops.ts';
import type { Environment } from '../../stacks/environments.ts';
import { PRICE_LIST } from '../prices/price-list.ts';
import { type Advice, adviceFor, MARGIN, type Request, requestsFor } from './advice.ts';
import { type Constraint, constraintsOf } from './constraints.ts';
import { type CostLine, costLines, type LoadTest } from './cost.ts';
import { measureOrderLife, type OrderLife } from './order-life.ts';
import { ordersOf, type Profile } from './profiles.ts';
import { QUOTAS } from './quotas.ts';

export type HopLoad = Constraint & {
  load: number;
  /** The limit over the load; below 1 the hop gives way. */
  headroom: number;
  /** Orders a second, or orders of the whole event, at which the limit is met. */
  givesWayAt: number;
};

export type CapacityPlan = {
  environment: string;
  profile: Profile;
  quotasDate: string;
  pricesDate: string;
  margin: number;
  warmWriteUnits: number;
  orders: number;
  life: OrderLife;
  hops: readonly HopLoad[];
  first: { hop: HopName; what: string; ordersPerSecond: number; decides: string };
  carries: boolean;
  advice: readonly Advice[];
  requests: readonly Request[];
  test: LoadTest;
  costs: readonly CostLine[];
};

export type PlanOptions = {
  /** What the table has been warmed to; a new table has 4,000 whatever is said here. */
  warmWriteUnits: number;
  testSeconds: number;
};

export function capacityPlan(environment: Environment, profile: Profile, options: PlanOptions): CapacityPlan {
  const { warmWriteUnits } = options;
  const { itemBytes } = profile;
  const life = measureOrderLife(itemBytes === undefined ? {} : { itemBytes });
  const hops = inOrder(constraintsOf(environment, life, warmWriteUnits)).map((each) => loadOf(each, profile));
  const rates = hops.filter(({ per }) => per === 'second');
  const least = rates.reduce((least, each) => (each.givesWayAt < least.givesWayAt ? each : least));
  const test = { ordersPerSecond: profile.ordersPerSecondPeak, seconds: options.testSeconds };
  const advice = adviceFor(environment, profile, life, warmWriteUnits);
  return {
    environment: environment.name,
    profile,
    quotasDate: QUOTAS.date,
    pricesDate: PRICE_LIST.date,
    margin: MARGIN,
    warmWriteUnits,
    orders: ordersOf(profile),
    life,
    hops,
    first: {
      ...{ hop: least.hop, what: least.what, ordersPerSecond: least.givesWayAt },
      decides: least.decides,
    },
    carries: hops.every(({ headroom }) => headroom >= 1),
    advice,
    requests: requestsFor(environment, profile, life),
    test,
    costs: inOrder(costLines(environment, profile, life, warmWriteUnits, test)),
  };
}

function loadOf(constraint: Constraint, profile: Profile): HopLoad {
  const times = constraint.per === 'second' ? profile.ordersPerSecondPeak : ordersOf(profile);
  const load = constraint.anOrder * times;
  return {
    ...constraint,
    load,
    headroom: constraint.limit / load,
    givesWayAt: constraint.limit / constraint.anOrder,
  };
}

function inOrder<T extends { hop: HopName }>(list: readonly T[]): T[] {
  return HOPS.flatMap(({ name }) => list.filter(({ hop }) => hop === name));
}
