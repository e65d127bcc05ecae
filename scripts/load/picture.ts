/**
 * A report as one picture, for docs/load-report.svg: the verdict, the chain with what waited at each hop, and two plots.
 * It is drawn from the kept report of a real run by the page's own figures, so `npm run generate` needs no browser. It is
 * legible on a light and on a dark page.
 */

import { escaped, svgDocument } from '../views/svg.ts';
import { type Station, stationsOf } from './chain.ts';
import { short, timeText, timeTicks, valueTicks } from './plot.ts';
import type { Report } from './report.ts';
import { gaveWayHeadline, heldText, STRETCH_TEXT } from './report-text.ts';

const WIDTH = 880;
const MARGIN = 20;
const BOX = { width: 128, height: 122, gap: 14.4, top: 94 };
const PLOT = { top: 274, height: 150, left: 46, gap: 40 };
const PLOT_WIDTH = (WIDTH - 2 * MARGIN - PLOT.gap) / 2;
const HEIGHT = PLOT.top + PLOT.height + 32;
const CLASSES = { 'gave-way': 'gave', throttled: 'held', carried: 'box' } as const;

type Line = { name: string; points: readonly (readonly [second: number, value: number])[] };

const STYLES = {
  light: `text { fill: #1b1f24; font-size: 13px; }
    .title { font-size: 20px; font-weight: 600; }
    .found { fill: #9a6700; }
    .good { fill: #1a7f37; }
    .bad { fill: #cf222e; }
    .name { font-weight: 600; }
    .figure { font-size: 18px; font-weight: 600; }
    .soft { fill: #59636e; font-size: 11.5px; }
    .box, .gave, .held { fill: #f6f8fa; stroke: #d1d9e0; }
    .gave { stroke: #cf222e; stroke-width: 2; }
    .held { stroke: #9a6700; }
    .grid { stroke: #d1d9e0; }
    .arrow { stroke: #59636e; }
    .mark { stroke: #59636e; stroke-dasharray: 2 3; }
    .line { fill: none; stroke-width: 2; }
    .l0 { stroke: #0969da; }
    .l1 { stroke: #bc4c00; stroke-dasharray: 7 4; }
    .l2 { stroke: #8250df; stroke-dasharray: 1 4; stroke-linecap: round; }
    .head { fill: #59636e; }`,
  dark: `text { fill: #f0f6fc; }
      .found { fill: #d29922; }
      .good { fill: #3fb950; }
      .bad { fill: #f85149; }
      .soft { fill: #9198a1; }
      .box, .gave, .held { fill: #151b23; stroke: #3d444d; }
      .gave { stroke: #f85149; }
      .held { stroke: #d29922; }
      .grid { stroke: #3d444d; }
      .arrow, .mark { stroke: #9198a1; }
      .l0 { stroke: #4493f8; }
      .l1 { stroke: #f0883e; }
      .l2 { stroke: #ab7df8; }
      .head { fill: #9198a1; }`,
};

export function reportPicture(report: Report): string {
  const { profile, environment, gaveWay, checks, backlog, timeline, seconds, shards } = report;
  const broken = checks.filter(({ holds }) => !holds).length;
  const headline = gaveWay ? gaveWayHeadline(gaveWay) : 'No hop gave way';
  const verdict = broken > 0 ? `✗ ${broken} of ${checks.length} promises broken` : `✓ ${heldText(report)}`;
  const waiting = (backlog?.waiting ?? []).map(({ stretch, changes }) => ({
    name: STRETCH_TEXT[stretch],
    points: (backlog?.second ?? []).flatMap((second, k) =>
      second < 0 ? [] : [[second, changes[k] ?? 0] as const],
    ),
  }));
  const rates = [
    { name: 'acknowledged', points: timeline.map(({ second, placed }) => [second, placed] as const) },
    { name: 'asked', points: timeline.map(({ second, asked }) => [second, asked] as const) },
  ];
  return svgDocument({
    width: WIDTH,
    height: HEIGHT,
    title: `A load report: ${headline}`,
    description: `What waited at each hop while ${profile} ran against ${environment}, and the orders a second.`,
    styles: STYLES,
    body: [
      `<text class="title ${gaveWay ? 'found' : 'good'}" x="${MARGIN}" y="34">${escaped(headline)}</text>`,
      `<text class="${broken > 0 ? 'bad' : 'good'}" x="${MARGIN}" y="58">${escaped(verdict)}</text>`,
      `<text class="soft" x="${MARGIN}" y="78">${escaped(`${profile} on ${environment}, ${seconds} s, ${shards} ${shards === 1 ? 'shard' : 'shards'}`)}</text>`,
      ...stationsOf(report).flatMap(stationElements),
      ...plotElements('Orders a second', rates, MARGIN, seconds),
      ...plotElements('Waiting', waiting, MARGIN + PLOT_WIDTH + PLOT.gap, seconds),
    ],
  });
}

