/**
 * A report as one page that needs nothing from elsewhere: it opens offline, prints in black and white, fits a phone, and
 * follows the reader's light or dark.
 */

import { xml } from './junit.ts';
import { type Line, plotSvg } from './plot.ts';
import type { Report, Slice } from './report.ts';
import { gaveWayText } from './report-text.ts';

const STYLE = `
:root{color-scheme:light dark;--fg:#1b1f24;--bg:#fff;--soft:#6a737d;--line:#d0d7de;--good:#1a7f37;--bad:#cf222e}
@media(prefers-color-scheme:dark){:root{--fg:#e6edf3;--bg:#0d1117;--soft:#8b949e;--line:#30363d;--good:#3fb950;--bad:#f85149}}
@media print{:root{--fg:#000;--bg:#fff;--soft:#444;--line:#999;--good:#000;--bad:#000}figure{break-inside:avoid}}
*{box-sizing:border-box}body{margin:0 auto;max-width:46rem;padding:1.5rem 1rem;font:16px/1.5 system-ui,sans-serif;color:var(--fg);background:var(--bg)}
h1{font-size:1.4rem;margin:0}h2{font-size:1.05rem;margin:2rem 0 .5rem}p{margin:.3rem 0}.soft,small{color:var(--soft)}
.verdict{font-size:1.1rem;font-weight:600}.good{color:var(--good)}.bad{color:var(--bad)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.6rem;margin:1rem 0}
.figures div{border:1px solid var(--line);border-radius:.5rem;padding:.6rem .8rem}.figures b{display:block;font-size:1.25rem;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}td,th{padding:.3rem .5rem;border-bottom:1px solid var(--line);text-align:left}td.n{text-align:right;white-space:nowrap}
figure{margin:1.2rem 0}figcaption{font-weight:600}figcaption small{font-weight:400;margin-left:.5rem}figcaption span{margin-right:.8rem;white-space:nowrap}figcaption i{display:inline-block;width:.8em;height:.25em;vertical-align:middle;margin-right:.3em}
svg{width:100%;height:auto}svg text{fill:var(--soft);font-size:12px}.grid{stroke:var(--line);stroke-width:1}`;

export function pageHtml(report: Report): string {
  const { run, checks, timeline } = report;
  const broken = checks.filter(({ holds }) => !holds);
  const verdict =
    broken.length === 0
      ? '<p class="verdict good">✓ Every promise held.</p>'
      : `<p class="verdict bad">✗ ${broken.length} of ${checks.length} promises broken: ${xml(broken.map(({ name }) => name).join(', '))}.</p>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${xml(run)}</title><style>${STYLE}</style></head><body>
<h1>${xml(run)}</h1>
<p class="soft">${xml(report.profile)} on ${xml(report.environment)}, ${report.seconds} s from ${xml(report.began)}, seed ${report.seed}, k6 ${xml(report.k6)}, ${report.writes === 'batch' ? '25 orders a request' : 'an order a request'}</p>
${verdict}
<p>${xml(gaveWayText(report))}</p>
${figuresHtml(report)}
<h2>Promises</h2>
<div class="scroll"><table><tr><th></th><th>promise</th><th>limit</th><th>measured</th></tr>${checks.map(checkHtml).join('')}</table></div>
<h2>Over time</h2>
${plotSvg('Orders', 'a second', [line('asked', '#8b949e', timeline, ({ asked }) => asked), line('acknowledged', '#1f6feb', timeline, ({ placed }) => placed)])}
${plotSvg('Changes', 'a second', [line('acknowledged by the table', '#1f6feb', timeline, ({ changes }) => changes), line('written to the lake', '#bf8700', timeline, ({ delivered }) => delivered)])}
${plotSvg('Acknowledged write', 'milliseconds', [line('p99', '#8250df', timeline, ({ latencyMsP99 }) => latencyMsP99)])}
${plotSvg('Lag', 'seconds', [line('table to lake, p99', '#bf8700', timeline, ({ lagSecondsP99 }) => lagSecondsP99), canaryLine(report)])}
${plotSvg('On the way from table to lake', 'changes', [line('backlog', '#cf222e', timeline, ({ backlog }) => backlog)])}
<h2>Trouble</h2>
<div class="scroll"><table><tr><th>kind</th><th>writes repeated</th></tr>${Object.entries(report.troubles)
    .map(([kind, count]) => `<tr><td>${kind}</td><td class="n">${count}</td></tr>`)
    .join(
      '',
    )}<tr><td>given up</td><td class="n">${report.givenUp}</td></tr><tr><td>iterations never begun</td><td class="n">${report.neverBegun}</td></tr></table></div>
<p class="soft">DynamoDB tells the time of a change to the second: a lag from table to lake may be up to a second too high. A canary's lag ends when a view shows it.</p>
</body></html>
`;
}

function figuresHtml({
  orders,
  latencyMs,
  lagSeconds,
  drainSeconds,
  dollars,
  peak,
  environment,
}: Report): string {
  const figures: [string, string][] = [
    ['orders acknowledged', count(orders.acknowledged)],
    ['lost', count(orders.lost)],
    ['repeated', count(orders.repeated)],
    ['asked peak', `${count(peak)}/s`],
    ['write p50, p99', `${latencyMs.p50}, ${latencyMs.p99} ms`],
    ['to the lake p50, p99', `${lagSeconds.p50}, ${lagSeconds.p99} s`],
    ['drained in', `${drainSeconds} s`],
    [environment === 'local' ? 'it would cost on AWS' : 'cost', `$${dollars.toFixed(2)}`],
  ];
  return `<div class="figures">${figures.map(([name, value]) => `<div><b>${xml(value)}</b>${xml(name)}</div>`).join('')}</div>`;
}

function checkHtml({ name, limit, value, holds }: Report['checks'][number]): string {
  return `<tr><td class="${holds ? 'good' : 'bad'}">${holds ? '✓' : '✗'}</td><td>${xml(name)}</td><td>${xml(limit)}</td><td class="n">${count(value)}</td></tr>`;
}

function line(
  name: string,
  colour: string,
  timeline: readonly Slice[],
  of: (slice: Slice) => number | null,
): Line {
  return {
    name,
    colour,
    points: timeline.flatMap((slice) => {
      const value = of(slice);
      return value === null ? [] : [[slice.second, value] as const];
    }),
  };
}

function canaryLine({ canaries }: Report): Line {
  return {
    name: 'canary until a view shows it',
    colour: '#1f6feb',
    points: canaries.flatMap(({ second, lagSeconds }) =>
      lagSeconds === undefined ? [] : [[second, lagSeconds] as const],
    ),
  };
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
