/** One plot of a report's page: lines over the seconds of a run, as SVG that needs nothing from elsewhere. */

import { xml } from './junit.ts';

export type Line = {
  name: string;
  colour: string;
  points: readonly (readonly [second: number, value: number])[];
};

const WIDTH = 720;
const HEIGHT = 220;
const LEFT = 56;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 28;
const TICKS = 4;

export function plotSvg(title: string, unit: string, lines: readonly Line[]): string {
  const points = lines.flatMap((line) => line.points);
  const end = Math.max(1, ...points.map(([second]) => second));
  const top = niceMax(Math.max(0, ...points.map(([, value]) => value)));
  const x = (second: number) => LEFT + (second / end) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM);
  const rows = Array.from({ length: TICKS + 1 }, (_, k) => (top * k) / TICKS);
  const columns = Array.from({ length: TICKS + 1 }, (_, k) => (end * k) / TICKS);
  const grid = [
    ...rows.map(
      (value) =>
        `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${f(y(value))}" y2="${f(y(value))}" class="grid"/><text x="${LEFT - 6}" y="${f(y(value) + 4)}" text-anchor="end">${short(value)}</text>`,
    ),
    ...columns.map(
      (second) =>
        `<text x="${f(x(second))}" y="${HEIGHT - 8}" text-anchor="middle">${short(second)} s</text>`,
    ),
  ];
  const drawn = lines.map(
    ({ colour, points }) =>
      `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.map(([s, v]) => `${f(x(s))},${f(y(v))}`).join(' ')}"/>${points.length < 3 ? points.map(([s, v]) => `<circle cx="${f(x(s))}" cy="${f(y(v))}" r="3" fill="${colour}"/>`).join('') : ''}`,
  );
  const legend = lines
    .map(({ name, colour }) => `<span><i style="background:${colour}"></i>${xml(name)}</span>`)
    .join('');
  return `<figure><figcaption>${xml(title)}, ${xml(unit)} <small>${legend}</small></figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${xml(title)}">${grid.join('')}${drawn.join('')}</svg></figure>`;
}

/** The next of 1, 2, 5, 10, 20, … */
function niceMax(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value) ?? 10 * power;
}

function short(value: number): string {
  return value >= 10_000 ? `${Math.round(value / 100) / 10}k` : String(Math.round(value * 10) / 10);
}

function f(value: number): string {
  return value.toFixed(1);
}
