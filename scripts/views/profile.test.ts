/** What a measured profile promises: the day's own shares, exactly one in sum, and none of a day that is not whole. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkSeeds } from '../../lambdas/publish-views/seeds.ts';
import { type AnyRow, change, lake } from '../../sql/testing.ts';
import { UsageError } from '../command.ts';
import { type Ask, measureProfile, profileRows, sharesOf, withProfile } from './profile.ts';
import { readSeeds } from './read-views.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Midnights of the shop: UTC-5 in winter, UTC-4 in summer; on the first Sunday of November its day has 25 hours. */
const BLACK_FRIDAY = Date.parse('2026-11-27T05:00:00Z');
const LONG_SUNDAY = Date.parse('2026-11-01T04:00:00Z');

/** One order of so many dollars, so many milliseconds after a moment. */
function order(at: number, price: number): AnyRow {
  return change({ orderid: `o-${at}`, price, changed_at: new Date(at).toISOString() });
}

/** An order in the middle of each quarter of an hour; `price(i)` says what quarter i sells. */
function day(midnight: number, price: (quarter: number) => number, hours = 24): AnyRow[] {
  return Array.from({ length: 96 }, (_, i) => order(midnight + ((i + 0.5) * hours * HOUR_MS) / 96, price(i)));
}

async function asking(rows: readonly AnyRow[]): Promise<Ask> {
  const { ask } = await lake(rows);
  return async (sql) =>
    (await ask(sql)).map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)]),
      ),
    );
}

async function refusal(rows: readonly AnyRow[], days: string[]): Promise<string> {
  try {
    await measureProfile(await asking(rows), days);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return `${error.message} ${error.nextStep}`;
  }
  throw new Error('It was measured.');
}

const after = order(BLACK_FRIDAY + DAY_MS, 1);

test('a whole day is measured to the cent, named after its event', async () => {
  const profile = await measureProfile(await asking([...day(BLACK_FRIDAY, (i) => (i < 48 ? 3 : 1)), after]), [
    '2026-11-27',
  ]);
  assert.equal(profile.name, 'black-friday-2026');
  assert.equal(profile.orders, 96);
  const rows = profileRows(profile);
  assert.equal(rows.length, 96);
  assert.deepEqual(rows.slice(47, 49), [
    'black-friday-2026,47,0.01562500',
    'black-friday-2026,48,0.00520833',
  ]);
  // 3/192 is exact; 1/192 loses a third of a unit 48 times, and the greatest, the first of them, has it back.
  assert.equal(rows[0], 'black-friday-2026,0,0.01562516');
});

test('quarters without an order have a share of nought', async () => {
  const rows = [order(BLACK_FRIDAY, 1), order(BLACK_FRIDAY + 23.99 * HOUR_MS, 3), after];
  const { units } = await measureProfile(await asking(rows), ['2026-11-27'], 'My Day');
  assert.deepEqual([units[0], units[1], units[95]], [25_000_000n, 0n, 75_000_000n]);
});

test('cancelled orders count, as in the projection that reads the profile', async () => {
  const placed = order(BLACK_FRIDAY, 1);
  const cancelled = {
    ...change({ ...placed, event_name: 'MODIFY', status: 'CANCELLED' }),
    event_id: 'cancelled',
    sequence_number: '499999999999999999999',
  };
  const { units } = await measureProfile(
    await asking([placed, cancelled, order(BLACK_FRIDAY + 12 * HOUR_MS, 1), after]),
    ['2026-11-27'],
  );
  assert.deepEqual([units[0], units[48]], [50_000_000n, 50_000_000n]);
});

test('a day of 25 hours has 96 parts too', async () => {
  const { units } = await measureProfile(
    await asking([...day(LONG_SUNDAY, () => 1, 25), order(LONG_SUNDAY + 25 * HOUR_MS, 1)]),
    ['2026-11-01'],
  );
  assert.equal(new Set(units.slice(1)).size, 1);
});

