/** Durations as people type them: `30s`, `10m`, `24h`. */

import { UsageError } from './command.ts';

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds. Throws a UsageError that shows what a duration looks like. */
export function parseDuration(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim()) ?? [];
  const milliseconds = Number(number) * (UNITS_MS[unit] ?? Number.NaN);
  if (milliseconds > 0) return milliseconds;
  throw new UsageError(`"${text}" is no duration.`, 'Give a number with its unit, such as 30s, 10m or 24h.');
}
