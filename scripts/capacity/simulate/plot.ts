/**
 * A simulated event as one SVG: the orders, how late they were, what waited where, and what was throttled, over time.
 * It stands alone: no script, no font, no style from elsewhere.
 */

import type { Moment, Simulation } from './simulate.ts';
import { span } from './text.ts';

type Series = { name: string; colour: string; of: (moment: Moment) => number };
type Panel = {
  title: string;
  unit: (value: number) => string;
  scale: 'linear' | 'log';
  series: readonly Series[];
};

const WIDTH = 960;
const LEFT = 90;
const RIGHT = 130;
const PANEL_HEIGHT = 150;
const GAP = 50;
const TOP = 70;
/** What a logarithmic panel shows at its foot: a change, or a hundredth of a second. */
const LOG_FLOOR = 0.01;

const short = (value: number): string =>
  value.toLocaleString('en-US', { notation: 'compact', maximumFractionDigits: 1 });

const PANELS: readonly Panel[] = [
  {
    title: 'Orders a second',
    unit: short,
    scale: 'linear',
    series: [{ name: 'orders', colour: '#2457a6', of: (each) => each.ordersPerSecond }],
  },
  {
    title: 'Lag to the lake',
    unit: span,
    scale: 'log',
    series: [
      { name: '99 %', colour: '#c0392b', of: (each) => each.lagP99 },
      { name: 'half', colour: '#2457a6', of: (each) => each.lagP50 },
    ],
  },
  {
    title: 'Changes that wait',
    unit: short,
    scale: 'log',
    series: [
      { name: 'table', colour: '#c0392b', of: (each) => each.table },
      { name: 'stream', colour: '#d68910', of: (each) => each.stream },
      { name: 'pipe', colour: '#7d3c98', of: (each) => each.pipe },
      { name: 'kinesis', colour: '#1e8449', of: (each) => each.kinesis },
      { name: 'firehose', colour: '#2457a6', of: (each) => each.firehose },
    ],
  },
  {
    title: 'Throttled a second',
    unit: short,
    scale: 'linear',
    series: [
      { name: 'table', colour: '#c0392b', of: (each) => each.throttledPerSecond.table },
      { name: 'kinesis', colour: '#1e8449', of: (each) => each.throttledPerSecond.kinesis },
    ],
  },
];

export function simulationSvg(simulation: Simulation): string {
  const { environment, profile, seed, moments } = simulation;
  const height = TOP + PANELS.length * (PANEL_HEIGHT + GAP);
  const title = `${environment} under ${profile.name}, simulated (seed ${seed})`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    label(LEFT, 28, title, 'font-size="17" font-weight="bold"'),
    ...PANELS.map((panel, index) => drawn(panel, moments, TOP + index * (PANEL_HEIGHT + GAP))),
    '</svg>',
    '',
  ].join('\n');
}

function drawn({ title, unit, scale, series }: Panel, moments: readonly Moment[], top: number): string {
  const values = moments.flatMap((moment) => series.map(({ of }) => of(moment)));
  const most = Math.max(...values, LOG_FLOOR * 10);
  const least = scale === 'log' ? Math.max(LOG_FLOOR, Math.min(...values.filter((each) => each > 0))) : 0;
  const floor = scale === 'log' ? Math.min(least, most / 10) : 0;
  const end = moments.at(-1)?.seconds ?? 1;
  const bottom = top + PANEL_HEIGHT;
  const x = (seconds: number): number => LEFT + (seconds / end) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => bottom - shareOf(value, floor, most, scale) * PANEL_HEIGHT;
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  const shown = series.filter(({ of }) => moments.some((moment) => of(moment) > 0));
  return [
    label(LEFT, top - 8, title, 'font-weight="bold"'),
    ...ticks.map((share) => {
      const value = scale === 'log' ? floor * (most / floor) ** share : most * share;
      const at = rounded(bottom - share * PANEL_HEIGHT);
      return (
        `<path d="M${LEFT} ${at}H${WIDTH - RIGHT}" stroke="#ddd"/>` +
        label(LEFT - 8, at + 4, unit(value), 'text-anchor="end" fill="#555"')
      );
    }),
    ...ticks.map((share) =>
      label(x(end * share), bottom + 16, span(end * share), 'text-anchor="middle" fill="#555"'),
    ),
    ...shown.map(({ colour, of }) => {
      const points = moments.map((moment) => `${rounded(x(moment.seconds))} ${rounded(y(of(moment)))}`);
      return `<path d="M${points.join('L')}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
    }),
    ...(shown.length === 0
      ? [label(LEFT + 8, top + 20, 'none', 'fill="#555"')]
      : shown.map(({ name, colour }, row) =>
          label(WIDTH - RIGHT + 12, top + 12 + row * 18, name, `fill="${colour}" font-weight="bold"`),
        )),
  ].join('\n');
}

function shareOf(value: number, floor: number, most: number, scale: Panel['scale']): number {
  if (scale === 'linear') return value / most;
  return value <= floor ? 0 : Math.log(value / floor) / Math.log(most / floor);
}

function label(x: number, y: number, text: string, attributes: string): string {
  return `<text x="${rounded(x)}" y="${rounded(y)}" ${attributes}>${escaped(text)}</text>`;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