/** Each box's words under one another, broken where the box ends. */
function stationElements({ name, figure, says, notes, state }: Station, k: number): string[] {
  const x = round(MARGIN + k * (BOX.width + BOX.gap));
  const middle = BOX.top + BOX.height / 2;
  let y = BOX.top + 4;
  const line = (cls: string, height: number, words: string) => {
    y += height;
    return `<text class="${cls}" x="${round(x + 9)}" y="${y}">${escaped(words)}</text>`;
  };
  return [
    ...(k === 0
      ? []
      : [
          `<line class="arrow" x1="${round(x - BOX.gap)}" x2="${round(x - 1)}" y1="${middle}" y2="${middle}" marker-end="url(#arrow)"/>`,
        ]),
    `<rect class="${CLASSES[state]}" x="${x}" y="${BOX.top}" width="${BOX.width}" height="${BOX.height}" rx="7"/>`,
    ...wrapped(name, 15).map((words) => line(`name${state === 'gave-way' ? ' bad' : ''}`, 16, words)),
    line('figure', 23, figure),
    ...[says, ...notes].flatMap((words) => wrapped(words, 19)).map((words) => line('soft', 15, words)),
  ];
}

function wrapped(text: string, charactersMax: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && longer.length <= charactersMax) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function plotElements(title: string, lines: readonly Line[], left: number, loadEnd: number): string[] {
  const points = lines.flatMap((line) => line.points);
  const end = Math.max(1, loadEnd, ...lines.map(drawnUntil));
  const rows = valueTicks(Math.max(0, ...points.map(([, value]) => value)));
  const top = rows.at(-1) ?? 1;
  const begin = left + PLOT.left;
  const x = (second: number) => round(begin + (second / end) * (PLOT_WIDTH - PLOT.left));
  const y = (value: number) => round(PLOT.top + PLOT.height - (value / top) * PLOT.height);
  return [
    `<text class="name" x="${left}" y="${PLOT.top - 24}">${escaped(title)}</text>`,
    ...legendElements(lines, left + title.length * 8 + 12),
    ...rows.flatMap((value) => [
      `<line class="grid" x1="${round(begin)}" x2="${round(left + PLOT_WIDTH)}" y1="${y(value)}" y2="${y(value)}"/>`,
      `<text class="soft" text-anchor="end" x="${round(begin - 6)}" y="${round(y(value) + 4)}">${short(value)}</text>`,
    ]),
    ...timeTicks(end).map(
      (second) =>
        `<text class="soft" text-anchor="middle" x="${x(second)}" y="${PLOT.top + PLOT.height + 18}">${timeText(second)}</text>`,
    ),
    ...(loadEnd < end
      ? [
          `<line class="mark" x1="${x(loadEnd)}" x2="${x(loadEnd)}" y1="${PLOT.top}" y2="${PLOT.top + PLOT.height}"/>`,
        ]
      : []),
    ...lines.flatMap((line, k) => {
      const drawn = line.points.filter(([second]) => second <= end);
      if (drawn.length === 0) return [];
      return [
        `<path class="line l${k}" d="M${drawn.map(([second, value]) => `${x(second)} ${y(value)}`).join('L')}"/>`,
      ];
    }),
  ];
}

function legendElements(lines: readonly Line[], left: number): string[] {
  const y = PLOT.top - 28;
  let x = left;
  return lines.flatMap(({ name }, k) => {
    const at = x;
    x += 38 + name.length * 6.5;
    return [
      `<path class="line l${k}" d="M${round(at)} ${y}H${round(at + 22)}"/>`,
      `<text class="soft" x="${round(at + 27)}" y="${y + 4}">${escaped(name)}</text>`,
    ];
  });
}

function drawnUntil({ points }: Line): number {
  const last = points.findLastIndex(([, value]) => value > 0);
  return points[Math.min(points.length - 1, last + 1)]?.[0] ?? 0;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
