/** Two runs side by side on a terminal; the sentences about what was not the same are the page's, too. */

import { paint } from '../command.ts';
import type { Compared, Row, Verdict } from './compare.ts';
import { count, gaveWayText } from './report-text.ts';

const WIDTHS = { what: 38, figure: 14 } as const;
const COLOURS = { better: 'green', worse: 'red', same: 'dim', unknown: 'yellow' } as const;

export function comparedText(compared: Compared): string {
  const { before, after, rows } = compared;
  const line = (what: string, a: string, b: string, verdict: string) =>
    `  ${what.padEnd(WIDTHS.what)}${a.padStart(WIDTHS.figure)}${b.padStart(WIDTHS.figure)}  ${verdict}`.trimEnd();
  return [
    `before  ${before.run}`,
    `after   ${after.run}`,
    '',
    ...warnings(compared).map((warning) => paint('yellow', warning)),
    line('', 'before', 'after', ''),
    ...rows
      .filter(worthShowing)
      .map((row) =>
        line(
          nameOf(row),
          figure(row.before),
          figure(row.after),
          paint(COLOURS[row.verdict], VERDICTS[row.verdict]),
        ),
      ),
    '',
    `before: ${gaveWayText(before)}`,
    `after:  ${gaveWayText(after)}`,
    '',
    summaryHeadline(compared),
    ...namesOf(compared, 'worse'),
    ...namesOf(compared, 'better'),
  ].join('\n');
}

export const VERDICTS: Readonly<Record<Verdict, string>> = {
  better: 'better',
  worse: 'WORSE',
  same: 'same',
  unknown: 'not known of both',
};

/** Each thing in which the runs were not the same to begin with, as a sentence. */
export function warnings({ settings, sameOrders }: Compared): string[] {
  if (settings.length === 0)
    return [
      sameOrders
        ? 'Same settings, same orders.'
        : 'Same settings; other orders of the same kind, as the seeds differ.',
    ];
  return [
    'THESE RUNS DID NOT DO THE SAME, so a difference below need not be the pipeline’s:',
    ...settings.map(({ name, before, after }) => `  ${name}: ${before} before, ${after} after`),
  ];
}

/** `3 figures got worse, 1 got better` */
export function summaryHeadline({ rows }: Compared): string {
  const many = (verdict: Verdict) => rows.filter((row) => row.verdict === verdict).length;
  const [worse, better] = [many('worse'), many('better')];
  if (worse + better === 0) return 'Nothing got better or worse beyond what two equal runs differ by';
  return `${worse === 0 ? 'Nothing' : `${worse} ${worse === 1 ? 'figure' : 'figures'}`} got worse, ${better === 0 ? 'nothing' : better} got better`;
}

/** The figures of one verdict, by name; nothing where there are none. */
export function namesOf({ rows }: Compared, verdict: Verdict): string[] {
  const names = rows.filter((row) => row.verdict === verdict).map(({ what }) => what);
  return names.length === 0 ? [] : [`${VERDICTS[verdict]}: ${names.join('; ')}`];
}

/** A row of nothing on both sides says nothing, but for lost and repeated orders, which everybody looks for. */
export function worthShowing({ what, before, after }: Row): boolean {
  return /^orders /.test(what) || (before ?? 0) !== 0 || (after ?? 0) !== 0;
}

export function nameOf({ what, unit }: Row): string {
  return unit === '' ? what : `${what}, ${unit}`;
}

export function figure(value: number | null): string {
  return value === null ? '–' : count(Math.round(value * 100) / 100);
}
