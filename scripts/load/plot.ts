/**
 * One plot of a page: lines over the seconds of a run. The lines are SVG that stretches with the page, the words are
 * HTML beside it and keep their size, so a phone shows the same figures as a large screen. A second and a third line are
 * dashed: they are told apart in print, too.
 */

import { xml } from './junit.ts';

type Point = readonly [second: number, value: number];
export type Line = { name: string; points: readonly Point[] };

export type Plot = {
  title: string;
  unit: string;
  lines: readonly Line[];
  /** Where the time axis ends. */
  end: number;
  /** When the load was over. */
  loadEnd: number;
};

/** The drawing's own units: it is stretched to the width that there is. */
const SIZE = 1_000;
const ROWS_MAX = 5;
const COLUMNS_MAX = 6;

export const PLOT_STYLE = `
figure{margin:0 0 2.4rem;break-inside:avoid}figcaption{font-weight:600;margin-bottom:.8rem}figcaption .unit{font-weight:400;color:var(--soft)}
.legend{display:flex;flex-wrap:wrap;gap:.1rem 1rem;font-size:.85rem;font-weight:400;color:var(--soft)}.legend svg{width:1.8rem;height:.5rem;margin-right:.35rem;vertical-align:middle}
.plot{position:relative;height:11rem;margin:0 .5rem 1.5rem 3.2rem}.plot svg{position:absolute;inset:0;width:100%;height:100%;overflow:visible}
.plot span{position:absolute;font-size:.8rem;line-height:1;color:var(--soft);white-space:nowrap;font-variant-numeric:tabular-nums}
.plot .y{right:100%;margin-right:.5rem;transform:translateY(50%)}.plot .m{top:.15rem;margin-right:.35rem}.plot .x{top:100%;margin-top:.45rem;transform:translateX(-50%)}
.plot path,.plot line,.legend path{fill:none;vector-effect:non-scaling-stroke}.grid{stroke:var(--line)}.mark{stroke:var(--soft);stroke-dasharray:2 3}
.l0{stroke:var(--l0);stroke-width:2.2}.l1{stroke:var(--l1);stroke-width:2.2;stroke-dasharray:7 4}.l2{stroke:var(--l2);stroke-width:2.4;stroke-dasharray:1 4;stroke-linecap:round}
.dot{stroke-width:6;stroke-linecap:round;stroke-dasharray:none}`;

export function plotHtml({ title, unit, lines, end, loadEnd }: Plot): string {
  const rows = valueTicks(Math.max(0, ...lines.flatMap(({ points }) => points.map(([, value]) => value))));
  const top = rows.at(-1) ?? 1;
  const x = (second: number) => (second / end) * SIZE;
  const y = (value: number) => SIZE - (value / top) * SIZE;
  const columns = timeTicks(end);
  const grid = rows.map(
    (value) => `<line x1="0" x2="${SIZE}" y1="${f(y(value))}" y2="${f(y(value))}" class="grid"/>`,
  );
  const mark =
    loadEnd < end
      ? `<line x1="${f(x(loadEnd))}" x2="${f(x(loadEnd))}" y1="0" y2="${SIZE}" class="mark"/>`
      : '';
  const drawn = lines.map(({ points }, k) =>
    pathOf(
      points.map(([s, v]) => [x(s), y(v)] as const),
      k,
    ),
  );
  const words = [
    ...rows.map(
      (value) => `<span class="y" style="bottom:${f((value / top) * 100)}%">${short(value)}</span>`,
    ),
    ...columns.map(
      (second) => `<span class="x" style="left:${f((second / end) * 100)}%">${timeText(second)}</span>`,
    ),
  ];
  if (loadEnd < end)
    words.push(`<span class="m" style="right:${f(100 - (loadEnd / end) * 100)}%">last order</span>`);
  const legend =
    lines.length > 1
      ? `<div class="legend">${lines.map(({ name }, k) => legendOf(name, k)).join('')}</div>`
      : '';
  const name = `${title}, ${unit}: ${lines.map((line) => line.name).join(', ')}`;
  return `<figure><figcaption>${xml(title)} <span class="unit">${xml(unit)}</span>${legend}</figcaption><div class="plot"><svg viewBox="0 0 ${SIZE} ${SIZE}" preserveAspectRatio="none" role="img" aria-label="${xml(name)}">${grid.join('')}${mark}${drawn.join('')}</svg>${words.join('')}</div></figure>`;
}

/** One or two points make no line: they are drawn as dots. */
function pathOf(points: readonly Point[], k: number): string {
  if (points.length === 0) return '';
  if (points.length < 3)
    return `<path class="l${k} dot" d="${points.map(([a, b]) => `M${f(a)} ${f(b)}h0`).join('')}"/>`;
  return `<path class="l${k}" d="M${points.map(([a, b]) => `${f(a)} ${f(b)}`).join('L')}"/>`;
}

function legendOf(name: string, k: number): string {
  return `<span><svg viewBox="0 0 28 8"><path class="l${k}" d="M0 4H28"/></svg>${xml(name)}</span>`;
}

/** From nothing to just above the highest value, by steps of 1, 2, 5, 10, 20, … */
export function valueTicks(value: number): number[] {
  if (value <= 0) return [0, 1];
  const power = 10 ** Math.floor(Math.log10(value / ROWS_MAX));
  const step =
    [1, 2, 5, 10].map((each) => each * power).find((each) => value / each <= ROWS_MAX) ?? 10 * power;
  return Array.from({ length: Math.ceil(value / step) + 1 }, (_, k) => k * step);
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400];

export function timeTicks(end: number): number[] {
  const step = STEPS.find((each) => end / each < COLUMNS_MAX) ?? end;
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, k) => k * step);
}

export function timeText(second: number): string {
  if (second === 0) return '0';
  if (second < 120) return `${second} s`;
  return second % 3_600 === 0 ? `${second / 3_600} h` : `${Math.round(second / 6) / 10} min`;
}

export function short(value: number): string {
  if (value >= 1_000_000) return `${Math.round(value / 10_000) / 100}M`;
  return value >= 10_000 ? `${Math.round(value / 100) / 10}k` : String(Math.round(value * 100) / 100);
}

function f(value: number): string {
  return String(Math.round(value * 10) / 10);
}