test('several days are added up', async () => {
  const rows = [
    ...day(BLACK_FRIDAY - DAY_MS, (i) => (i === 0 ? 1 : 0)),
    ...day(BLACK_FRIDAY, (i) => (i === 95 ? 3 : 0)),
    after,
  ];
  const { units, days } = await measureProfile(
    await asking(rows),
    ['2026-11-27', '2026-11-26', '2026-11-27'],
    'both',
  );
  assert.deepEqual(days, ['2026-11-26', '2026-11-27']);
  assert.deepEqual([units[0], units[95]], [25_000_000n, 75_000_000n]);
});

test('a day that is not over is refused until its last minute is, and the whole days are named', async () => {
  const rows = [...day(BLACK_FRIDAY - DAY_MS, () => 1), ...day(BLACK_FRIDAY, () => 1)];
  assert.equal(
    await refusal([...rows, order(BLACK_FRIDAY + DAY_MS - 1000, 1)], ['2026-11-27']),
    '2026-11-27 is no whole day in this lake: it is not over, or the lake begins later than an hour into it. Days that are whole: 2026-11-26.',
  );
  assert.equal((await measureProfile(await asking([...rows, after]), ['2026-11-27'])).orders, 96);
});

test('a day on which the lake begins later than an hour into it is refused', async () => {
  const rows = day(BLACK_FRIDAY, () => 1);
  assert.match(await refusal([...rows.slice(5), after], ['2026-11-27']), /no whole day in this lake/);
  assert.equal((await measureProfile(await asking([...rows.slice(3), after]), ['2026-11-27'])).orders, 93);
});

test('a day without an order, an empty lake, a day without a price and a word that is no day are each refused', async () => {
  const rows = [...day(BLACK_FRIDAY, () => 1), after];
  assert.equal(
    await refusal(rows, ['2026-11-27', '2026-12-24']),
    'No order was placed on 2026-12-24 in this lake. Days that are whole: 2026-11-27.',
  );
  assert.match(await refusal([], ['2026-11-27']), /No order was placed .* No day of this lake is whole yet/);
  assert.match(await refusal([...day(BLACK_FRIDAY, () => 0), after], ['2026-11-27']), /Nothing was sold/);
  for (const word of ['2026-02-30', '27.11.2026', "2026-11-27' OR '1", ''])
    assert.match(await refusal([], [word]), /is no day/);
});

test('whatever a day sold, its shares sum to exactly one and none is off by more than rounding', () => {
  const cents = fc
    .array(fc.bigInt(0n, 10n ** 13n), { minLength: 96, maxLength: 96 })
    .filter((all) => all.some((each) => each > 0n));
  fc.assert(
    fc.property(cents, (all) => {
      const total = all.reduce((sum, each) => sum + each, 0n);
      const shares = sharesOf(all);
      assert.equal(
        shares.reduce((sum, each) => sum + each, 0n),
        100_000_000n,
      );
      assert.ok(shares.every((share) => share >= 0n));
      const off = shares.filter(
        (share, at) => Math.abs(Number(share) - (Number(all[at]) * 1e8) / Number(total)) > 0.500001,
      );
      assert.ok(off.length <= 1, `${off.length} are off`);
    }),
  );
});

test('a day that unsold in a quarter of an hour is refused', () => {
  assert.throws(() => sharesOf([2n, -1n]), /quarter of an hour 1 sold less than nothing/);
});

test('written into the seed, a measured profile passes the check of the seeds, and a second one replaces it', async () => {
  const seeds = readSeeds();
  const csv = seeds.find(({ name }) => name === 'event_profiles')?.csv ?? '';
  const measured = await measureProfile(await asking([...day(BLACK_FRIDAY, (i) => i + 0.37), after]), [
    '2026-11-27',
  ]);
  const once = withProfile(csv, measured);
  checkSeeds([
    ...seeds.filter(({ name }) => name !== 'event_profiles'),
    { name: 'event_profiles', csv: once },
  ]);
  assert.equal(once.split('\n').length, csv.split('\n').length + 96);
  assert.equal(withProfile(once, measured), once);
});
