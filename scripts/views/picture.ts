/**
 * The graph of the views as an SVG file, for docs/views.svg: the crawled table at the left, what reads it to its right,
 * seeds just before the views that read them. It is legible on a light and on a dark page.
 */

import { type Heights, layout } from './layout.ts';
import { type LineageNode, scansText } from './lineage.ts';
import { escaped, svgDocument } from './svg.ts';

const BOX_WIDTH = 160;
const COLUMN_GAP = 42;
const HEIGHTS: Heights = { box: 44, gap: 14, passing: 8 };
const MARGIN = 12;

const STYLES = {
  light: `.table { fill: #dbeafe; stroke: #2563eb; }
    .seed { fill: #f3f4f6; stroke: #6b7280; stroke-dasharray: 5 4; }
    .view { fill: #dcfce7; stroke: #15803d; }
    .twice { fill: #ffedd5; stroke: #c2410c; }
    .name { fill: #111827; font-size: 13px; font-weight: 600; text-anchor: middle; }
    .note { fill: #374151; font-size: 11px; text-anchor: middle; }
    .line { stroke: #6b7280; stroke-width: 1.5; fill: none; }
    .head { fill: #6b7280; }
    rect { stroke-width: 1.6; }`,
  dark: `.table { fill: #172554; stroke: #60a5fa; }
      .seed { fill: #1f2937; stroke: #9ca3af; }
      .view { fill: #052e16; stroke: #4ade80; }
      .twice { fill: #431407; stroke: #fb923c; }
      .name { fill: #f9fafb; }
      .note { fill: #d1d5db; }
      .line { stroke: #9ca3af; }
      .head { fill: #9ca3af; }`,
};

export function lineagePicture(nodes: readonly LineageNode[]): string {
  const columns = columnsOf(nodes);
  const placeable = nodes.map(({ name, reads }) => ({
    name,
    column: columns.get(name) ?? 0,
    reads: Object.keys(reads),
  }));
  const { boxes, lines, height } = layout(placeable, HEIGHTS);
  const at = new Map(boxes.map((box) => [box.name, box]));
  const paths = lines.map(({ from, to, through }) => {
    const start = at.get(from);
    const end = at.get(to);
    const points = [
      { x: left(start?.column ?? 0) + BOX_WIDTH, y: middle(start?.y ?? 0) },
      ...through.flatMap(({ column, y }) => [
        { x: left(column), y: middle(y) },
        { x: left(column) + BOX_WIDTH, y: middle(y) },
      ]),
      { x: left(end?.column ?? 0) - 2, y: middle(end?.y ?? 0) },
    ];
    return `<path class="line" marker-end="url(#arrow)" d="${curve(points)}"/>`;
  });
  return svgDocument({
    width: left(Math.max(...columns.values())) + BOX_WIDTH + MARGIN,
    height: height + 2 * MARGIN,
    title: 'What each view reads',
    description: nodes
      .filter(({ reads }) => Object.keys(reads).length > 0)
      .map(({ name, reads, scans }) => `${name} reads ${Object.keys(reads).join(', ')} (${scansText(scans)})`)
      .join('; '),
    styles: STYLES,
    body: [...paths, ...nodes.map((node) => box(node, at.get(node.name) ?? { column: 0, y: 0 }))],
  });
}

/** The level; but what does not read the table stands just before what reads it, so that its lines are short. */
function columnsOf(nodes: readonly LineageNode[]): Map<string, number> {
  const columns = new Map(nodes.map(({ name, level }) => [name, level]));
  for (const { name, scans, level } of [...nodes].reverse()) {
    const readers = nodes.filter(({ reads }) => name in reads).map((each) => columns.get(each.name) ?? 0);
    if (scans === 0 && readers.length > 0) columns.set(name, Math.max(level, Math.min(...readers) - 1));
  }
  return columns;
}

function box({ name, kind, scans, question }: LineageNode, place: { column: number; y: number }): string {
  const x = left(place.column);
  const y = middle(place.y);
  const note = kind === 'view' ? scansText(scans) : kind === 'seed' ? 'seed' : 'the crawled table';
  const style = kind === 'view' && scans > 1 ? 'twice' : kind;
  return [
    '<g>',
    ...(question === undefined ? [] : [`<title>${escaped(question)}</title>`]),
    `<rect class="${style}" x="${x}" y="${y - HEIGHTS.box / 2}" width="${BOX_WIDTH}" height="${HEIGHTS.box}" rx="8"/>`,
    `<text class="name" x="${x + BOX_WIDTH / 2}" y="${y - 3}">${escaped(name)}</text>`,
    `<text class="note" x="${x + BOX_WIDTH / 2}" y="${y + 13}">${note}</text>`,
    '</g>',
  ].join('');
}

function left(column: number): number {
  return MARGIN + column * (BOX_WIDTH + COLUMN_GAP);
}

function middle(y: number): number {
  return Math.round((MARGIN + y) * 10) / 10;
}

/** Level where it leaves and where it arrives; straight where it passes a column. */
function curve(points: readonly { x: number; y: number }[]): string {
  return points
    .map(({ x, y }, at) => {
      const before = points[at - 1];
      if (!before) return `M${x} ${y}`;
      if (before.y === y) return `H${x}`;
      const half = (before.x + x) / 2;
      return `C${half} ${before.y} ${half} ${y} ${x} ${y}`;
    })
    .join(' ');
}
