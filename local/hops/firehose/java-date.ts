/**
 * Java's DateTimeFormatter patterns, in which Firehose writes the times of its prefixes, for the fields that a moment
 * has in a time zone. https://docs.oracle.com/javase/8/docs/api/java/time/format/DateTimeFormatter.html
 *
 * Not here: week-based years and weeks (`Y`, `w`, `W`, `e`: `YYYY` is the usual mistake for `yyyy`), optional
 * sections, padding, localized zone names. Each is refused when the pattern is read, not when it is used.
 */

export type DatePattern = readonly Part[];

type Part = { kind: 'text'; text: string } | { kind: 'field'; letter: string; count: number };

type Moment = {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
  offsetMinutes: number;
  zone: string;
};

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const DAY_MS = 24 * 60 * 60 * 1000;

/** Reads a pattern; throws a plain Error that says what is wrong with it. */
export function parseDatePattern(pattern: string): DatePattern {
  const parts: Part[] = [];
  let at = 0;
  while (at < pattern.length) {
    const char = pattern[at] as string;
    if (char === "'") {
      const { text, end } = quoted(pattern, at);
      parts.push({ kind: 'text', text });
      at = end;
    } else if (/[a-zA-Z]/.test(char)) {
      const count = runLength(pattern, at);
      requireField(char, count);
      parts.push({ kind: 'field', letter: char, count });
      at += count;
    } else {
      if ('[]{}#'.includes(char)) throw new Error(`"${char}" is reserved in a date pattern`);
      parts.push({ kind: 'text', text: char });
      at++;
    }
  }
  return parts;
}

export function formatDate(pattern: DatePattern, at: number, timeZone: string): string {
  const moment = momentIn(at, timeZone);
  return pattern.map((part) => (part.kind === 'text' ? part.text : field(part, moment))).join('');
}

/** Whether the runtime knows the zone. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Text from the quote at `from` to its partner; two quotes are one, inside or on their own. */
function quoted(pattern: string, from: number): { text: string; end: number } {
  let text = '';
  let at = from + 1;
  for (;;) {
    const close = pattern.indexOf("'", at);
    if (close < 0) throw new Error('a quote is not closed');
    text += pattern.slice(at, close);
    if (pattern[close + 1] !== "'") return { text: close === from + 1 ? "'" : text, end: close + 1 };
    text += "'";
    at = close + 2;
  }
}

function runLength(pattern: string, from: number): number {
  let end = from;
  while (pattern[end] === pattern[from]) end++;
  return end - from;
}

/** The letters that are known, with the longest run that Java takes. */
const LONGEST_RUN: Readonly<Record<string, number>> = {
  ...{ y: 9, u: 9, M: 4, L: 4, d: 2, D: 3, H: 2, h: 2, k: 2, K: 2, m: 2, s: 2, S: 9 },
  ...{ a: 1, E: 4, Q: 2, q: 2, A: 9, X: 3, x: 3, Z: 3, V: 2 },
};

function requireField(letter: string, count: number): void {
  const longest = LONGEST_RUN[letter];
  if (letter === 'Y') throw new Error('"Y" is the week-based year; the year of the date is "y"');
  if (longest === undefined) throw new Error(`the letter "${letter}" is not supported`);
  if (count > longest || (letter === 'V' && count !== 2))
    throw new Error(`"${letter.repeat(count)}" has the wrong number of letters`);
}

function field({ letter, count }: { letter: string; count: number }, moment: Moment): string {
  const padded = (value: number): string => String(value).padStart(count, '0');
  switch (letter) {
    case 'y':
    case 'u':
      return count === 2 ? String(moment.year % 100).padStart(2, '0') : padded(moment.year);
    case 'M':
    case 'L': {
      const name = MONTHS[moment.month - 1] as string;
      return count < 3 ? padded(moment.month) : count === 3 ? name.slice(0, 3) : name;
    }
    case 'd':
      return padded(moment.day);
    case 'D':
      return padded((dayOf(moment) - Date.UTC(moment.year, 0, 1)) / DAY_MS + 1);
    case 'E': {
      const name = DAYS[new Date(dayOf(moment)).getUTCDay()] as string;
      return count < 4 ? name.slice(0, 3) : name;
    }
    case 'Q':
    case 'q':
      return padded(Math.ceil(moment.month / 3));
    case 'V':
      return moment.zone;
    case 'X':
    case 'x':
    case 'Z':
      return offset(letter, count, moment.offsetMinutes);
    default:
      return timeField(letter, count, moment, padded);
  }
}

function timeField(
  letter: string,
  count: number,
  { hour, minute, second, millisecond }: Moment,
  padded: (value: number) => string,
): string {
  switch (letter) {
    case 'H':
      return padded(hour);
    case 'k':
      return padded(hour === 0 ? 24 : hour);
    case 'K':
      return padded(hour % 12);
    case 'h':
      return padded(hour % 12 === 0 ? 12 : hour % 12);
    case 'a':
      return hour < 12 ? 'AM' : 'PM';
    case 'm':
      return padded(minute);
    case 's':
      return padded(second);
    case 'S':
      return String(millisecond).padStart(3, '0').padEnd(9, '0').slice(0, count);
    case 'A':
      return padded(((hour * 60 + minute) * 60 + second) * 1000 + millisecond);
    default:
      throw new Error(`The letter "${letter}" passed the check of the pattern but has no meaning.`);
  }
}

/** `X` writes Z for UTC, `x` and `Z` write zeros. */
function offset(letter: string, count: number, minutes: number): string {
  if (letter === 'X' && minutes === 0) return 'Z';
  const sign = minutes < 0 ? '-' : '+';
  const hh = String(Math.floor(Math.abs(minutes) / 60)).padStart(2, '0');
  const mm = String(Math.abs(minutes) % 60).padStart(2, '0');
  if (letter === 'Z' || count === 2) return `${sign}${hh}${mm}`;
  if (count === 3) return `${sign}${hh}:${mm}`;
  return mm === '00' ? `${sign}${hh}` : `${sign}${hh}${mm}`;
}

function dayOf({ year, month, day }: Moment): number {
  return Date.UTC(year, month - 1, day);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function momentIn(at: number, zone: string): Moment {
  let format = formats.get(zone);
  if (!format) {
    const numeric = { year: 'numeric', month: 'numeric', day: 'numeric' } as const;
    const time = { hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' } as const;
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, ...numeric, ...time });
    formats.set(zone, format);
  }
  const values = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const value = (type: Intl.DateTimeFormatPartTypes): number => values.get(type) as number;
  const [year, month, day] = [value('year'), value('month'), value('day')];
  const [hour, minute, second] = [value('hour'), value('minute'), value('second')];
  const millisecond = ((at % 1000) + 1000) % 1000;
  const wall = Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
  return { year, month, day, hour, minute, second, millisecond, offsetMinutes: (wall - at) / 60_000, zone };
}
