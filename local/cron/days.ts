/**
 * The two day fields of a cron expression, as a question to one day. `L` is the last day of the month (or Saturday, or
 * with a day before it that month's last such day), `W` the nearest weekday within the month, `#` the n-th such day.
 */

import { parseList, parseValue } from './field.ts';

/** Months count from 1. */
export type DayRule = (year: number, month: number, day: number) => boolean;

const DAYS_OF_MONTH = { from: 1, to: 31 };
const DAYS_OF_WEEK = { from: 1, to: 7, names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] };

export function parseDaysOfMonth(expression: string, field: string): DayRule {
  return anyOf(
    field.split(',').map((item) => {
      if (item === 'L') return (year, month, day) => day === lastDay(year, month);
      if (item === 'LW')
        return (year, month, day) => day === nearestWeekday(year, month, lastDay(year, month));
      if (item.endsWith('W')) {
        const wanted = parseValue(expression, field, item.slice(0, -1), DAYS_OF_MONTH);
        return (year, month, day) =>
          wanted <= lastDay(year, month) && day === nearestWeekday(year, month, wanted);
      }
      const days = new Set(parseList(expression, item, DAYS_OF_MONTH));
      return (_year, _month, day) => days.has(day);
    }),
  );
}

export function parseDaysOfWeek(expression: string, field: string): DayRule {
  return anyOf(
    field.split(',').map((item) => {
      if (item === 'L') return (year, month, day) => dayOfWeek(year, month, day) === 7;
      if (item.endsWith('L')) {
        const wanted = parseValue(expression, field, item.slice(0, -1), DAYS_OF_WEEK);
        return (year, month, day) => dayOfWeek(year, month, day) === wanted && day > lastDay(year, month) - 7;
      }
      if (item.includes('#')) {
        const [dayText = '', nthText = ''] = item.split('#');
        const wanted = parseValue(expression, field, dayText, DAYS_OF_WEEK);
        const nth = parseValue(expression, field, nthText, { from: 1, to: 5 });
        return (year, month, day) => dayOfWeek(year, month, day) === wanted && Math.ceil(day / 7) === nth;
      }
      const days = new Set(parseList(expression, item, DAYS_OF_WEEK));
      return (year, month, day) => days.has(dayOfWeek(year, month, day));
    }),
  );
}

function anyOf(rules: DayRule[]): DayRule {
  return (year, month, day) => rules.some((rule) => rule(year, month, day));
}

/** Sunday is 1, Saturday 7. */
function dayOfWeek(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

export function lastDay(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function nearestWeekday(year: number, month: number, day: number): number {
  const weekday = dayOfWeek(year, month, day);
  if (weekday === 7) return day === 1 ? day + 2 : day - 1;
  if (weekday === 1) return day === lastDay(year, month) ? day - 2 : day + 1;
  return day;
}
