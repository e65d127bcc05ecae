/**
 * What the projection promises, on days whose sales a test makes: nothing before it knows enough, the right sum when a
 * day follows its profile, the shop's days and not UTC's, and less error than the run rate on a day that does not.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyRow, change, lake } from './testing.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Midnights of the shop: UTC-5 in winter, UTC-4 in summer. */
const BLACK_FRIDAY = Date.parse('2026-11-27T05:00:00Z');
const SUMMER_DAY = Date.parse('2026-07-15T04:00:00Z');

/** One order of so many cents, placed at so many milliseconds. */
function order(at: number, cents: number): AnyRow {
  const changed_at = new Date(at).toISOString();
  return change({ orderid: `o-${at}`, price: cents / 100, changed_at });
}

/** A day's orders, one in the middle of each quarter of an hour: `cents(i)` says what quarter i sells. */
function day(midnight: number, cents: (quarter: number) => number, hours = 24): AnyRow[] {
  return Array.from({ length: 96 }, (_, quarter) =>
    order(midnight + ((quarter + 0.5) * hours * HOUR_MS) / 96, cents(quarter)),
  );
}

async function shares(profile: string): Promise<number[]> {
  const { ask } = await lake([]);
  const rows = await ask(
    `SELECT share FROM event_profiles WHERE profile = '${profile}' ORDER BY quarter_hour`,
  );
  return rows.map(({ share }) => Number(share));
}

const until = (rows: AnyRow[], at: number) =>
  rows.filter(({ changed_at }) => Date.parse(changed_at ?? '') < at);

async function projection(rows: AnyRow[]): Promise<Record<string, unknown>> {
  const { ask } = await lake(rows);
  const [answer] = await ask('SELECT * FROM sales_projection');
  return answer ?? {};
}

test('a day that follows its profile is projected to its end from 8 % on', async () => {
  const profile = await shares('flash-sale');
  const rows = day(BLACK_FRIDAY, (quarter) => Math.round((profile[quarter] ?? 0) * 100_000_000));
  for (const hours of [6, 12, 18, 23]) {
    const asked = await projection(until(rows, BLACK_FRIDAY + hours * HOUR_MS));
    assert.equal(asked['status'], 'projected');
    assert.equal(asked['event'], 'Black Friday 2026');
    assert.equal(asked['basis'], 'the profile flash-sale');
    // The newest order lies within its quarter of an hour, so the share is that of a moment before its end.
    const error = Math.abs(Number(asked['projected']) - 1_000_000) / 1_000_000;
    assert.ok(error < 0.03, `${hours} h: ${asked['projected']}`);
  }
});

test('nothing is shown before the profile says that 8 % of the day is sold, and it is said why', async () => {
  const profile = await shares('flash-sale');
  const rows = day(BLACK_FRIDAY, (quarter) => Math.round((profile[quarter] ?? 0) * 100_000_000));
  const statusAt = async (minutes: number) => {
    const { status, why, projected, low, run_rate, skill, share_sold } = await projection(
      until(rows, BLACK_FRIDAY + minutes * MINUTE_MS),
    );
    return {
      status,
      why,
      shown: [projected, low, run_rate, skill].filter((each) => each !== null).length,
      share_sold,
    };
  };
  const before = await statusAt(60);
  assert.deepEqual(
    { ...before, share_sold: Number(before.share_sold) < 0.08 },
    {
      status: 'insufficient history',
      why: 'by the profile, less than 8 % of the day is sold',
      shown: 0,
      share_sold: true,
    },
  );
  const after = await statusAt(90);
  assert.equal(after.status, 'projected');
  assert.ok(Number(after.share_sold) >= 0.08, String(after.share_sold));
});

test('a lake that begins in the middle of the day projects nothing', async () => {
  const late = day(SUMMER_DAY, () => 1000).slice(5);
  const { status, why } = await projection(late);
  assert.deepEqual(
    [status, why],
    ['insufficient history', 'the lake begins later than an hour into the day'],
  );
  assert.equal((await projection(day(SUMMER_DAY, () => 1000).slice(3)))['status'], 'projected');
});

