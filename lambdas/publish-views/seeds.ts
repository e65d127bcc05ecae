/**
 * Seeds: small facts that no order carries (which days are events, how a day's sales are spread, when the shop's
 * clock changes), versioned as `sql/seeds/*.csv`. Each becomes a view of its own that holds its rows, so that other
 * views read it by name and it is published, compared and dropped like any other.
 *
 *     sql/seeds/event_calendar.csv → [seeds] → the view event_calendar
 *
 * The first line of a file names its columns, each with its type.
 */

import { type View, ViewsError } from './dependencies.ts';

export type Seed = { name: string; csv: string };

/** What a type is in SQL, and whether a cell is one. */
const TYPES: Readonly<Record<string, { sql: string; holds(cell: string): boolean }>> = {
  varchar: { sql: 'varchar', holds: (cell) => /^[^"\\]+$/.test(cell) },
  integer: { sql: 'integer', holds: (cell) => /^-?\d{1,9}$/.test(cell) },
  decimal: { sql: 'decimal(18, 8)', holds: (cell) => /^-?\d{1,10}(\.\d{1,8})?$/.test(cell) },
  date: { sql: 'date', holds: (cell) => isTime(`${cell} 00:00:00`) },
  timestamp: { sql: 'timestamp', holds: isTime },
};

/** As `2026-07-07 09:30:00`, and in the calendar: the 31st of February would fail each query that reads it. */
function isTime(cell: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(cell)) return false;
  const iso = `${cell.replace(' ', 'T')}.000Z`;
  const time = new Date(iso);
  return !Number.isNaN(time.getTime()) && time.toISOString() === iso;
}

type Column = { name: string; type: string };
type Table = { columns: Column[]; rows: string[][] };

/** The view that holds a seed's rows. Throws ViewsError with the file's line. */
export function seedView({ name, csv }: Seed): View {
  const { columns, rows } = readSeed(name, csv);
  const select = columns.map(
    ({ name: column, type }) => `  CAST(${column} AS ${TYPES[type]?.sql}) AS ${column}`,
  );
  const values = rows.map((row) => `  (${row.map((cell) => `'${cell.replaceAll("'", "''")}'`).join(', ')})`);
  const sql =
    `-- The rows of sql/seeds/${name}.csv.\n-- scans: 0\nSELECT\n${select.join(',\n')}\n` +
    `FROM (VALUES\n${values.join(',\n')}\n) AS seed (${columns.map((column) => column.name).join(', ')})\n`;
  return { name, sql, reads: new Map() };
}

function readSeed(name: string, csv: string): Table {
  const [header = '', ...lines] = csv.replace(/\r?\n$/, '').split(/\r?\n/);
  const columns = header.split(',').map((cell) => {
    const [column = '', type = ''] = cell.split(' ');
    if (!/^[a-z][a-z0-9_]*$/.test(column) || !TYPES[type])
      throw new ViewsError(
        `sql/seeds/${name}.csv: "${cell}" is no column.`,
        `Write its name and its type in the first line, such as "day date"; types are ${Object.keys(TYPES).join(', ')}.`,
      );
    return { name: column, type };
  });
  if (lines.length === 0)
    throw new ViewsError(`sql/seeds/${name}.csv has no row.`, 'Add one, or delete the file.');
  const rows = lines.map((line, index) => {
    const cells = line.split(',');
    const place = `sql/seeds/${name}.csv, line ${index + 2}`;
    if (cells.length !== columns.length)
      throw new ViewsError(
        `${place}: ${cells.length} cells for ${columns.length} columns.`,
        'A cell holds no comma and no quotes.',
      );
    cells.forEach((cell, at) => {
      const { name: column, type } = columns[at] as Column;
      if (!TYPES[type]?.holds(cell))
        throw new ViewsError(`${place}: ${column} is "${cell}", which is no ${type}.`, 'Correct the cell.');
    });
    return cells;
  });
  return { columns, rows };
}

const QUARTER_HOURS = 96;
/** Shares have eight digits after the point. */
const SHARE_UNITS = 100_000_000n;
/** The profile of every day that is no event. */
const NORMAL_DAY = 'normal-day';

/**
 * What must hold between the seeds, so that a projection stands on a whole day: each profile has a share for each
 * quarter of an hour and they sum to one, each event's profile is there, and the shop's clock has neither gap nor
 * overlap. Throws ViewsError with what does not hold.
 */
export function checkSeeds(seeds: readonly Seed[]): void {
  const rowsOf = (wanted: string): Record<string, string>[] => {
    const seed = seeds.find(({ name }) => name === wanted);
    if (!seed)
      throw new ViewsError(`sql/seeds/${wanted}.csv is not there.`, 'The projection reads it: restore it.');
    const { columns, rows } = readSeed(seed.name, seed.csv);
    return rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? ''])));
  };
  const profiles = new Map<string, Record<string, string>[]>();
  for (const row of rowsOf('event_profiles')) {
    const profile = row['profile'] ?? '';
    profiles.set(profile, [...(profiles.get(profile) ?? []), row]);
  }
  for (const [profile, rows] of profiles) checkProfile(profile, rows);
  const days = new Set<string>();
  for (const { day = '', event, profile = '' } of rowsOf('event_calendar')) {
    if (!profiles.has(profile))
      throw new ViewsError(
        `${event} on ${day} wants the profile ${profile}, which sql/seeds/event_profiles.csv does not have.`,
        `Add its ${QUARTER_HOURS} shares, or name one of ${[...profiles.keys()].join(', ')} in sql/seeds/event_calendar.csv.`,
      );
    if (days.has(day))
      throw new ViewsError(`sql/seeds/event_calendar.csv has ${day} twice.`, 'One day is one event.');
    days.add(day);
  }
  if (!profiles.has(NORMAL_DAY))
    throw new ViewsError(
      `sql/seeds/event_profiles.csv has no profile ${NORMAL_DAY}.`,
      'Days that are no event are projected by it: add it.',
    );
  checkClock(rowsOf('shop_clock'));
}

