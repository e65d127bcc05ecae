/**
 * CloudWatch, as far as reading metrics goes: what the engine measured of itself, by AWS's operations.
 *
 *     hops → metrics → [monitoring] → whoever watches
 *
 * It takes no metrics from outside, computes no expressions and no percentiles, and has no alarms, dashboards or logs.
 */

import type { Metrics } from '../../metrics/metrics.ts';
import type { Part } from '../../ports.ts';
import { getMetricData } from './get-metric-data.ts';
import { listMetrics } from './list-metrics.ts';

export function monitoring(metrics: Metrics): Part {
  return {
    name: 'monitoring',
    kinds: [],
    open: (_stack, { clock }) => ({
      operations: [getMetricData(metrics, clock), listMetrics(metrics, clock)],
    }),
  };
}
