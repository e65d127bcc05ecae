import assert from 'node:assert/strict';
import { test } from 'node:test';
import { XMLValidator } from 'fast-xml-parser';
import { reportPicture } from './picture.ts';
import { reportOf } from './report.ts';
import { runOf } from './testing/run.ts';

test('the picture is whole where a hop gave way, where none did, and where CloudWatch told nothing', () => {
  const calm = reportOf(runOf());
  const gaveWay = {
    hop: 'kinesis' as const,
    second: 9,
    ordersPerSecond: 352,
    changesPerSecond: 1_000,
    came: 1_500,
    quota: null,
    why: 'it refused 9 records',
  };
  for (const report of [calm, { ...calm, gaveWay }, { ...calm, timeline: [], canaries: [] }]) {
    const svg = reportPicture(report);
    assert.equal(XMLValidator.validate(svg), true);
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
  }
  assert.match(reportPicture({ ...calm, gaveWay }), /kinesis gave way at 352 orders a second/);
  assert.match(reportPicture(calm), /No hop gave way/);
});
