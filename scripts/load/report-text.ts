/** A report for a terminal, and its one sentence about what gave way. */

import type { Report } from './report.ts';

export function reportText(report: Report, paintBad: (text: string) => string): string {
  const { orders, changes, latencyMs, lagSeconds, canaries, checks, troubles } = report;
  const lags = canaries
    .flatMap(({ lagSeconds: lag }) => (lag === undefined ? [] : [lag]))
    .sort((a, b) => a - b);
  const repeated = Object.entries(troubles).filter(([, times]) => times > 0);
  const broken = checks.filter(({ holds }) => !holds);
  return [
    row('orders asked for', count(orders.asked)),
    row(
      'orders acknowledged',
      `${count(orders.acknowledged)}, ${(orders.acknowledged / report.seconds).toFixed(1)} a second`,
    ),
    row('orders in the views', `${count(orders.arrived)}, lost ${orders.lost}, repeated ${orders.repeated}`),
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
    ...repeated.map(([kind, times]) => row(`writes repeated, ${kind}`, count(times))),
    row('first to give way', gaveWayText(report)),
    ...broken.map(({ name, limit, value }) =>
      paintBad(`broken: ${name} is ${count(value)}, and must be ${limit}`),
    ),
    ...(broken.length === 0 ? ['', 'every promise held: nothing lost, nothing counted twice'] : []),
  ].join('\n');
}

export function gaveWayText({ gaveWay }: Report): string {
  if (!gaveWay) return 'No hop gave way.';
  const { hop, second, changesPerSecond, carried, why } = gaveWay;
  const name = hop === 'unknown' ? 'Something behind the table' : hop;
  return `${name} gave way at ${count(changesPerSecond)} changes a second, ${second} s after the beginning, and carried ${count(carried)} from then on: ${why}.`;
}

function row(name: string, value: string): string {
  return `  ${name.padEnd(26)}${value}`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
