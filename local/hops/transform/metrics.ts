/** What a function measures, under AWS's names.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */

import type { Measure, Measuring } from '../../metrics/metrics.ts';

const UNITS = {
  ConcurrentExecutions: 'Count',
  Duration: 'Milliseconds',
  Errors: 'Count',
  Invocations: 'Count',
  Throttles: 'Count',
} as const;

export type FunctionMeasure = Measure<keyof typeof UNITS>;

export function functionMeasure(measuring: Measuring, name: string): FunctionMeasure {
  return measuring({ namespace: 'AWS/Lambda', dimensions: { FunctionName: name } }, UNITS);
}
