/**
 * One day's projection as an SVG file, for docs/projection.svg: what is sold so far, what was projected at each hour with
 * its band, the naive run rate beside it, and what the day came to. It draws what it is given and asks nobody.
 */

import { escaped, svgDocument } from './svg.ts';

/** What the view said at an hour; without a number where it shows none. */
export type Asked = {
  hour: number;
  projected: number | undefined;
  low: number | undefined;
  high: number | undefined;
  runRate: number | undefined;
};

export type ProjectedDay = {
  /** What each quarter of an hour sold, in dollars. */
  quarters: readonly number[];
  asked: readonly Asked[];
  surprise: { fromHour: number; toHour: number; factor: number };
};

const FRAME = { left: 64, right: 190, top: 46, bottom: 40, width: 960, height: 440 };
const PLOT_WIDTH = FRAME.width - FRAME.left - FRAME.right;
const PLOT_HEIGHT = FRAME.height - FRAME.top - FRAME.bottom;

const STYLES = {
  light: `.title { fill: #111827; font-size: 15px; font-weight: 600; }
    .label { fill: #374151; font-size: 12px; }
    .end { text-anchor: end; }
    .mid { text-anchor: middle; }
    .grid { stroke: #e5e7eb; }
    .sold { stroke: #2563eb; stroke-width: 2.5; fill: none; }
    .projected { stroke: #15803d; stroke-width: 2.5; fill: none; }
    .dot { fill: #15803d; }
    .band { fill: #15803d; fill-opacity: 0.16; }
    .rate { stroke: #c2410c; stroke-width: 2; fill: none; stroke-dasharray: 6 4; }
    .actual { stroke: #111827; stroke-width: 1.5; stroke-dasharray: 2 3; }
    .aside { fill: #6b7280; fill-opacity: 0.10; }
    .word-sold { fill: #1d4ed8; }
    .word-projected { fill: #15803d; }
    .word-rate { fill: #c2410c; }`,
  dark: `.title { fill: #f9fafb; }
      .label { fill: #d1d5db; }
      .grid { stroke: #374151; }
      .sold { stroke: #60a5fa; }
      .projected { stroke: #4ade80; }
      .dot { fill: #4ade80; }
      .band { fill: #4ade80; fill-opacity: 0.2; }
      .rate { stroke: #fb923c; }
      .actual { stroke: #f9fafb; }
      .aside { fill: #9ca3af; fill-opacity: 0.16; }
      .word-sold { fill: #60a5fa; }
      .word-projected { fill: #4ade80; }
      .word-rate { fill: #fb923c; }`,
};

type Point = { hour: number; dollars: number };

export function projectionPicture({ quarters, asked, surprise }: ProjectedDay): string {
  const sold = runningSum(quarters);
  const actual = sold.at(-1)?.dollars ?? 0;
  const projected = pointsOf(asked, 'projected');
  const rate = pointsOf(asked, 'runRate');
  const [low, high] = [pointsOf(asked, 'low'), pointsOf(asked, 'high')];
  const top = niceTop(Math.max(actual, ...[...projected, ...rate, ...high].map(({ dollars }) => dollars)));
  const at = ({ hour, dollars }: Point) => `${x(hour)} ${y(dollars, top)}`;
  const path = (points: readonly Point[]) => `M${points.map(at).join(' L')}`;
  const begins = projected[0]?.hour ?? 24;
  const last = asked.at(-1);
  return svgDocument({
    width: FRAME.width,
    height: FRAME.height,
    title: 'A synthetic Black Friday, asked at each hour',
    description:
      `The day comes to ${money(actual)}. At noon the projection says ${money(dollarsAt(projected, 12))} and the run rate ` +
      `${money(dollarsAt(rate, 12))}; before ${begins}:00 there is no number.`,
    styles: STYLES,
    body: [
      ...axes(top),
      rect('aside', 0, begins, top),
      sideways(begins / 2, 'no number before 8 % of the profile'),
      rect('aside', surprise.fromHour, surprise.toHour, top),
      ...note((surprise.fromHour + surprise.toHour) / 2, [
        'a surprise:',
        `${percent(surprise.factor)} sales`,
      ]),
      ...(high.length > 0 ? [`<path class="band" d="${path([...high, ...[...low].reverse()])} Z"/>`] : []),
      `<path class="actual" d="${path([
        { hour: 0, dollars: actual },
        { hour: 24, dollars: actual },
      ])}"/>`,
      `<path class="rate" d="${path(rate)}"/>`,
      `<path class="sold" d="${path([{ hour: 0, dollars: 0 }, ...sold])}"/>`,
      `<path class="projected" d="${path(projected)}"/>`,
      ...projected.map(
        (point) => `<circle class="dot" cx="${x(point.hour)}" cy="${y(point.dollars, top)}" r="3.2"/>`,
      ),
      `<text class="title" x="${FRAME.left}" y="24">A synthetic Black Friday, asked at each hour</text>`,
      ...words(actual, top, last),
    ],
  });
}

