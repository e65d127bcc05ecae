import assert from 'node:assert/strict';
import { test } from 'node:test';
import { METRICS, SLICES } from '../../loadtest/measures.ts';
import { profileOf } from '../../loadtest/profile.ts';
import { junitText } from './junit.ts';
import { unplacedIn } from './k6.ts';
import { pageHtml } from './page.ts';
import { quantile, type Report, type Run, reportOf } from './report.ts';
import { BEGAN, runOf } from './testing/run.ts';

const broken = ({ checks }: Report) => checks.filter(({ holds }) => !holds).map(({ name }) => name);
const withMetric = (metric: string, values: Record<string, number>): Run => {
  const run = runOf();
  return { ...run, summary: { metrics: { ...run.summary.metrics, [metric]: { values } } } };
};

test('a run whose orders all arrived keeps every promise', () => {
  const report = reportOf(runOf());
  assert.deepEqual(broken(report), []);
  assert.deepEqual(report.orders, {
    asked: 300,
    acknowledged: 300,
    arrived: 300,
    lost: 0,
    repeated: 0,
    underWay: 0,
  });
  assert.equal(report.dollars, 0.05);
  assert.deepEqual(report.lagSeconds, { p50: 5, p99: 5, max: 5 });
  assert.equal(report.drainSeconds, 5);
  assert.equal(report.gaveWay, null);
});

test('one order that is not in the views is one lost, one that stands twice is one repeated', () => {
  const { arrivals } = runOf();
  assert.deepEqual(broken(reportOf(runOf({ arrivals: { ...arrivals, orders: 299 } }))), ['orders lost']);
  assert.deepEqual(broken(reportOf(runOf({ arrivals: { ...arrivals, repeatedOrders: 1 } }))), [
    'orders repeated',
  ]);
});

test('iterations that never began, and writes given up, break a run', () => {
  assert.deepEqual(broken(reportOf(withMetric('dropped_iterations', { count: 1 }))), [
    'iterations never begun',
  ]);
  assert.deepEqual(broken(reportOf(withMetric(METRICS.lostWrites, { count: 1 }))), ['writes given up']);
});

test('a write and a lag at their limits break a promise, just below they do not', () => {
  const slow = (ms: number) => reportOf(withMetric(METRICS.latency, { med: 1, 'p(99)': ms, max: ms }));
  assert.deepEqual(broken(slow(999)), []);
  assert.deepEqual(broken(slow(1_000)), ['write, p99']);
  assert.deepEqual(broken(reportOf(runOf({ lagSecondsMax: 6 }))), []);
  assert.deepEqual(broken(reportOf(runOf({ lagSecondsMax: 5 }))), ['table to lake, p99']);
});

test('a run that was stopped proved less than it was asked for, but for a climb', () => {
  const state = { testRunDurationMs: 12_000 };
  const cut = (name: 'baseline' | 'stress') =>
    reportOf(
      runOf({ stopped: true, profile: profileOf(name, 10, 30), summary: { ...runOf().summary, state } }),
    );
  assert.deepEqual(broken(cut('baseline')), ['seconds not run']);
  assert.deepEqual(broken(cut('stress')), []);
});

test('a canary that nobody saw breaks a promise', () => {
  assert.deepEqual(broken(reportOf(runOf({ canaries: [{ second: 1 }] }))), ['canaries never seen']);
});

test('stress may break everything but the orders themselves', () => {
  const profile = profileOf('stress', 20, 30);
  const { arrivals } = runOf();
  const run = { ...withMetric('dropped_iterations', { count: 9 }), profile, canaries: [{ second: 1 }] };
  assert.deepEqual(broken(reportOf(run)), []);
  assert.deepEqual(broken(reportOf({ ...run, arrivals: { ...arrivals, orders: 299 } })), ['orders lost']);
});

test('the time line has the rates and the backlog of each part', () => {
  const { timeline } = reportOf(runOf());
  assert.equal(timeline.length, SLICES);
  assert.deepEqual(
    timeline.slice(0, 7).map(({ backlog }) => backlog),
    [20, 40, 60, 80, 100, 100, 100],
  );
  assert.deepEqual([timeline[0]?.delivered, timeline[5]?.delivered], [0, 20]);
  assert.deepEqual([timeline[0]?.asked, timeline[0]?.placed, timeline[0]?.changes], [10, 10, 20]);
});

