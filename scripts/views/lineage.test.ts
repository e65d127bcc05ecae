/** What the graph of the views says, and that its picture shows each of them once, apart and from left to right. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { XMLValidator } from 'fast-xml-parser';
import type { View } from '../../lambdas/publish-views/dependencies.ts';
import { layout } from './layout.ts';
import { lineage, lineageText, questionOf } from './lineage.ts';
import { lineagePicture } from './picture.ts';

function view(name: string, reads: Record<string, number>, sql = `-- What is ${name}?\nSELECT 1 AS a`): View {
  return { name, sql, reads: new Map(Object.entries(reads)) };
}

const VIEWS = [
  view('top', { middle: 1, days: 2 }),
  view('days', {}, '-- The rows of sql/seeds/days.csv.\nSELECT 1 AS a'),
  view('middle', { low: 1 }),
  view('low', { orders: 1 }),
  view('twice', { low: 2 }),
];
const NODES = lineage(VIEWS, new Set(['days']), 'orders');

test('a view stands one level above the highest that it reads, and counts the scans of all below', () => {
  assert.deepEqual(
    NODES.map(({ name, kind, level, scans }) => [name, kind, level, scans]),
    [
      ['orders', 'table', 0, 1],
      ['days', 'seed', 0, 0],
      ['low', 'view', 1, 1],
      ['middle', 'view', 2, 1],
      ['twice', 'view', 2, 2],
      ['top', 'view', 3, 1],
    ],
  );
});

test('the text says what each reads and how often', () => {
  assert.equal(
    lineageText(NODES),
    [
      'level 0',
      '  orders  the crawled table',
      '  days    sql/seeds/days.csv',
      'level 1',
      '  low     1 scan; reads orders',
      'level 2',
      '  middle  1 scan; reads low',
      '  twice   2 scans; reads low ×2',
      'level 3',
      '  top     1 scan; reads days ×2, middle',
    ].join('\n'),
  );
});

test("a view's question is the first sentence of its first comment, over as many lines as it has", () => {
  assert.equal(questionOf('-- Who buys\n-- most? Each customer.\nSELECT 1'), 'Who buys most?');
  assert.equal(questionOf('-- Version 1.5 of it. More.\nSELECT 1'), 'Version 1.5 of it.');
  assert.equal(questionOf('-- no end\nSELECT 1 -- why?'), 'no end');
  assert.equal(questionOf('SELECT 1'), '');
});

test('the picture is well-formed and has each name once, its markup escaped', () => {
  const picture = lineagePicture(
    lineage(
      [view('low', { orders: 1 }, '-- Is a < b & "c"?\nSELECT 1 AS a'), ...VIEWS.slice(0, 3)],
      new Set(['days']),
      'orders',
    ),
  );
  assert.equal(XMLValidator.validate(picture), true);
  assert.match(picture, /<title>Is a &lt; b &amp; &quot;c&quot;\?<\/title>/);
  for (const name of ['orders', 'days', 'low', 'middle', 'top'])
    assert.equal(picture.split(`>${name}</text>`).length, 2, name);
  assert.equal(picture.split('marker-end').length - 1, 4, 'a line for each that is read');
  assert.match(picture, /prefers-color-scheme: dark/);
});

test('a seed stands just before what reads it, however high that is', () => {
  const picture = lineagePicture(NODES);
  const x = (name: string) => Number(new RegExp(`x="([\\d.]+)" y="[\\d.]+">${name}<`).exec(picture)?.[1]);
  assert.equal(x('days'), x('middle'));
  assert.ok(x('orders') < x('low') && x('low') < x('middle') && x('middle') < x('top'));
});

test('no two boxes of a column touch, and a line that passes a column has a place of its own', () => {
  const heights = { box: 10, gap: 4, passing: 2 };
  const nodes = [
    { name: 'a', column: 0, reads: [] },
    { name: 'b', column: 1, reads: ['a'] },
    { name: 'c', column: 1, reads: ['a'] },
    { name: 'd', column: 2, reads: ['a', 'b'] },
  ];
  const { boxes, lines, height } = layout(nodes, heights);
  const passing = lines.find(({ from, to }) => from === 'a' && to === 'd')?.through ?? [];
  assert.deepEqual(
    passing.map(({ column }) => column),
    [1],
  );
  const second = [
    ...boxes.filter(({ column }) => column === 1).map(({ y }) => ({ y, half: 5 })),
    { y: passing[0]?.y ?? 0, half: 1 },
  ];
  const sorted = second.sort((one, other) => one.y - other.y);
  for (const [at, one] of sorted.entries()) {
    const next = sorted[at + 1];
    if (next) assert.ok(next.y - one.y >= one.half + next.half + heights.gap, `${one.y}, ${next.y}`);
  }
  assert.equal(height, 10 + 10 + 2 + 2 * 4);
});

test('lines do not cross where an order without a crossing exists', () => {
  const nodes = [
    { name: 'a', column: 0, reads: [] },
    { name: 'b', column: 0, reads: [] },
    { name: 'x', column: 1, reads: ['b'] },
    { name: 'y', column: 1, reads: ['a'] },
  ];
  const { boxes } = layout(nodes, { box: 10, gap: 4, passing: 2 });
  const y = (name: string) => boxes.find((box) => box.name === name)?.y ?? 0;
  assert.equal(y('a') < y('b'), y('y') < y('x'));
});
