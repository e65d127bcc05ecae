/**
 * What the engine measures of itself, in memory: each part writes under AWS's own names, and CloudWatch's operations
 * read it. A restart forgets it.
 *
 *     hops → [metrics] ← services/monitoring
 *
 * It knows no operation; whoever writes sees `Measure` alone.
 */

import type { Clock } from '../clock.ts';
import { createSeries, type Series } from './series.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html; those that are in use. */
export type Unit = 'Bytes' | 'Count' | 'Milliseconds' | 'None' | 'Seconds';

export type Dimensions = Readonly<Record<string, string>>;

/** Whose metrics they are: `AWS/Kinesis`, `{ StreamName: … }`. */
export type Subject = { namespace: string; dimensions: Dimensions };

/** Notes one measurement, now. */
export type Measure<Name extends string = string> = (name: Name, value: number) => void;

/** Gives a subject's instrument. `units` names its metrics. */
export type Measuring = <Name extends string>(
  subject: Subject,
  units: Readonly<Record<Name, Unit>>,
) => Measure<Name>;

export type Metric = Subject & { name: string; unit: Unit; series: Series };

export type Metrics = {
  measuring: Measuring;
  /** Those that were measured at least once. */
  all(): Metric[];
  find(subject: Subject, name: string): Metric | undefined;
};

export function createMetrics(clock: Clock): Metrics {
  const metrics = new Map<string, Metric>();

  function metricOf(subject: Subject, name: string, unit: Unit): Metric {
    const key = keyOf(subject, name);
    const metric = metrics.get(key) ?? { ...subject, name, unit, series: createSeries() };
    metrics.set(key, metric);
    return metric;
  }

  return {
    measuring(subject, units) {
      const own = new Map<string, Series>();
      return (name, value) => {
        let series = own.get(name);
        if (!series) {
          series = metricOf(subject, name, units[name]).series;
          own.set(name, series);
        }
        series.add(Math.floor(clock.now() / 1_000), value);
      };
    },
    all: () => [...metrics.values()],
    find: (subject, name) => metrics.get(keyOf(subject, name)),
  };
}

/** Dimensions have no order. */
function keyOf({ namespace, dimensions }: Subject, name: string): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(byName)]);
}

function byName([a]: [string, string], [b]: [string, string]): number {
  return a < b ? -1 : 1;
}
