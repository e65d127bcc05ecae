/** The chain as a small picture: each hop with what waited there at most, what it refused, and which one gave way. */

import type { HopName } from '../../schemas/hops.ts';
import { STRETCHES } from './backlog.ts';
import { xml } from './junit.ts';
import type { Report } from './report.ts';
import { count } from './report-text.ts';

export type Station = {
  name: string;
  hops: readonly HopName[];
  /** The figure that matters there, and what it is. */
  figure: string;
  says: string;
  notes: string[];
  state: 'gave-way' | 'throttled' | 'carried';
};

export function stationsOf(report: Report): Station[] {
  const { changes, lagSeconds, canaries, backlog } = report;
  const seen = canaries.flatMap(({ lagSeconds: lag }) => (lag === undefined ? [] : [lag]));
  const station = (
    hops: readonly HopName[],
    figure: string,
    says: string,
    notes: string[] = [],
  ): Station => ({
    name: hops.join(' → '),
    hops,
    figure,
    says,
    notes: [...notes, ...refusedBy(report, hops)],
    state: stateOf(report, hops),
  });
  return [
    station(['table'], count(changes.acknowledged), 'changes acknowledged'),
    ...STRETCHES.map(({ name, hops }) => {
      const waiting = backlog?.waiting.find(({ stretch }) => stretch === name);
      if (!waiting) return station(hops, '–', 'waiting: not known');
      const { peak, drainSeconds } = waiting;
      const drained =
        drainSeconds === null ? 'not drained' : drainSeconds === 0 ? [] : `drained in ${drainSeconds}\u00a0s`;
      return station(hops, count(peak), 'waited at most', peak === 0 ? [] : [drained].flat());
    }),
    station(['lake'], `${lagSeconds.p99} s`, 'after the table, p99'),
    station(['crawler', 'athena'], seen.length === 0 ? '–' : `${Math.max(...seen)} s`, 'slowest canary'),
  ];
}

function refusedBy({ throttles }: Report, hops: readonly HopName[]): string[] {
  return throttles.flatMap(({ hop, count: times, what }) =>
    hops.includes(hop) ? [`refused ${count(times)} ${what}`] : [],
  );
}

function stateOf({ gaveWay, throttles }: Report, hops: readonly HopName[]): Station['state'] {
  if (gaveWay && hops.some((hop) => hop === gaveWay.hop)) return 'gave-way';
  return throttles.some(({ hop }) => hops.includes(hop)) ? 'throttled' : 'carried';
}

const CLASSES = { 'gave-way': ' class="gave"', throttled: ' class="held"', carried: '' } as const;

export function chainHtml(report: Report): string {
  const items = stationsOf(report).map(({ name, figure, says, notes, state }) => {
    const title = state === 'gave-way' ? `${name} gave way` : name;
    return `<li${CLASSES[state]}><b>${xml(title)}</b><em>${xml(figure)}</em><i>${[says, ...notes].map((words) => `<span>${xml(words)}</span>`).join('')}</i></li>`;
  });
  return `<ol class="chain">${items.join('')}</ol>`;
}
