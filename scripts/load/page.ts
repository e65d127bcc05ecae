/**
 * A report as one page that needs nothing from elsewhere: it opens offline, prints in black and white, fits a phone, and
 * follows the reader's light or dark.
 */

import { chainHtml } from './chain.ts';
import { xml } from './junit.ts';
import { document } from './page-frame.ts';
import { type Line, plotHtml } from './plot.ts';
import type { Report, Slice } from './report.ts';
import {
  count,
  gaveWayDetail,
  gaveWayHeadline,
  gaveWayText,
  heldText,
  STRETCH_TEXT,
  underWayText,
} from './report-text.ts';

export function pageHtml(report: Report): string {
  const { run, checks, orders, metricsLack } = report;
  const notes = [
    'DynamoDB tells the time of a change to the second: a lag from table to lake may be up to a second too high.',
    'A canary is an order of no value; its lag ends when a view shows it.',
    ...(report.backlog === null
      ? []
      : ['What waits where is the difference of what the hops counted, by CloudWatch.']),
  ];
  return document(
    run,
    `<header><p class="soft">${xml(subtitle(report))}</p><h1>${xml(report.profile)} on ${xml(report.environment)}</h1></header>
${verdictHtml(report)}
${metricsLack === null ? '' : `<p class="soft">${xml(metricsLack)}</p>`}
${orders.underWay > 0 ? `<p class="soft">${xml(underWayText(report))}.</p>` : ''}
${figuresHtml(report)}
<h2>The way of an order</h2>
${chainHtml(report)}
<h2>Promises</h2>
<table class="checks">${checks.map(checkHtml).join('')}</table>
<h2>Over time</h2>
${plots(report).join('\n')}
${troublesHtml(report)}
<footer class="soft">${notes.map((note) => `<p>${note}</p>`).join('')}<p>${xml(settingsText(report))}</p></footer>`,
  );
}

function subtitle({ began, run }: Report): string {
  return `${run} · ${began.slice(0, 16).replace('T', ' ')} UTC`;
}

function settingsText({ seed, k6, writes, shards, seconds, wishedSeconds }: Report): string {
  const ran = seconds < wishedSeconds ? `${seconds} s of ${wishedSeconds} s` : `${seconds} s`;
  return `${ran}, ${shards} ${shards === 1 ? 'shard' : 'shards'}, ${writes === 'batch' ? '25 orders a request' : 'an order a request'}, seed ${seed}, k6 ${k6}.`;
}

function verdictHtml(report: Report): string {
  const { checks, gaveWay, profile } = report;
  const broken = checks.filter(({ holds }) => !holds);
  const said = `<p>${xml(gaveWayText(report))}</p>`;
  if (broken.length > 0)
    return `<section class="verdict bad"><strong>✗ ${broken.length} of ${checks.length} promises broken: ${xml(broken.map(({ name }) => name).join(', '))}</strong>${said}</section>`;
  if (profile === 'stress' && gaveWay)
    return `<section class="verdict found"><strong>${xml(gaveWayHeadline(gaveWay))}</strong><p>${xml(gaveWayDetail(gaveWay))}</p><p class="good">✓ ${xml(heldText(report))}</p></section>`;
  return `<section class="verdict good"><strong>✓ ${xml(heldText(report))}</strong>${said}</section>`;
}

function figuresHtml({
  orders,
  seconds,
  latencyMs,
  lagSeconds,
  drainSeconds,
  dollars,
  peak,
  environment,
}: Report): string {
  const figures: [string, string][] = [
    ['orders acknowledged', count(orders.acknowledged)],
    ['lost · repeated', `${count(orders.lost)} · ${count(orders.repeated)}`],
    ['orders a second, mean', count(Math.round((orders.acknowledged / Math.max(1, seconds)) * 10) / 10)],
    ['asked at the peak', `${count(peak)}/s`],
    ['write p50 · p99', `${latencyMs.p50} · ${latencyMs.p99} ms`],
    ['to the lake p50 · p99', `${lagSeconds.p50} · ${lagSeconds.p99} s`],
    ['drained in', `${drainSeconds} s`],
    [environment === 'local' ? 'it would cost on AWS' : 'cost, list prices', `$${dollars.toFixed(2)}`],
  ];
  return `<dl class="figures">${figures.map(([name, value]) => `<div><dt>${xml(name)}</dt><dd>${xml(value)}</dd></div>`).join('')}</dl>`;
}

