/**
 * When Kinesis began to refuse and went on refusing, by its own metric, second by second. On AWS the least period is a
 * minute; the engine keeps seconds, and a climb that is over within one needs them.
 */

import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { BASE_NAMES } from '../../stacks/names.ts';
import { SETTINGS } from './processes.ts';

/** A writer that was refused rests: so long without a refusal is no end of it. */
const QUIET_SECONDS_MAX = 5;

/** Records that the stream refused in each second since that moment, milliseconds since the epoch. */
export async function refusedBySecond(endpoint: string, from: number, seconds: number): Promise<number[]> {
  const client = new CloudWatchClient({ ...SETTINGS, endpoint });
  const start = Math.floor(from / 1_000) * 1_000;
  const counts = new Array<number>(seconds).fill(0);
  const Metric = {
    Namespace: 'AWS/Kinesis',
    MetricName: 'WriteProvisionedThroughputExceeded',
    Dimensions: [{ Name: 'StreamName', Value: BASE_NAMES.stream }],
  };
  try {
    const { MetricDataResults = [] } = await client.send(
      new GetMetricDataCommand({
        StartTime: new Date(start),
        EndTime: new Date(start + seconds * 1_000),
        MetricDataQueries: [{ Id: 'refused', MetricStat: { Metric, Period: 1, Stat: 'Sum' } }],
      }),
    );
    const [{ Timestamps = [], Values = [] } = {}] = MetricDataResults;
    Timestamps.forEach((at, index) => {
      const second = (at.getTime() - start) / 1_000;
      if (second >= 0 && second < seconds) counts[second] = Values[index] ?? 0;
    });
    return counts;
  } finally {
    client.destroy();
  }
}

/** The second from which on there is no stretch without a refusal until the end; nothing where there is one there. */
export function onsetSecond(refused: readonly number[]): number | undefined {
  let onset: number | undefined;
  let last = Number.NEGATIVE_INFINITY;
  for (const [second, count] of refused.entries()) {
    if (count === 0) continue;
    if (second - last > QUIET_SECONDS_MAX) onset = second;
    last = second;
  }
  return refused.length - 1 - last >= QUIET_SECONDS_MAX ? undefined : onset;
}
