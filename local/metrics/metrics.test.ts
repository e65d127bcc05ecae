/** Metrics on a clock that the test moves: where a measurement lands, how long it stays, and how little it takes. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { testClock } from '../testing/clock.ts';
import { createMetrics } from './metrics.ts';
import { createRows } from './rows.ts';
import { createSeries, MINUTES_KEPT_SECONDS, SECONDS_KEPT } from './series.ts';

const HOUR = 3_600;
const NOON = Date.UTC(2026, 6, 7, 12) / 1_000;

test('what is measured in one second is one span, with its sum, extremes and count', () => {
  const series = createSeries();
  for (const value of [3, 1, 8]) series.add(NOON, value);
  assert.deepEqual(series.spans(NOON, NOON, NOON + 1, 1), [
    { at: NOON, sum: 12, minimum: 1, maximum: 8, count: 3 },
  ]);
});

test('a span begins at a multiple of its period, and one without a measurement is not there', () => {
  const series = createSeries();
  for (const second of [4, 5, 9, 10, 21]) series.add(NOON + second, 1);
  const spans = series.spans(NOON + 30, NOON, NOON + 30, 5);
  assert.deepEqual(
    spans.map(({ at, count }) => [at - NOON, count]),
    [
      [0, 1],
      [5, 2],
      [10, 1],
      [20, 1],
    ],
  );
});

test('the first second of a range belongs to it, the last does not', () => {
  const series = createSeries();
  for (const second of [9, 10, 19, 20]) series.add(NOON + second, second);
  assert.deepEqual(
    series.spans(NOON + 30, NOON + 10, NOON + 20, 1).map(({ sum }) => sum),
    [10, 19],
  );
});

test('a second is kept for three hours, and then in its minute', () => {
  const series = createSeries();
  series.add(NOON + 7, 2);
  series.add(NOON + 8, 3);
  const bySecond = (now: number) => series.spans(now, NOON, NOON + 60, 1).length;
  const byMinute = (now: number) => series.spans(now, NOON, NOON + 60, 60);
  const minute = [{ at: NOON, sum: 5, minimum: 2, maximum: 3, count: 2 }];
  assert.equal(bySecond(NOON + SECONDS_KEPT + 59), 2);
  assert.deepEqual(byMinute(NOON + SECONDS_KEPT + 59), minute);
  assert.equal(bySecond(NOON + SECONDS_KEPT + 60), 0);
  assert.deepEqual(byMinute(NOON + SECONDS_KEPT + 60), minute);
});

test('a minute is kept for fifteen days', () => {
  const series = createSeries();
  series.add(NOON, 1);
  const left = (now: number) => series.spans(now, NOON, NOON + 60, 60).length;
  assert.equal(left(NOON + MINUTES_KEPT_SECONDS), 1);
  assert.equal(left(NOON + MINUTES_KEPT_SECONDS + 60), 0);
});

test('a span over the edge between seconds and minutes has both', () => {
  const series = createSeries();
  const now = NOON + 4 * HOUR;
  for (let at = NOON; at < now; at += 10) series.add(at, 1);
  const hours = series.spans(now, NOON, now, HOUR);
  assert.deepEqual(
    hours.map(({ at, count }) => [(at - NOON) / HOUR, count]),
    [0, 1, 2, 3].map((hour) => [hour, 360]),
  );
});

test('a clock that is set back loses no measurement', () => {
  const series = createSeries();
  series.add(NOON + 10, 1);
  series.add(NOON + 4, 1);
  assert.deepEqual(
    series.spans(NOON + 20, NOON, NOON + 20, 1).map(({ at, count }) => [at - NOON, count]),
    [[10, 2]],
  );
});

test('rows come out as they went in, however they were taken and added in between', () => {
  const step = fc.record({ add: fc.integer({ min: 0, max: 40 }), take: fc.integer({ min: 0, max: 40 }) });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const rows = createRows();
      const model: number[] = [];
      let next = 0;
      for (const { add, take } of steps) {
        for (let n = 0; n < add; n++) {
          rows.measure(next, next * 2);
          model.push(next++);
        }
        const until = (model[0] ?? next) + take;
        const taken = rows.takeBefore(until).map(({ at }) => at);
        assert.deepEqual(taken, model.splice(0, take));
        assert.deepEqual(
          rows.between(0, next).map(({ at, sum }) => [at, sum]),
          model.map((at) => [at, at * 2]),
        );
      }
    }),
  );
});

test('a metric is found by its dimensions in any order, and only by all of them', () => {
  const metrics = createMetrics(testClock());
  const dimensions = { TableName: 't', Operation: 'PutItem' };
  metrics.measuring({ namespace: 'AWS/DynamoDB', dimensions }, { ThrottledRequests: 'Count' })(
    'ThrottledRequests',
    1,
  );
  const find = (found: Record<string, string>) =>
    metrics.find({ namespace: 'AWS/DynamoDB', dimensions: found }, 'ThrottledRequests');
  assert.equal(find({ Operation: 'PutItem', TableName: 't' })?.unit, 'Count');
  assert.equal(find({ TableName: 't' }), undefined);
});

test('two instruments of one subject write one metric, and one that was never used writes none', () => {
  const metrics = createMetrics(testClock());
  const subject = { namespace: 'AWS/Kinesis', dimensions: { StreamName: 's' } };
  const instrument = () => metrics.measuring(subject, { IncomingRecords: 'Count', IncomingBytes: 'Bytes' });
  instrument()('IncomingRecords', 1);
  instrument()('IncomingRecords', 2);
  assert.deepEqual(
    metrics.all().map(({ name }) => name),
    ['IncomingRecords'],
  );
});
