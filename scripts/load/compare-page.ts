/** Two runs side by side as one page that needs nothing from elsewhere. */

import type { Compared } from './compare.ts';
import {
  figure,
  nameOf,
  namesOf,
  summaryHeadline,
  VERDICTS,
  warnings,
  worthShowing,
} from './compare-text.ts';
import { xml } from './junit.ts';
import { document } from './page-frame.ts';
import { type Line, plotHtml } from './plot.ts';
import type { Report, Slice } from './report.ts';
import { gaveWayText, STRETCH_TEXT } from './report-text.ts';

export function comparedHtml(compared: Compared): string {
  const { before, after, rows, settings } = compared;
  const worse = rows.some(({ verdict }) => verdict === 'worse');
  const better = rows.some(({ verdict }) => verdict === 'better');
  const tone = worse ? 'bad' : better ? 'good' : 'found';
  const [first = '', ...rest] = warnings(compared);
  const differing =
    settings.length === 0
      ? `<p class="soft">${xml(first)}</p>`
      : `<section class="verdict bad"><strong>${xml(first)}</strong>${rest.map((line) => `<p>${xml(line)}</p>`).join('')}</section>`;
  const said = [...namesOf(compared, 'worse'), ...namesOf(compared, 'better')]
    .map((names) => `<p>${xml(names)}</p>`)
    .join('');
  return document(
    `${before.run} and ${after.run}`,
    `<header><p class="soft">${xml(before.run)} → ${xml(after.run)}</p><h1>Two runs side by side</h1></header>
${differing}
<section class="verdict ${tone}"><strong>${xml(summaryHeadline(compared))}</strong>${said}<p>Before: ${xml(gaveWayText(before))}</p><p>After: ${xml(gaveWayText(after))}</p></section>
<h2>Figures</h2>
<table><tr><th></th><th class="n">before</th><th class="n">after</th><th></th></tr>${rows
      .filter(worthShowing)
      .map(
        (row) =>
          `<tr><td>${xml(nameOf(row))}</td><td class="n">${figure(row.before)}</td><td class="n">${figure(row.after)}</td><td class="${row.verdict}">${VERDICTS[row.verdict]}</td></tr>`,
      )
      .join('')}</table>
<h2>Over time</h2>
${plots(before, after).join('\n')}
<footer class="soft"><p>A difference below a tenth is called the same.</p></footer>`,
  );
}

function plots(before: Report, after: Report): string[] {
  const runs = [
    { name: 'after', report: after },
    { name: 'before', report: before },
  ];
  const load = Math.max(before.seconds, after.seconds);
  const ofSlices = (value: (slice: Slice) => number | null): Line[] =>
    runs.map(({ name, report }) => ({
      name,
      points: report.timeline.flatMap((slice) => {
        const at = value(slice);
        return at === null ? [] : [[slice.second, at] as const];
      }),
    }));
  const plot = (title: string, unit: string, lines: Line[]) => {
    const seconds = lines.flatMap(({ points }) => points.map(([second]) => second));
    return plotHtml({ title, unit, lines, end: Math.max(1, load, ...seconds), loadEnd: load });
  };
  const stretches = (before.backlog ?? after.backlog)?.waiting.map(({ stretch }) => stretch) ?? [];
  return [
    plot(
      'Orders acknowledged',
      'a second',
      ofSlices(({ placed }) => placed),
    ),
    plot(
      'Table to lake',
      'seconds, p99',
      ofSlices(({ lagSecondsP99 }) => lagSecondsP99),
    ),
    plot(
      'Acknowledged write',
      'milliseconds, p99',
      ofSlices(({ latencyMsP99 }) => latencyMsP99),
    ),
    ...stretches.map((stretch) =>
      plot(
        `Waiting at ${STRETCH_TEXT[stretch]}`,
        'changes',
        runs.map(({ name, report }) => ({ name, points: waitingPoints(report, stretch) })),
      ),
    ),
  ];
}

function waitingPoints({ backlog }: Report, stretch: keyof typeof STRETCH_TEXT): Line['points'] {
  const waiting = backlog?.waiting.find((each) => each.stretch === stretch);
  const last = waiting?.changes.findLastIndex((many) => many > 0) ?? -1;
  return (backlog?.second ?? []).flatMap((second, k) =>
    second < 0 || k > last + 1 ? [] : [[second, waiting?.changes[k] ?? 0] as const],
  );
}