function checkHtml({ name, limit, value, holds }: Report['checks'][number]): string {
  return `<tr class="${holds ? 'good' : 'bad'}"><td>${holds ? '✓' : '✗'}</td><td>${xml(name)}</td><td class="n">${count(value)}</td><td class="soft">${xml(limit)}</td></tr>`;
}

function plots(report: Report): string[] {
  const { timeline, backlog, seconds } = report;
  const end = endOf(report);
  const plot = (title: string, unit: string, lines: Line[]) =>
    plotHtml({ title, unit, lines, end, loadEnd: seconds });
  return [
    plot('Orders', 'a second', [
      line('acknowledged', timeline, ({ placed }) => placed),
      line('asked', timeline, ({ asked }) => asked),
    ]),
    ...(backlog === null
      ? [
          plot('Waiting between table and lake', 'changes', [
            line('backlog', timeline, (slice) => slice.backlog),
          ]),
        ]
      : [
          plot(
            'Waiting at each hop',
            'changes',
            backlog.waiting.map(({ stretch, changes }) => ({
              name: STRETCH_TEXT[stretch],
              points: backlog.second.flatMap((second, k) =>
                second >= 0 && second <= end ? [[second, changes[k] ?? 0] as const] : [],
              ),
            })),
          ),
        ]),
    plot('Lag', 'seconds', [
      line('table to lake, p99', timeline, ({ lagSecondsP99 }) => lagSecondsP99),
      canaryLine(report),
    ]),
    plot('Acknowledged write', 'milliseconds, p99', [
      line('p99', timeline, ({ latencyMsP99 }) => latencyMsP99),
    ]),
  ];
}

/** All plots have one time axis: the load, and then until nothing waits any more. */
function endOf({ seconds, backlog, timeline }: Report): number {
  const load = Math.max(seconds, timeline.at(-1)?.second ?? 0);
  const drained = (backlog?.waiting ?? []).map(({ drainSeconds, peak }) =>
    drainSeconds === null ? (backlog?.second.at(-1) ?? 0) : peak === 0 ? 0 : seconds + drainSeconds,
  );
  return Math.max(1, load, ...drained);
}

function line(name: string, timeline: readonly Slice[], of: (slice: Slice) => number | null): Line {
  return {
    name,
    points: timeline.flatMap((slice) => {
      const value = of(slice);
      return value === null ? [] : [[slice.second, value] as const];
    }),
  };
}

function canaryLine({ canaries }: Report): Line {
  return {
    name: 'canary, until a view shows it',
    points: canaries.flatMap(({ second, lagSeconds }) =>
      lagSeconds === undefined ? [] : [[second, lagSeconds] as const],
    ),
  };
}

/** Only what happened: an empty table says less than none. */
function troublesHtml({ troubles, throttles, givenUp, neverBegun }: Report): string {
  const rows = [
    ...Object.entries(troubles).map(([kind, times]) => [`writes repeated by k6: ${kind}`, times] as const),
    ['writes given up', givenUp] as const,
    ['iterations never begun', neverBegun] as const,
    ...throttles.map(({ hop, count: times, what }) => [`${what} refused by ${hop}`, times] as const),
  ].filter(([, times]) => times > 0);
  if (rows.length === 0) return '';
  return `<h2>Trouble</h2><table class="troubles">${rows.map(([what, times]) => `<tr><td>${xml(what)}</td><td class="n">${count(times)}</td></tr>`).join('')}</table>`;
}