function checkProfile(profile: string, rows: readonly Record<string, string>[]): void {
  const file = 'sql/seeds/event_profiles.csv';
  const slots = new Set(rows.map(({ quarter_hour: slot }) => Number(slot)));
  const whole = rows.length === QUARTER_HOURS && slots.size === QUARTER_HOURS;
  if (!whole || [...slots].some((slot) => slot < 0 || slot >= QUARTER_HOURS))
    throw new ViewsError(
      `The profile ${profile} has ${rows.length} shares in ${file}.`,
      `Give one for each quarter of an hour of a day, 0 to ${QUARTER_HOURS - 1}.`,
    );
  const shares = rows.map(({ share = '' }) => units(share));
  if (shares.some((share) => share < 0n))
    throw new ViewsError(
      `The profile ${profile} has a share below zero in ${file}.`,
      'A day never unsells: correct it.',
    );
  const sum = shares.reduce((all, share) => all + share, 0n);
  if (sum !== SHARE_UNITS)
    throw new ViewsError(
      `The shares of the profile ${profile} sum to ${Number(sum) / Number(SHARE_UNITS)} in ${file}, not to 1.`,
      'Divide each by their sum, and give what rounding leaves to the greatest.',
    );
}

function units(share: string): bigint {
  const [whole = '0', part = ''] = share.replace('-', '').split('.');
  const size = BigInt(whole) * SHARE_UNITS + BigInt(part.padEnd(8, '0'));
  return share.startsWith('-') ? -size : size;
}

function checkClock(rows: readonly Record<string, string>[]): void {
  const sorted = [...rows].sort((a, b) => ((a['since'] ?? '') < (b['since'] ?? '') ? -1 : 1));
  sorted.forEach(({ since = '', until = '' }, at) => {
    const next = sorted[at + 1]?.['since'];
    if (since >= until || (next !== undefined && next !== until))
      throw new ViewsError(
        `sql/seeds/shop_clock.csv: the row since ${since} ends at ${until}, the next begins at ${next ?? 'no time'}.`,
        'Each row begins where the one before it ends.',
      );
  });
}
