/**
 * The account's pipe executions: a batch under way is one, from its read until nothing of it is left. A batch that has to
 * be tried again keeps its execution meanwhile; a lane that finds none free waits.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html#eb-pipes-limits
 */

import type { Ports } from '../../ports.ts';

const EXECUTIONS_MAX = 1_000;
const EXECUTIONS_OF_LARGE_REGIONS_MAX = 3_000;
const LARGE_REGIONS: readonly string[] = ['us-east-1', 'us-west-2', 'eu-west-1'];

export type Executions = {
  /** Whether the lane has an execution now, be it a new one. */
  begin(lane: string): boolean;
  end(lane: string): void;
  underWay(): number;
  most: number;
};

export function createExecutions({ region, quotas }: Pick<Ports, 'region' | 'quotas'>): Executions {
  const most = quotas === 'lifted' ? Number.POSITIVE_INFINITY : executionsMax(region);
  const underWay = new Set<string>();
  return {
    begin(lane) {
      if (underWay.size < most) underWay.add(lane);
      return underWay.has(lane);
    },
    end: (lane) => void underWay.delete(lane),
    underWay: () => underWay.size,
    most,
  };
}

export function executionsMax(region: string): number {
  return LARGE_REGIONS.includes(region) ? EXECUTIONS_OF_LARGE_REGIONS_MAX : EXECUTIONS_MAX;
}
