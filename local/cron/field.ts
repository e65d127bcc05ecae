/** One field of a cron expression: lists, ranges, steps and names. Knows nothing of calendars. */

import { EngineError } from '../aws-error.ts';

export type FieldRange = { from: number; to: number; names?: readonly string[] };

/** `*`, `5`, `1-5`, `0/15`, `10-50/20`, `MON-FRI`, and lists of them, as ascending numbers. */
export function parseList(expression: string, field: string, range: FieldRange): number[] {
  const values = new Set(field.split(',').flatMap((item) => parseItem(expression, field, item, range)));
  return [...values].sort((a, b) => a - b);
}

function parseItem(expression: string, field: string, item: string, range: FieldRange): number[] {
  const [span = '', stepText, ...rest] = item.split('/');
  const [fromText = '', toText, ...more] =
    span === '*' ? [String(range.from), String(range.to)] : span.split('-');
  if (rest.length > 0 || more.length > 0) throw cronError(expression, `"${field}" is no list, range or step`);
  const from = parseValue(expression, field, fromText, range);
  // `0/15` means from 0 to the end by 15; a bare `5` is 5 alone.
  const to =
    toText !== undefined
      ? parseValue(expression, field, toText, range)
      : stepText === undefined
        ? from
        : range.to;
  const step = stepText === undefined ? 1 : Number(/^\d+$/.test(stepText) ? stepText : Number.NaN);
  if (!(step >= 1)) throw cronError(expression, `"${field}" has a step that is no positive number`);
  if (to < from) throw cronError(expression, `"${field}" is a range that runs backwards`);
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}

export function parseValue(expression: string, field: string, text: string, range: FieldRange): number {
  const named = range.names?.indexOf(text.toUpperCase()) ?? -1;
  if (named >= 0) return range.from + named;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= range.from && value <= range.to))
    throw cronError(expression, `"${field}" has to lie between ${range.from} and ${range.to}`);
  return value;
}

export function cronError(expression: string, problem: string): EngineError {
  return new EngineError(
    `The schedule "${expression}" is no AWS cron expression: ${problem}.`,
    'Write six fields, minutes hours day-of-month month day-of-week year, such as cron(15 12 * * ? *).',
  );
}
