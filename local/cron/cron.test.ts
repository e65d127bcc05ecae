import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EngineError } from '../aws-error.ts';
import { nextCron, nextScheduled, rateMs } from './cron.ts';

const at = (text: string) => Date.parse(`${text}Z`);
const next = (expression: string, after: string) => new Date(nextCron(expression, at(after))).toISOString();

for (const [expression, after, expected] of [
  ['cron(0 10 * * ? *)', '2026-07-07T10:00:00', '2026-07-08T10:00:00.000Z'],
  ['cron(0 10 * * ? *)', '2026-07-07T09:59:59.999', '2026-07-07T10:00:00.000Z'],
  ['cron(15 12 * * ? *)', '2026-12-31T12:15:00', '2027-01-01T12:15:00.000Z'],
  ['cron(0 18 ? * MON-FRI *)', '2026-07-10T18:00:00', '2026-07-13T18:00:00.000Z'],
  ['cron(0 8 1 * ? *)', '2026-07-07T00:00:00', '2026-08-01T08:00:00.000Z'],
  ['cron(0/15 * * * ? *)', '2026-07-07T00:07:00', '2026-07-07T00:15:00.000Z'],
  ['cron(0/5 8-17 ? * MON-FRI *)', '2026-07-10T17:55:00', '2026-07-13T08:00:00.000Z'],
  ['cron(0 9 ? * 2#1 *)', '2026-07-07T00:00:00', '2026-08-03T09:00:00.000Z'],
  ['cron(0 0 L * ? *)', '2028-02-01T00:00:00', '2028-02-29T00:00:00.000Z'],
  ['cron(0 0 15W * ? *)', '2026-08-01T00:00:00', '2026-08-14T00:00:00.000Z'],
  ['cron(0 0 1W * ? *)', '2026-07-31T00:00:00', '2026-08-03T00:00:00.000Z'],
  ['cron(0 0 LW * ? *)', '2026-05-01T00:00:00', '2026-05-29T00:00:00.000Z'],
  ['cron(0 0 ? * 6L *)', '2026-07-07T00:00:00', '2026-07-31T00:00:00.000Z'],
  ['cron(0 0 ? * L *)', '2026-07-07T00:00:00', '2026-07-11T00:00:00.000Z'],
  ['cron(0 0 29 FEB ? *)', '2026-07-07T00:00:00', '2028-02-29T00:00:00.000Z'],
  ['0 0 1 JAN ? 2030', '2026-07-07T00:00:00', '2030-01-01T00:00:00.000Z'],
] as const)
  test(`${expression} after ${after} falls due at ${expected}`, () => {
    assert.equal(next(expression, after), expected);
  });

test('a schedule whose year has passed never falls due', () => {
  assert.equal(nextCron('cron(0 0 1 1 ? 2020)', at('2026-07-07T00:00:00')), Number.POSITIVE_INFINITY);
});

for (const wrong of [
  'cron(0 10 * * *)',
  'cron(0 10 * * * *)',
  'cron(0 10 ? * ? *)',
  'cron(60 10 * * ? *)',
  'cron(0 10 0 * ? *)',
  'cron(0 10 * * ? 2200)',
  'cron(0/0 10 * * ? *)',
  'cron(a 10 * * ? *)',
  'cron(5-1 10 * * ? *)',
  'cron(0 10 ? * 2#6 *)',
])
  test(`${wrong} is refused with its own text and what to write`, () => {
    assert.throws(
      () => nextCron(wrong, 0),
      (error) => error instanceof EngineError && error.message.includes(wrong) && error.nextStep !== '',
    );
  });

test('any list of minutes and hours falls due exactly where each field allows, and never skips a moment', () => {
  const days = fc.uniqueArray(fc.integer({ min: 0, max: 23 }), { minLength: 1, maxLength: 4 });
  const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(minutes, days, fc.integer({ min: 0, max: 3e12 }), (allowedMinutes, allowedHours, after) => {
      const due = nextCron(`cron(${allowedMinutes} ${allowedHours} * * ? *)`, after);
      assert.ok(due > after && due % 60_000 === 0);
      let expected = (Math.floor(after / 60_000) + 1) * 60_000;
      const allowed = (moment: Date) =>
        allowedMinutes.includes(moment.getUTCMinutes()) && allowedHours.includes(moment.getUTCHours());
      while (!allowed(new Date(expected))) expected += 60_000;
      assert.equal(due, expected);
    }),
    { numRuns: 50 },
  );
});

test('a rate falls due every period from its start, the start itself excluded', () => {
  assert.equal(nextScheduled('rate(5 minutes)', 1000, 1000), 301_000);
  assert.equal(nextScheduled('rate(5 minutes)', 1000, 300_999), 301_000);
  assert.equal(nextScheduled('rate(5 minutes)', 1000, 301_000), 601_000);
});

test('a rate agrees in number with its unit, as AWS insists', () => {
  assert.equal(rateMs('rate(1 hour)'), 3_600_000);
  assert.equal(rateMs('rate(2 days)'), 172_800_000);
  for (const wrong of ['rate(1 hours)', 'rate(2 day)', 'rate(0 minutes)', 'rate(5 seconds)'])
    assert.equal(rateMs(wrong), undefined);
});
