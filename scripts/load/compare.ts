/**
 * Two runs side by side: what got better, what got worse, and what was not the same to begin with. Whoever reads decides
 * what matters; a difference smaller than what two equal runs differ by is called the same.
 */

import { STRETCHES } from './backlog.ts';
import type { Report } from './report.ts';

export type Verdict = 'better' | 'worse' | 'same' | 'unknown';

export type Row = {
  what: string;
  unit: string;
  before: number | null;
  after: number | null;
  verdict: Verdict;
};

export type Compared = {
  before: Report;
  after: Report;
  /** Where these differ, the runs did not do the same, and figures may differ because of it. */
  settings: { name: string; before: string; after: string }[];
  /** Without --seed a run has the second in which it began: other orders of the same kind. */
  sameOrders: boolean;
  rows: Row[];
};

/** Two runs of the same differ by so much. */
const NOISE_SHARE = 0.1;

/** `noise` is what is no difference in the figure's own unit, however large its share. */
type Figure = {
  what: string;
  unit: string;
  good: 'more' | 'less';
  noise: number;
  of: (report: Report) => number | null;
  /** What it means that there is none. */
  none?: 'best';
};

const FIGURES: readonly Figure[] = [
  { what: 'orders lost', unit: '', good: 'less', noise: 0, of: ({ orders }) => orders.lost },
  { what: 'orders repeated', unit: '', good: 'less', noise: 0, of: ({ orders }) => orders.repeated },
  { what: 'promises broken', unit: '', good: 'less', noise: 0, of: brokenIn },
  { what: 'orders acknowledged', unit: 'a second', good: 'more', noise: 1, of: rateOf },
  { what: 'writes given up', unit: '', good: 'less', noise: 0, of: ({ givenUp }) => givenUp },
  { what: 'iterations never begun', unit: '', good: 'less', noise: 0, of: ({ neverBegun }) => neverBegun },
  { what: 'write, p50', unit: 'ms', good: 'less', noise: 2, of: ({ latencyMs }) => latencyMs.p50 },
  { what: 'write, p99', unit: 'ms', good: 'less', noise: 5, of: ({ latencyMs }) => latencyMs.p99 },
  { what: 'table to lake, p50', unit: 's', good: 'less', noise: 1, of: ({ lagSeconds }) => lagSeconds.p50 },
  { what: 'table to lake, p99', unit: 's', good: 'less', noise: 1, of: ({ lagSeconds }) => lagSeconds.p99 },
  { what: 'canary to view, slowest', unit: 's', good: 'less', noise: 2, of: slowestCanary },
  ...STRETCHES.flatMap(({ name, hops }): Figure[] => [
    {
      what: `${hops.join(', ')}: waited at most`,
      unit: 'changes',
      good: 'less',
      noise: 100,
      of: (report) => waitingAt(report, name)?.peak ?? null,
    },
    {
      what: `${hops.join(', ')}: drained after`,
      unit: 's',
      good: 'less',
      noise: 2,
      of: (report) => waitingAt(report, name)?.drainSeconds ?? null,
    },
  ]),
  {
    what: 'whole chain: drained after',
    unit: 's',
    good: 'less',
    noise: 2,
    of: ({ drainSeconds }) => drainSeconds,
  },
  {
    what: 'gave way at',
    unit: 'changes a second',
    good: 'more',
    noise: 10,
    of: ({ gaveWay }) => gaveWay?.changesPerSecond ?? null,
    none: 'best',
  },
  { what: 'cost on AWS', unit: 'dollars', good: 'less', noise: 0.01, of: ({ dollars }) => dollars },
];

const SETTINGS: readonly { name: string; of: (report: Report) => string }[] = [
  { name: 'profile', of: ({ profile }) => profile },
  { name: 'peak', of: ({ peak }) => `${peak} orders a second` },
  { name: 'asked for', of: ({ wishedSeconds }) => `${wishedSeconds} s` },
  { name: 'environment', of: ({ environment }) => environment },
  { name: 'writes', of: ({ writes }) => writes },
  { name: 'shards', of: ({ shards }) => String(shards) },
  { name: 'k6', of: ({ k6 }) => k6 },
];

export function compare(before: Report, after: Report): Compared {
  return {
    before,
    after,
    settings: SETTINGS.map(({ name, of }) => ({ name, before: of(before), after: of(after) })).filter(
      (each) => each.before !== each.after,
    ),
    sameOrders: before.seed === after.seed,
    rows: FIGURES.map((figure) => {
      const [a, b] = [figure.of(before), figure.of(after)];
      const { what, unit } = figure;
      return { what, unit, before: a, after: b, verdict: verdictOf(a, b, figure) };
    }),
  };
}

function verdictOf(before: number | null, after: number | null, { good, noise, none }: Figure): Verdict {
  if (before === null && after === null) return 'same';
  if (before === null) return none === 'best' ? 'worse' : 'unknown';
  if (after === null) return none === 'best' ? 'better' : 'unknown';
  const change = after - before;
  if (Math.abs(change) <= Math.max(noise, noise === 0 ? 0 : NOISE_SHARE * Math.abs(before))) return 'same';
  return change > 0 === (good === 'more') ? 'better' : 'worse';
}

function brokenIn({ checks }: Report): number {
  return checks.filter(({ holds }) => !holds).length;
}

function rateOf({ orders, seconds }: Report): number {
  return Math.round((orders.acknowledged / Math.max(1, seconds)) * 10) / 10;
}

function slowestCanary({ canaries }: Report): number | null {
  if (canaries.some(({ lagSeconds }) => lagSeconds === undefined)) return null;
  return canaries.length === 0 ? null : Math.max(...canaries.map(({ lagSeconds }) => lagSeconds ?? 0));
}

function waitingAt({ backlog }: Report, stretch: string) {
  return backlog?.waiting.find((each) => each.stretch === stretch);
}
