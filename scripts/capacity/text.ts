/** A capacity plan as a page of a terminal: hops, what gives way first, what to set, what it costs. */

import { textTable } from '../text-table.ts';
import type { CapacityPlan } from './plan.ts';

const TEXT = 'varchar';
const NUMBER = 'double';

export function planText(plan: CapacityPlan): string {
  return [head(plan), hops(plan), verdict(plan), advice(plan), requests(plan), costs(plan), foot(plan)]
    .filter((part) => part !== '')
    .join('\n\n');
}

function head({ environment, profile, orders, life }: CapacityPlan): string {
  return [
    `${environment} under ${profile.name}: ${number(profile.ordersPerSecondAverage)} orders/s on average, ` +
      `${number(profile.ordersPerSecondPeak)} at the peak, ${profile.hours} h, ${number(orders / 1e6)} million orders`,
    profile.derivation,
    ...profile.sources,
    `An order: ${life.changesAnOrder.toFixed(2)} changes of ${number(life.changeBytes)} B (item ` +
      `${number(life.itemBytes)} B), rows of ${number(life.rowBytes)} B, ${number(life.rowGzipBytes)} B compressed`,
  ].join('\n');
}

function hops({ hops }: CapacityPlan): string {
  return table(
    [
      ['hop', TEXT],
      ['what', TEXT],
      ['load', NUMBER],
      ['limit', NUMBER],
      ['unit', TEXT],
      ['headroom', NUMBER],
      ['gives way at', NUMBER],
      ['', TEXT],
    ],
    hops.map(({ hop, what, load, limit, unit, headroom, givesWayAt, per, standing }) => [
      ...[hop, what, number(load), number(limit), unit, `${number(headroom)}×`],
      per === 'second' ? `${number(givesWayAt)}/s` : `${number(givesWayAt / 1e6)} M orders`,
      [headroom < 1 ? 'TOO LITTLE' : '', standing === 'assumed' ? 'assumed' : ''].filter(Boolean).join(', '),
    ]),
  );
}

function verdict({ first, carries, environment, profile, hops }: CapacityPlan): string {
  const short = hops.filter(({ headroom }) => headroom < 1).map(({ hop }) => hop);
  return [
    `First to give way: ${first.hop} (${first.what}), at ${number(first.ordersPerSecond)} orders a second. ${first.decides} decides.`,
    carries
      ? `${environment} carries ${profile.name}.`
      : `${environment} does not carry ${profile.name}: ${[...new Set(short)].join(', ')}.`,
  ].join('\n');
}

function advice({ advice, margin }: CapacityPlan): string {
  const rows = advice.map(({ hop, setting, now, wanted, enough, how }) => [
    ...[hop, setting, number(now), number(wanted)],
    enough ? 'enough' : how,
  ]);
  const title = `What to set, for the peak and ${Math.round((margin - 1) * 100)} % more`;
  const columns: [string, string][] = [
    ['hop', TEXT],
    ['number', TEXT],
    ['now', NUMBER],
    ['wanted', NUMBER],
  ];
  return `${title}\n${table([...columns, ['where', TEXT]], rows)}`;
}

function requests({ requests }: CapacityPlan): string {
  if (requests.length === 0) return 'No quota of AWS is to be raised.';
  const lines = requests.map(
    ({ quota, now, wanted, where, daysBefore, standing }) =>
      `  ${quota}: ${number(wanted)}, from ${number(now)}${standing === 'assumed' ? ' (assumed)' : ''}. ${where}; ${daysBefore} days before (assumed)`,
  );
  return ['Quotas to ask AWS for', ...lines].join('\n');
}

function costs({ costs, test, profile }: CapacityPlan): string {
  const rows = costs
    .filter(({ event }) => event > 0)
    .map(({ hop, what, perMillion, event, test }) => [
      hop,
      what,
      ...[perMillion, event, test].map((each) => dollars(each)),
    ]);
  const sum = (of: 'perMillion' | 'event' | 'test'): string =>
    dollars(costs.reduce((total, line) => total + line[of], 0));
  const columns: [string, string][] = [
    ['hop', TEXT],
    ['what', TEXT],
    ['a million orders', NUMBER],
    [`${profile.hours} h`, NUMBER],
    [`test of ${number(test.seconds / 60)} min at ${number(test.ordersPerSecond)}/s`, NUMBER],
  ];
  const all = ['all', '', sum('perMillion'), sum('event'), sum('test')];
  return `Cost in USD; what is paid by the hour is not in a million orders\n${table(columns, [...rows, all])}`;
}

function foot({ quotasDate, pricesDate, warmWriteUnits }: CapacityPlan): string {
  return (
    `Quotas of ${quotasDate} (scripts/capacity/quotas.json), prices of ${pricesDate}, table warmed to ` +
    `${number(warmWriteUnits)} write units (--warm). Not priced: KMS, logs, metrics, queries, the machines that make ` +
    'the load. How to read it: docs/capacity.md.'
  );
}

function table(columns: readonly [string, string][], rows: readonly string[][]): string {
  return textTable(
    columns.map(([name, type]) => ({ name, type })),
    rows,
  );
}

export function number(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

function dollars(value: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
