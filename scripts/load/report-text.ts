/** A report for a terminal, and the sentences that its page says too: the verdict, what gave way, what was throttled. */

import type { Report } from './report.ts';

export function reportText(report: Report, paintBad: (text: string) => string): string {
  const { orders, changes, latencyMs, lagSeconds, canaries, checks, troubles, backlog } = report;
  const lags = canaries
    .flatMap(({ lagSeconds: lag }) => (lag === undefined ? [] : [lag]))
    .sort((a, b) => a - b);
  const repeated = Object.entries(troubles).filter(([, times]) => times > 0);
  const broken = checks.filter(({ holds }) => !holds);
  return [
    row('orders asked for', count(orders.asked)),
    row(
      'orders acknowledged',
      `${count(orders.acknowledged)}, ${(orders.acknowledged / Math.max(1, report.seconds)).toFixed(1)} a second`,
    ),
    row('orders in the views', `${count(orders.arrived)}, lost ${orders.lost}, repeated ${orders.repeated}`),
    ...(orders.underWay > 0 ? [row('orders unknown', underWayText(report))] : []),
    row('changes acknowledged', `${count(changes.acknowledged)}, in the views ${count(changes.arrived)}`),
    row('acknowledged write', `p50 ${latencyMs.p50} ms, p99 ${latencyMs.p99} ms`),
    row(
      'table to lake',
      `p50 ${lagSeconds.p50} s, p99 ${lagSeconds.p99} s, drained in ${report.drainSeconds} s`,
    ),
    row(
      'canary to view',
      lags.length === 0 ? 'none was seen' : `p50 ${lags[lags.length >> 1]} s, slowest ${lags.at(-1)} s`,
    ),
    ...(backlog?.waiting ?? []).map(({ stretch, peak, peakSecond, drainSeconds }) =>
      row(
        `waiting at ${STRETCH_TEXT[stretch]}`,
        peak === 0
          ? 'nothing'
          : `at most ${count(peak)} changes (${peakSecond} s), ${drainedText(drainSeconds)}`,
      ),
    ),
    ...repeated.map(([kind, times]) => row(`writes repeated, ${kind}`, count(times))),
    ...(report.metricsLack === null ? [] : [row('not known', report.metricsLack)]),
    '',
    gaveWayText(report),
    ...broken.map(({ name, limit, value }) =>
      paintBad(`broken: ${name} is ${count(value)}, and must be ${limit}`),
    ),
    ...(broken.length === 0 ? [heldText(report)] : []),
  ].join('\n');
}

export const STRETCH_TEXT = {
  pipe: 'stream, pipe',
  kinesis: 'kinesis',
  firehose: 'firehose, transform',
} as const;

function drainedText(drainSeconds: number | null): string {
  if (drainSeconds === null) return 'not drained while it was watched';
  return drainSeconds === 0 ? 'gone with the last order' : `drained ${drainSeconds} s after the last order`;
}

/** Neither acknowledged nor lost: k6 was stopped in the middle of them. */
export function underWayText({ orders }: Report): string {
  return `${count(orders.underWay)} ${orders.underWay === 1 ? 'order was' : 'orders were'} under way when k6 was stopped, and may have arrived`;
}

export function heldText({ profile }: Report): string {
  return profile === 'stress'
    ? 'Nothing lost, nothing counted twice: no more is promised of a climb.'
    : 'Every promise held: nothing lost, nothing counted twice.';
}

/** What gave way, or that nothing did and what was refused all the same. */
export function gaveWayText(report: Report): string {
  const { gaveWay, throttles } = report;
  if (!gaveWay) {
    if (throttles.length === 0) return 'No hop gave way.';
    const refused = throttles.map(({ hop, count: times, what }) => `${hop} refused ${count(times)} ${what}`);
    return `No hop gave way. ${refused.join(', ')}, which were tried again at once and held nothing up.`;
  }
  return `${gaveWayHeadline(gaveWay)}. ${gaveWayDetail(gaveWay)}`;
}

/** When, by what limit, and what came of it. */
export function gaveWayDetail({
  quota,
  why,
  second,
  came,
  changesPerSecond,
}: NonNullable<Report['gaveWay']>): string {
  const more = came > changesPerSecond ? `, when ${count(came)} changes a second came` : '';
  return `That was ${second} s after the beginning${more}. ${quota === null ? '' : `Its limit: ${quota}. `}${sentence(why)}`;
}

/** `kinesis gave way at 352 orders a second (1,001 changes a second)` */
export function gaveWayHeadline({
  hop,
  ordersPerSecond,
  changesPerSecond,
}: NonNullable<Report['gaveWay']>): string {
  const name = hop === 'unknown' ? 'Something behind the table' : hop;
  return `${name} gave way at ${count(ordersPerSecond)} orders a second (${count(changesPerSecond)} changes a second)`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function row(name: string, value: string): string {
  return `  ${name.padEnd(32)}${value}`;
}

export function count(value: number): string {
  return value.toLocaleString('en-US');
}
