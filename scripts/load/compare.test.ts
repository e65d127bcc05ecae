/** Two runs side by side: what is better, worse or the same, what was not the same to begin with, and what is no run. */

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { profileOf } from '../../loadtest/profile.ts';
import { UsageError } from '../command.ts';
import { compare } from './compare.ts';
import { comparedHtml } from './compare-page.ts';
import { comparedText } from './compare-text.ts';
import { keptReport } from './kept.ts';
import { type Report, reportOf } from './report.ts';
import { runOf } from './testing/run.ts';

const BEFORE = reportOf(runOf());
const verdict = (what: string, before: Report, now: Report) =>
  compare(before, now).rows.find((row) => row.what === what)?.verdict;
const latency = (p99: number): Report => ({ ...BEFORE, latencyMs: { ...BEFORE.latencyMs, p99 } });
const gave = (changesPerSecond: number): Report => ({
  ...BEFORE,
  gaveWay: {
    hop: 'kinesis',
    second: 9,
    ordersPerSecond: 1,
    changesPerSecond,
    came: 1,
    quota: null,
    why: 'it refused 9 records',
  },
});

test('a tenth is no difference, more is one, and less time is better', () => {
  assert.equal(verdict('write, p99', latency(100), latency(110)), 'same');
  assert.equal(verdict('write, p99', latency(100), latency(111)), 'worse');
  assert.equal(verdict('write, p99', latency(100), latency(89)), 'better');
  // Five milliseconds are none, whatever their share.
  assert.equal(verdict('write, p99', latency(2), latency(7)), 'same');
  assert.equal(verdict('write, p99', latency(2), latency(8)), 'worse');
});

test('one lost order is worse than none, however many there were', () => {
  const lost = (count: number): Report => ({ ...BEFORE, orders: { ...BEFORE.orders, lost: count } });
  assert.equal(verdict('orders lost', lost(0), lost(1)), 'worse');
  assert.equal(verdict('orders lost', lost(1_000), lost(999)), 'better');
});

test('to give way later is better, and never is best', () => {
  assert.equal(verdict('gave way at', gave(500), gave(1_000)), 'better');
  assert.equal(verdict('gave way at', gave(500), BEFORE), 'better');
  assert.equal(verdict('gave way at', BEFORE, gave(500)), 'worse');
  assert.equal(verdict('gave way at', BEFORE, BEFORE), 'same');
});

test('settings that differ are told before any figure; another seed is other orders, and no more', () => {
  const other = reportOf(
    runOf({ profile: profileOf('baseline', 20, 30), writes: 'batch', environment: 'dev', seed: 2 }),
  );
  const compared = compare(BEFORE, other);
  assert.deepEqual(
    compared.settings.map(({ name }) => name),
    ['peak', 'environment', 'writes'],
  );
  assert.match(
    comparedText(compared),
    /DID NOT DO THE SAME[\s\S]*peak: 10 orders a second before, 20[\s\S]*write, p99/,
  );
  assert.match(comparedHtml(compared), /DID NOT DO THE SAME/);
  const reseeded = compare(BEFORE, { ...BEFORE, seed: 2 });
  assert.deepEqual(reseeded.settings, []);
  assert.match(comparedText(reseeded), /Same settings; other orders/);
  assert.match(
    comparedText(compare(BEFORE, BEFORE)),
    /Same settings, same orders\.[\s\S]*Nothing got better or worse/,
  );
});

test('what only one run knows is neither better nor worse', () => {
  const unseen: Report = { ...BEFORE, canaries: [{ second: 1 }] };
  assert.equal(verdict('canary to view, slowest', BEFORE, unseen), 'unknown');
});

test('the page needs nothing from elsewhere and names what got worse', () => {
  const html = comparedHtml(compare(latency(20), latency(200)));
  assert.doesNotMatch(html, /https?:|<script|src=|url\(|NaN|undefined|Infinity|null/);
  assert.match(html, /1 figure got worse, nothing got better<\/strong><p>WORSE: write, p99<\/p>/);
});

const results = mkdtempSync(join(tmpdir(), 'kept-'));
after(() => rmSync(results, { recursive: true }));

function keep(run: string, text: string | undefined): string {
  mkdirSync(join(results, run), { recursive: true });
  if (text !== undefined) writeFileSync(join(results, run, 'report.json'), text);
  return join(results, run);
}

function refusal(name: string): string {
  try {
    keptReport(name, results);
  } catch (error) {
    if (error instanceof UsageError) return `${error.message} ${error.nextStep}`;
    throw error;
  }
  return 'taken';
}

test('a run is found by its name, by its folder and by its file', () => {
  const path = keep('good-1', JSON.stringify(BEFORE));
  for (const name of ['good-1', path, join(path, 'report.json')])
    assert.deepEqual(keptReport(name, results), JSON.parse(JSON.stringify(BEFORE)), name);
});

test('what is no report of this version is refused in a sentence', () => {
  keep('good-1', JSON.stringify(BEFORE));
  keep('cut', undefined);
  keep('torn', '{"run":');
  keep('other', '[1]');
  keep('nothing', 'null');
  keep('old', JSON.stringify({ ...BEFORE, version: undefined }));
  keep('new', JSON.stringify({ ...BEFORE, version: 99 }));
  assert.match(refusal('absent'), /^There is no run "absent"\. The newest are .*good-1/);
  assert.match(refusal('cut'), /^The run "cut" has no report: it was left before its end\./);
  assert.match(refusal('torn'), /^"torn" is no report: it holds no JSON\./);
  assert.match(refusal('other'), /^"other" is no report of a load test\./);
  assert.match(refusal('nothing'), /^"nothing" is no report of a load test\./);
  assert.match(refusal('old'), /written by another version of this command \(report 1, this one reads 2\)/);
  assert.match(refusal('new'), /report 99/);
});
