/**
 * How often a schedule of AWS's fires in a month: `cron(0/15 * * * ? *)` every quarter of an hour. It knows the fields
 * that our environments use, minutes and hours of every day, and answers undefined to the rest rather than guess.
 * https://docs.aws.amazon.com/glue/latest/dg/monitor-data-warehouse-schedule.html
 */

import { MONTH_HOURS } from './price-list.ts';

export function runsAMonth(schedule: string): number | undefined {
  const fields = /^cron\(([^)]*)\)$/.exec(schedule)?.[1]?.trim().split(/\s+/);
  if (fields?.length !== 6) return undefined;
  const [minute = '', hour = '', ...days] = fields;
  if (!days.every((each) => each === '*' || each === '?')) return undefined;
  const minutes = firings(minute, 60);
  const hours = firings(hour, 24);
  return minutes === undefined || hours === undefined ? undefined : (minutes * hours * MONTH_HOURS) / 24;
}

/** How many of the values 0 to `count` - 1 a field names: `*`, `5`, `1-4`, `0/15`, `10-40/10`, and lists of them. */
function firings(field: string, count: number): number | undefined {
  const named = new Set<number>();
  for (const part of field.split(',')) {
    const found = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    if (!found) return undefined;
    const [, first, last, step] = found;
    const from = Number(first ?? 0);
    const open = first === undefined || step !== undefined;
    const to = last !== undefined ? Number(last) : open ? count - 1 : from;
    const by = Number(step ?? 1);
    if (by === 0 || from > to || to >= count) return undefined;
    for (let value = from; value <= to; value += by) named.add(value);
  }
  return named.size;
}