test('a quantile of lags counts changes, not rows', () => {
  const lags = [
    { lag: 9, changes: 1 },
    { lag: 1, changes: 99 },
  ];
  assert.equal(quantile(lags, 0.99), 1);
  assert.equal(quantile(lags, 0.991), 9);
  assert.equal(quantile([], 0.5), 0);
});

test('a climb that k6 called off names the table, the rate of its last part, and why', () => {
  const { summary } = runOf();
  const metrics = {
    ...summary.metrics,
    dropped_iterations: { values: { count: 3 }, thresholds: { 'count==0': { ok: false } } },
  };
  const state = { testRunDurationMs: 15_000 };
  const stress = { profile: profileOf('stress', 20, 30), summary: { metrics, state } };
  const report = reportOf(runOf(stress));
  assert.equal(report.gaveWay?.hop, 'table');
  assert.match(report.gaveWay?.why ?? '', /every user of k6 waited for the table/);
  assert.equal(report.seconds, 15);
  assert.equal(report.orders.asked, 75);
  const held = { ...metrics, dropped_iterations: { values: { count: 0 } } };
  assert.equal(reportOf(runOf({ ...stress, summary: { metrics: held, state } })).gaveWay, null);
});

test('orders that k6 was stopped in the middle of are named, and are not lost', () => {
  const { summary } = runOf();
  const cut = (begun: number, ended: number, change: Partial<Run> = {}) =>
    reportOf(
      runOf({
        summary: {
          metrics: {
            ...summary.metrics,
            [METRICS.begun]: { values: { count: begun } },
            iterations: { values: { count: ended } },
          },
        },
        ...change,
      }),
    ).orders.underWay;
  assert.equal(cut(300, 300), 0);
  assert.equal(cut(303, 300), 3);
  // Two of the five that were cut had their order acknowledged, and were at a change of an earlier one.
  assert.equal(cut(303, 298), 3);
  assert.equal(cut(303, 300, { unplaced: 1 }), 2);
  const { arrivals } = runOf();
  assert.equal(cut(303, 300, { arrivals: { ...arrivals, orders: 304 } }), 4);
  // Twenty-five orders an iteration: 300 orders are twelve.
  assert.equal(cut(14, 12, { writes: 'batch' }), 50);
});

test('what was never acknowledged is not paid for', () => {
  const half = withMetric(METRICS.orders, { count: 150 });
  assert.equal(reportOf({ ...half, arrivals: { ...half.arrivals, orders: 150 } }).dollars, 0.025);
});

test('the run begins when k6 says so, not when it was started', () => {
  const run = runOf();
  const later = { seed: 1, startedAt: BEGAN + 1_000 };
  const { timeline, began } = reportOf({ ...run, summary: { ...run.summary, setup_data: later } });
  assert.equal(began, '2026-07-07T00:00:01.000Z');
  // What was taken in the second before is no part of it.
  assert.deepEqual([timeline[0]?.delivered, timeline[4]?.delivered], [0, 20]);
});

test('JUnit has a test a promise, and a failure for each that was broken', () => {
  const text = junitText(reportOf(runOf({ run: 'a<b', canaries: [{ second: 1 }] })));
  assert.equal(text.match(/<testcase /g)?.length, 7);
  assert.equal(text.match(/<failure /g)?.length, 1);
  assert.match(text, /tests="7" failures="1"/);
  assert.match(text, /a&lt;b/);
});

test('the page needs nothing from elsewhere and says what broke', () => {
  const html = pageHtml(reportOf(runOf({ canaries: [{ second: 1 }] })));
  assert.doesNotMatch(html, /https?:|<script|src=|url\(|NaN|undefined|Infinity|null/);
  assert.match(html, /1 of 7 promises broken: canaries never seen/);
  assert.match(pageHtml(reportOf(runOf())), /Every promise held/);
});

test('orders that were never placed are read from k6’s log, a batch as twenty-five', () => {
  const line = (first: number, count: number) =>
    JSON.stringify({
      level: 'warning',
      msg: JSON.stringify({
        unplaced: { orderid: `order-7-${String(first).padStart(9, '0')}`, first, count },
      }),
    });
  const log = `${line(3, 1)}\nno json\n${JSON.stringify({ level: 'error', msg: 'else' })}\n${line(25, 25)}\n`;
  const found = unplacedIn(log);
  assert.equal(found.length, 26);
  assert.deepEqual(
    [found[0], found[1], found[25]],
    ['order-7-000000003', 'order-7-000000025', 'order-7-000000049'],
  );
});