function axes(top: number): string[] {
  const steps = Array.from({ length: 5 }, (_, i) => (i * top) / 4);
  return [
    ...steps.flatMap((dollars) => [
      `<path class="grid" d="M${FRAME.left} ${y(dollars, top)} H${x(24)}"/>`,
      text('label end', FRAME.left - 8, y(dollars, top) + 4, money(dollars)),
    ]),
    ...[0, 3, 6, 9, 12, 15, 18, 21, 24].map((hour) =>
      text('label mid', x(hour), FRAME.height - FRAME.bottom + 18, `${hour}:00`),
    ),
    text('label mid', x(12), FRAME.height - 6, "the shop's time"),
  ];
}

/** What the lines are, at the right of where they end, none over another. */
function words(actual: number, top: number, last: Asked | undefined): string[] {
  const edge = x(24) + 10;
  const at = y(actual, top);
  return [
    text('label', edge, at - 34, `the day's end: ${money(actual)}`),
    text(
      'label word-projected',
      edge,
      at - 14,
      last?.high === undefined ? 'projected' : 'projected, with the band',
    ),
    text('label word-projected', edge, at + 1, last?.high === undefined ? '' : 'of 8 days in 10'),
    text('label word-sold', edge, at + 22, 'sold so far'),
    text('label word-rate', edge, at + 43, 'run rate'),
  ];
}

function note(hour: number, lines: readonly string[]): string[] {
  return lines.map((line, at) => text('label mid', x(hour), FRAME.top + 16 + at * 14, line));
}

/** Upwards in the middle of the plot, for a strip too narrow for words. */
function sideways(hour: number, words: string): string {
  const [atX, atY] = [round(x(hour) + 4), round(FRAME.top + PLOT_HEIGHT / 2)];
  return `<text class="label mid" transform="translate(${atX} ${atY}) rotate(-90)">${escaped(words)}</text>`;
}

function rect(style: string, from: number, to: number, top: number): string {
  const [height, up] = [round(PLOT_HEIGHT), y(top, top)];
  return `<rect class="${style}" x="${x(from)}" y="${up}" width="${round(x(to) - x(from))}" height="${height}"/>`;
}

function text(style: string, atX: number, atY: number, words: string): string {
  return words === ''
    ? ''
    : `<text class="${style}" x="${round(atX)}" y="${round(atY)}">${escaped(words)}</text>`;
}

function runningSum(quarters: readonly number[]): Point[] {
  let dollars = 0;
  return quarters.map((each, quarter) => {
    dollars += each;
    return { hour: (quarter + 1) / 4, dollars };
  });
}

function pointsOf(asked: readonly Asked[], what: 'projected' | 'low' | 'high' | 'runRate'): Point[] {
  return asked.flatMap((each) => {
    const dollars = each[what];
    return dollars === undefined ? [] : [{ hour: each.hour, dollars }];
  });
}

function dollarsAt(points: readonly Point[], hour: number): number {
  return points.find((point) => point.hour === hour)?.dollars ?? 0;
}

/** The next round number whose quarters are round too. */
function niceTop(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  return power * ([1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8].find((each) => each * power >= most) ?? 10);
}

function money(dollars: number): string {
  if (dollars === 0) return '$0';
  return dollars >= 999_500 ? `$${(dollars / 1e6).toFixed(2)}M` : `$${Math.round(dollars / 1000)}k`;
}

function percent(factor: number): string {
  return `${factor >= 1 ? '+' : '−'}${Math.round(Math.abs(factor - 1) * 100)} %`;
}

function x(hour: number): number {
  return round(FRAME.left + (hour * PLOT_WIDTH) / 24);
}

function y(dollars: number, top: number): number {
  return round(FRAME.top + PLOT_HEIGHT * (1 - dollars / top));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
