/** What the parts under test measured, for a test to look at. */

import type { Dimensions } from '../metrics/metrics.ts';
import type { TestPorts } from './ports.ts';

type Totals = { sum: number; minimum: number; maximum: number; count: number };

const DAY = 86_400;

/** Of the last day, by name, for the subject with these dimensions. */
export function measured({ metrics, clock }: TestPorts, dimensions: Dimensions): Record<string, Totals> {
  const now = Math.floor(clock.now() / 1_000);
  const own = metrics
    .all()
    .filter(
      (metric) =>
        Object.keys(metric.dimensions).length === Object.keys(dimensions).length &&
        Object.entries(dimensions).every(([name, value]) => metric.dimensions[name] === value),
    );
  return Object.fromEntries(
    own.map(({ name, series }) => {
      const rows = series.spans(now, now - DAY, now + 1, 60);
      return [
        name,
        {
          sum: rows.reduce((sum, row) => sum + row.sum, 0),
          minimum: Math.min(...rows.map(({ minimum }) => minimum)),
          maximum: Math.max(...rows.map(({ maximum }) => maximum)),
          count: rows.reduce((sum, row) => sum + row.count, 0),
        },
      ];
    }),
  );
}

/** Their sums. */
export function sums(ports: TestPorts, dimensions: Dimensions): Record<string, number> {
  return Object.fromEntries(
    Object.entries(measured(ports, dimensions)).map(([name, { sum }]) => [name, sum]),
  );
}
