/**
 * AWS's cron: six fields (minutes hours day-of-month month day-of-week year), in UTC, as EventBridge rules and Glue
 * crawlers write them, with `* ? , - / L W #` and the names of months and days.
 *
 *     aws_cloudwatch_event_rule.schedule_expression, aws_glue_crawler.schedule → [cron] → the next moment
 *
 * It computes moments and keeps no timer: whoever asks for a moment also waits for it.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */

import { EngineError } from '../aws-error.ts';
import { type DayRule, lastDay, parseDaysOfMonth, parseDaysOfWeek } from './days.ts';
import { cronError, parseList } from './field.ts';

type Cron = {
  minutes: number[];
  hours: number[];
  months: Set<number>;
  years: Set<number>;
  /** Whether the rule holds on a day of a month. Exactly one of the two day fields speaks; the other is `?`. */
  day: DayRule;
};

const YEAR_MIN = 1970;
const YEAR_MAX = 2199;
const MINUTE_MS = 60_000;
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** Reads `cron(0 12 * * ? *)` or the six bare fields; throws an EngineError that names what is wrong. */
function parseCron(expression: string): Cron {
  const bare = /^cron\((.*)\)$/.exec(expression.trim())?.[1] ?? expression.trim();
  const fields = bare.trim().split(/\s+/);
  if (fields.length !== 6) throw cronError(expression, `it has ${fields.length} fields`);
  const [minutes, hours, daysOfMonth, months, daysOfWeek, years] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  if ((daysOfMonth === '?') === (daysOfWeek === '?'))
    throw cronError(expression, 'exactly one of day-of-month and day-of-week has to be "?"');
  return {
    minutes: parseList(expression, minutes, { from: 0, to: 59 }),
    hours: parseList(expression, hours, { from: 0, to: 23 }),
    months: new Set(parseList(expression, months, { from: 1, to: 12, names: MONTHS })),
    years: new Set(parseList(expression, years, { from: YEAR_MIN, to: YEAR_MAX })),
    day:
      daysOfWeek === '?'
        ? parseDaysOfMonth(expression, daysOfMonth)
        : parseDaysOfWeek(expression, daysOfWeek),
  };
}

/**
 * The first moment after `after` at which the expression falls due, both in milliseconds since the epoch (UTC);
 * `Infinity` when it never does again.
 */
export function nextCron(expression: string, after: number): number {
  return nextMoment(parseCron(expression), after);
}

function nextMoment(cron: Cron, after: number): number {
  const first = new Date((Math.floor(after / MINUTE_MS) + 1) * MINUTE_MS);
  const firstDay = Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), first.getUTCDate());
  for (let year = first.getUTCFullYear(); year <= YEAR_MAX; year++) {
    if (!cron.years.has(year)) continue;
    for (let month = 1; month <= 12; month++) {
      if (!cron.months.has(month)) continue;
      for (let day = 1; day <= lastDay(year, month); day++) {
        const midnight = Date.UTC(year, month - 1, day);
        if (midnight < firstDay || !cron.day(year, month, day)) continue;
        const moment = momentOn(cron, midnight, first.getTime());
        if (moment !== undefined) return moment;
      }
    }
  }
  return Number.POSITIVE_INFINITY;
}

function momentOn(cron: Cron, midnight: number, notBefore: number): number | undefined {
  for (const hour of cron.hours)
    for (const minute of cron.minutes) {
      const moment = midnight + (hour * 60 + minute) * MINUTE_MS;
      if (moment >= notBefore) return moment;
    }
  return undefined;
}

const RATE_UNITS_MS: Record<string, number> = {
  minute: MINUTE_MS,
  hour: 60 * MINUTE_MS,
  day: 1440 * MINUTE_MS,
};

/** The period of `rate(5 minutes)`; undefined for what is no rate. AWS insists on `1 minute`, `2 minutes`. */
export function rateMs(expression: string): number | undefined {
  const found = /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/.exec(expression.trim());
  if (!found) return undefined;
  const [, value, unit, plural] = found;
  if ((Number(value) === 1) !== (plural === '')) return undefined;
  return Number(value) * (RATE_UNITS_MS[unit ?? ''] ?? 0);
}

/** The next moment of a `cron(…)` or `rate(…)` schedule that began at `start`. */
export function nextScheduled(expression: string, start: number, after: number): number {
  const period = rateMs(expression);
  if (period !== undefined)
    return start + (Math.floor((Math.max(after, start) - start) / period) + 1) * period;
  if (expression.trim().startsWith('rate('))
    throw new EngineError(
      `The schedule "${expression}" is no rate that AWS takes.`,
      'Write rate(1 minute), rate(5 minutes), rate(1 hour), rate(12 hours), rate(1 day) or rate(7 days).',
    );
  return nextCron(expression, after);
}