test("the shop's midnight ends its day, in summer, in winter and on days when its clock changes", async () => {
  const { ask } = await lake([
    order(Date.parse('2026-07-16T03:59:59Z'), 100),
    order(Date.parse('2026-07-16T04:00:00Z'), 100),
    order(Date.parse('2026-11-01T04:00:00Z'), 100),
    order(Date.parse('2026-11-02T04:59:59Z'), 100),
    order(Date.parse('2026-11-02T05:00:00Z'), 100),
    order(Date.parse('2027-03-14T05:00:00Z'), 100),
    order(Date.parse('2027-03-15T03:59:59Z'), 100),
  ]);
  const days = await ask(
    `SELECT day, count(*) AS orders, max(to_unixtime(day_ends_at) - to_unixtime(day_starts_at)) / 3600 AS hours,
       max(share_passed) <= 1 AND min(share_passed) > 0 AS within
     FROM shop_minutes GROUP BY day ORDER BY day`,
  );
  assert.deepEqual(days, [
    { day: '2026-07-15', orders: '1', hours: 24, within: true },
    { day: '2026-07-16', orders: '1', hours: 24, within: true },
    { day: '2026-11-01', orders: '2', hours: 25, within: true },
    { day: '2026-11-02', orders: '1', hours: 24, within: true },
    { day: '2027-03-14', orders: '2', hours: 23, within: true },
  ]);
});

test('the backtest asks whole days only, at each of 23 hours, and adds up to the cent', async () => {
  const DAY_MS = 24 * HOUR_MS;
  const rows = [
    ...day(SUMMER_DAY - DAY_MS, () => 500).slice(20),
    ...day(SUMMER_DAY, () => 1001),
    ...day(SUMMER_DAY + DAY_MS, () => 700).slice(0, 40),
  ];
  const { ask } = await lake(rows);
  const backtest = await ask('SELECT * FROM projection_backtest ORDER BY as_of_hour');
  assert.deepEqual([...new Set(backtest.map((each) => each['day']))], ['2026-07-15']);
  assert.deepEqual(
    backtest.map(({ as_of_hour, sold, actual }) => [as_of_hour, sold, actual]),
    Array.from({ length: 23 }, (_, i) => [
      i + 1,
      `${((i + 1) * 4 * 1001) / 100}`.replace(/\.(\d)$/, '.$10'),
      '960.96',
    ]),
  );
  assert.deepEqual(
    backtest.filter(({ run_rate }) => run_rate !== '960.96'),
    [],
  );
  // Even sales: normal days sell little before dawn, so by noon the profile has sold less than half.
  const noon = backtest[11];
  assert.equal(noon?.['projected'], (480.48 / Number(noon?.['share_sold'])).toFixed(2));
  assert.deepEqual(
    backtest.filter(({ projected, share_sold }) => (projected === null) !== Number(share_sold) < 0.08),
    [],
  );
});

/** The same numbers each time, near 1, as a day's quarters scatter. */
function scatter(seed: number): (quarter: number) => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return 0.7 + (0.6 * state) / 2_147_483_648;
  };
}

test('over days that scatter around the profile the skill is well above nought and the band holds the day', async () => {
  const profile = await shares('normal-day');
  const DAY_MS = 24 * HOUR_MS;
  const size = [90, 110, 100, 130, 80, 105, 95, 120];
  const rows = size.flatMap((scale, i) => {
    const noise = scatter(i + 1);
    return day(SUMMER_DAY + i * DAY_MS, (quarter) =>
      Math.round((profile[quarter] ?? 0) * noise(quarter) * scale * 100_000),
    );
  });
  const asked = await projection(until(rows, SUMMER_DAY + 7 * DAY_MS + 12 * HOUR_MS));
  assert.equal(asked['status'], 'projected');
  assert.equal(asked['event'], null);
  assert.equal(asked['basis'], 'normal days');
  assert.equal(asked['backtest_days'], '7');
  assert.ok(Number(asked['skill']) > 0.5 && Number(asked['skill']) < 1, String(asked['skill']));
  const actual = rows.slice(7 * 96).reduce((sum, { price }) => sum + Number(price), 0);
  assert.ok(
    Number(asked['low']) < actual && actual < Number(asked['high']),
    `${asked['low']} ${actual} ${asked['high']}`,
  );
  assert.ok(
    Number(asked['low']) < Number(asked['projected']) && Number(asked['projected']) < Number(asked['high']),
  );
});

test('four whole days give a skill but no band', async () => {
  const DAY_MS = 24 * HOUR_MS;
  const rows = [0, 1, 2, 3, 4].flatMap((i) =>
    day(SUMMER_DAY + i * DAY_MS, (quarter) => 1000 + quarter * (i + 1)),
  );
  const { low, high, skill, backtest_days } = await projection(
    until(rows, SUMMER_DAY + 4 * DAY_MS + 12 * HOUR_MS),
  );
  assert.deepEqual([low, high, backtest_days], [null, null, '4']);
  assert.equal(typeof skill, 'number');
});
