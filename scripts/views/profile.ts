/**
 * How the sales of whole days were spread over the day, measured from the lake as the rows of
 * sql/seeds/event_profiles.csv: 96 shares that sum to one. So the last event becomes the next one's profile.
 *
 *     the view shop_minutes → [profile] → sql/seeds/event_profiles.csv
 *
 * A day counts by what was placed in it, cancelled orders too, as in the projection that reads the profile.
 */

import { UsageError } from '../command.ts';

const QUARTER_HOURS = 96;
/** Shares have eight digits after the point. */
const SHARE_UNITS = 100_000_000n;

/** Answers rows as objects of Athena's text. */
export type Ask = (sql: string) => Promise<Record<string, string | null>[]>;

export type Profile = {
  name: string;
  days: string[];
  orders: number;
  /** What each quarter of an hour sold, in cents. */
  cents: bigint[];
  /** Of a hundred millionths, 96 of them. */
  units: bigint[];
};

/** Whole days, as projection_backtest has them: over, and seen from their first hour on. */
const DAYS = `SELECT
    day, event, minute, day_starts_at, day_ends_at, orders, revenue,
    day_ends_at <= max(minute) OVER () AND day_starts_at >= date_add('hour', -1, min(minute) OVER ()) AS whole
  FROM shop_minutes`;

/** Throws UsageError for a day that is not whole, and for days that sold nothing. */
export async function measureProfile(ask: Ask, days: readonly string[], name?: string): Promise<Profile> {
  const wanted = [...new Set(days)].sort();
  for (const day of wanted) checkDay(day);
  const rows = await ask(slotsOf(wanted));
  const broken = wanted.find((day) => !rows.some((row) => row['day'] === day && row['whole'] === 'true'));
  if (broken !== undefined)
    throw notWhole(
      broken,
      rows.some(({ day }) => day === broken),
      await wholeDays(ask),
    );
  const cents = Array.from({ length: QUARTER_HOURS }, () => 0n);
  let orders = 0;
  for (const row of rows) {
    const slot = Number(row['quarter_hour']);
    cents[slot] = (cents[slot] ?? 0n) + centsOf(row['revenue'] ?? '0');
    orders += Number(row['orders']);
  }
  const [first] = rows;
  return {
    name: profileName(name ?? first?.['event'] ?? `day-${wanted[0]}`),
    days: wanted,
    orders,
    cents,
    units: sharesOf(cents),
  };
}

function slotsOf(days: readonly string[]): string {
  return `SELECT
  CAST(day AS varchar) AS day,
  CAST(floor((to_unixtime(minute) - to_unixtime(day_starts_at)) * ${QUARTER_HOURS}
    / (to_unixtime(day_ends_at) - to_unixtime(day_starts_at))) AS integer) AS quarter_hour,
  max(event) AS event,
  max(CASE WHEN whole THEN 'true' ELSE 'false' END) AS whole,
  CAST(sum(orders) AS varchar) AS orders,
  CAST(CAST(sum(revenue) AS decimal(38, 2)) AS varchar) AS revenue
FROM (${DAYS}) AS minutes
WHERE day IN (${days.map((day) => `DATE '${day}'`).join(', ')})
GROUP BY 1, 2
ORDER BY 1, 2`;
}

async function wholeDays(ask: Ask): Promise<string[]> {
  const rows = await ask(
    `SELECT CAST(day AS varchar) AS day FROM (${DAYS}) AS minutes WHERE whole GROUP BY 1 ORDER BY 1 DESC LIMIT 10`,
  );
  return rows.map(({ day }) => day ?? '');
}

function notWhole(day: string, sold: boolean, whole: readonly string[]): UsageError {
  return new UsageError(
    sold
      ? `${day} is no whole day in this lake: it is not over, or the lake begins later than an hour into it.`
      : `No order was placed on ${day} in this lake.`,
    whole.length > 0
      ? `Days that are whole: ${whole.join(', ')}.`
      : 'No day of this lake is whole yet: wait until one is over.',
  );
}

/** A date of the calendar; it goes into the SQL. */
function checkDay(day: string): void {
  const date = new Date(`${day}T00:00:00Z`);
  if (/^\d{4}-\d{2}-\d{2}$/.test(day) && date.toJSON()?.startsWith(day)) return;
  throw new UsageError(`"${day}" is no day.`, "Give the shop's date, such as 2026-11-27.");
}

/** `Black Friday 2026` becomes `black-friday-2026`. */
function profileName(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  if (name !== '') return name;
  throw new UsageError(`"${text}" is no name for a profile.`, 'Give one such as black-friday-2026.');
}

/** Shares that sum to exactly one; what rounding leaves goes to the greatest. */
export function sharesOf(cents: readonly bigint[]): bigint[] {
  const slot = cents.findIndex((each) => each < 0n);
  if (slot >= 0)
    throw new UsageError(
      `The quarter of an hour ${slot} sold less than nothing.`,
      'Prices below zero are in the lake: `npm run query -- "SELECT * FROM data_quality"` counts them.',
    );
  const total = cents.reduce((sum, each) => sum + each, 0n);
  if (total === 0n) throw new UsageError('Nothing was sold: no order has a price.', 'Measure another day.');
  const shares = cents.map((each) => (each * SHARE_UNITS * 2n + total) / (total * 2n));
  const left = SHARE_UNITS - shares.reduce((sum, each) => sum + each, 0n);
  const greatest = shares.reduce((best, each, at) => (each > (shares[best] ?? 0n) ? at : best), 0);
  return shares.map((share, at) => (at === greatest ? share + left : share));
}

export function profileRows({ name, units }: Profile): string[] {
  return units.map((share, slot) => `${name},${slot},${decimal(share)}`);
}

/** The seed's text with these rows at its end, in place of those that the profile had. */
export function withProfile(csv: string, profile: Profile): string {
  const kept = csv
    .trimEnd()
    .split(/\r?\n/)
    .filter((line) => !line.startsWith(`${profile.name},`));
  return `${[...kept, ...profileRows(profile)].join('\n')}\n`;
}

function decimal(units: bigint): string {
  return `${units / SHARE_UNITS}.${String(units % SHARE_UNITS).padStart(8, '0')}`;
}

function centsOf(revenue: string): bigint {
  const [, sign = '', whole = '0', part = ''] = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(revenue) ?? [];
  return BigInt(`${sign}${whole}${part.padEnd(2, '0')}`);
}
