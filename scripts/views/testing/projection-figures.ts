/**
 * The synthetic year (synthetic-event.ts) asked through the real views: the newest day at each of its hours, and the
 * backtest of them all, with the error of the projection beside that of its rivals. `npm run generate` writes both into
 * the README and docs/projection.svg.
 */

import { change, lake } from '../../../sql/testing.ts';
import { sharesOf } from '../profile.ts';
import type { Asked, ProjectedDay } from '../projection-picture.ts';
import { type Day, NOISE, rowsOf, SURPRISE, syntheticDays, TODAY } from './synthetic-event.ts';

const DAY_MS = 86_400_000;

/** At an hour of a whole day: what was sold, what it came to, and what the view said. Money in dollars. */
type Origin = { day: Day; hour: number; sold: number; actual: number; projected: number; runRate: number };

/** A way to say the day's end at an hour of it. */
type Method = { name: string; says(origin: Origin): number };

export type ProjectionFigures = { day: ProjectedDay; table: string };

export async function projectionFigures(): Promise<ProjectionFigures> {
  const shares = await seedShares();
  const days = syntheticDays(shares, NOISE);
  const [ours, noisier] = [
    await judged(shares, days),
    await judged(shares, syntheticDays(shares, 2 * NOISE)),
  ];
  return { day: await askedEachHour(days), table: tableOf(ours, noisier) };
}

type Judged = { methods: readonly Method[]; origins: readonly Origin[]; days: number };

/** Over the event days but the first, which has none before it to measure a profile from. */
async function judged(shares: Shares, days: readonly Day[]): Promise<Judged> {
  const [first, ...later] = days.filter(({ profile }) => profile === 'flash-sale');
  const origins = (await backtest(days)).filter(({ day }) => day.profile === 'flash-sale' && day !== first);
  return { methods: methods(shares, days), origins, days: later.length };
}

type Shares = Record<Day['profile'], number[]>;

async function seedShares(): Promise<Shares> {
  const { ask } = await lake([]);
  const of = async (profile: Day['profile']) =>
    (await ask(`SELECT share FROM event_profiles WHERE profile = '${profile}' ORDER BY quarter_hour`)).map(
      ({ share }) => Number(share),
    );
  return { 'flash-sale': await of('flash-sale'), 'normal-day': await of('normal-day') };
}

async function askedEachHour(days: readonly Day[]): Promise<ProjectedDay> {
  const today = days.find(({ date }) => date === TODAY) as Day;
  const before = days.filter((day) => day !== today).flatMap((day) => rowsOf(day));
  const asked: Asked[] = [];
  for (let hour = 1; hour < 24; hour++) {
    const { ask } = await lake([...before, ...rowsOf(today, hour)]);
    const [row = {}] = await ask('SELECT projected, low, high, run_rate FROM sales_projection');
    const value = (name: string) => (row[name] === null ? undefined : Number(row[name]));
    asked.push({
      hour,
      projected: value('projected'),
      low: value('low'),
      high: value('high'),
      runRate: value('run_rate'),
    });
  }
  return { quarters: dollars(today), asked, surprise: SURPRISE };
}

/** Where the view shows a number; elsewhere no method is asked. */
async function backtest(days: readonly Day[]): Promise<Origin[]> {
  const last = Math.max(...days.map(({ midnight }) => midnight));
  // The first order after the last day makes that one over.
  const next = change({ orderid: 'next', changed_at: new Date(last + DAY_MS).toISOString() });
  const { ask } = await lake([...days.flatMap((day) => rowsOf(day)), next]);
  const rows = await ask(
    `SELECT CAST(day AS varchar) AS date, as_of_hour, sold, actual, projected, run_rate
     FROM projection_backtest WHERE projected IS NOT NULL ORDER BY day, as_of_hour`,
  );
  return rows.flatMap((row) => {
    const day = days.find(({ date }) => date === row['date']);
    if (!day) return [];
    const [hour = 0, sold = 0, actual = 0, projected = 0, runRate = 0] = [
      'as_of_hour',
      'sold',
      'actual',
      'projected',
      'run_rate',
    ].map((name) => Number(row[name]));
    return [{ day, hour, sold, actual, projected, runRate }];
  });
}

function methods(shares: Shares, days: readonly Day[]): Method[] {
  const events = days.filter(({ profile }) => profile === 'flash-sale');
  const before = (day: Day) => events.slice(0, events.indexOf(day));
  return [
    {
      name: '**projection**, by the profile that the days were made with',
      says: ({ projected }) => projected,
    },
    {
      name: '**projection**, by a profile measured from all event days before',
      says: ({ day, hour, sold }) => sold / soldBy(measured(before(day)), hour),
    },
    {
      name: '**projection**, by a profile measured from the one event day before',
      says: ({ day, hour, sold }) => sold / soldBy(measured(before(day).slice(-1)), hour),
    },
    {
      name: "projection by a wrong profile: normal days' for an event",
      says: ({ hour, sold }) => sold / soldBy(shares['normal-day'], hour),
    },
    { name: 'run rate: sold ÷ the share of the day that is over', says: ({ runRate }) => runRate },
    {
      name: 'straight line through what each quarter of an hour sold',
      says: ({ day, hour }) => straightLine(dollars(day), hour),
    },
  ];
}

/** As `npm run views -- profile` does. */
function measured(days: readonly Day[]): number[] {
  const cents =
    days[0]?.cents.map((_, slot) => days.reduce((sum, day) => sum + (day.cents[slot] ?? 0), 0)) ?? [];
  return sharesOf(cents.map(BigInt)).map((units) => Number(units) / 1e8);
}

function dollars({ cents }: Day): number[] {
  return cents.map((each) => each / 100);
}

function soldBy(shares: readonly number[], hour: number): number {
  return shares.slice(0, hour * 4).reduce((sum, share) => sum + share, 0);
}

/** Least squares over the quarters so far, the line continued to the day's end; it is not let fall below nought. */
export function straightLine(quarters: readonly number[], hour: number): number {
  const seen = quarters.slice(0, hour * 4);
  const sold = seen.reduce((sum, each) => sum + each, 0);
  const meanX = (seen.length - 1) / 2;
  const meanY = sold / seen.length;
  const slope =
    seen.reduce((sum, y, x) => sum + (x - meanX) * (y - meanY), 0) /
    seen.reduce((sum, _, x) => sum + (x - meanX) ** 2, 0);
  let total = sold;
  for (let x = seen.length; x < quarters.length; x++) total += Math.max(0, meanY + slope * (x - meanX));
  return total;
}

const HOURS = [6, 12, 18];

function tableOf(ours: Judged, noisier: Judged): string {
  const rows = ours.methods.map(({ name, says }, at) => {
    const asked = HOURS.map((hour) => ours.origins.filter((origin) => origin.hour === hour));
    const other = noisier.methods[at]?.says ?? says;
    return [name, ...[...asked, ours.origins].map((each) => wape(each, says)), wape(noisier.origins, other)];
  });
  const hours = HOURS.map((hour) => `${hour}:00`);
  return [
    `| error over ${ours.days} synthetic event days, asked at | ${hours.join(' | ')} | each hour | twice the noise |`,
    `|---|${'---:|'.repeat(HOURS.length + 2)}`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
}

/** The sum of the errors by the sum of what was sold. */
function wape(origins: readonly Origin[], says: Method['says']): string {
  const errors = origins.reduce((sum, origin) => sum + Math.abs(says(origin) - origin.actual), 0);
  const sold = origins.reduce((sum, { actual }) => sum + actual, 0);
  return `${((100 * errors) / sold).toFixed(1)} %`;
}
