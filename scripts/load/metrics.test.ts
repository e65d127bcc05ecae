/** How CloudWatch is asked and read: what is queried, where a point falls, what is waited for. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AskMetrics, countedAll, periodSecondsOf, readMetrics } from './metrics.ts';

type Request = Parameters<AskMetrics>[0];

/** Answers what was recorded and remembers what was asked. */
function recorded(answer: Awaited<ReturnType<AskMetrics>>) {
  const asked: Request[] = [];
  const ask: AskMetrics = async (request) => {
    asked.push(request);
    return answer;
  };
  return { ask, asked };
}

test('the hops of the environment are asked under AWS’s names, whole periods, from before the first order', async () => {
  const { ask, asked } = recorded([]);
  await readMetrics(ask, 'staging', 60, 1_000, 1_130);
  const [{ queries, from, until } = { queries: [], from: 0, until: 0 }] = asked;
  assert.deepEqual([from, until], [960, 1_140]);
  const named = queries.map(({ Id, MetricStat }) => [
    Id,
    MetricStat?.Metric?.Namespace,
    MetricStat?.Metric?.MetricName,
    MetricStat?.Metric?.Dimensions?.map(({ Name, Value }) => `${Name}=${Value}`).join(),
  ]);
  assert.deepEqual(named.slice(0, 2), [
    ['taken', 'AWS/DynamoDB', 'ConsumedWriteCapacityUnits', 'TableName=ordertable-staging'],
    ['put', 'AWS/Kinesis', 'IncomingRecords', 'StreamName=kinesis-sales-order-stream-staging'],
  ]);
  assert.ok(
    queries.every(({ MetricStat }) => MetricStat?.Period === 60 && MetricStat.Stat === 'Sum'),
    'each is the sum of a minute',
  );
});

test('a point falls into its period, silence is zero, and what was not asked for is left out', async () => {
  const { ask } = recorded([
    {
      id: 'put',
      points: [
        [1_000, 5],
        [1_005, 7],
      ],
    },
    {
      id: 'put',
      points: [
        [1_005, 1],
        [995, 9],
        [1_015, 9],
      ],
    },
    { id: 'else', points: [[1_000, 1]] },
  ]);
  const { sums, from } = await readMetrics(ask, 'local', 5, 1_001, 1_014);
  assert.equal(from, 1_000);
  assert.deepEqual(sums.put, [5, 8, 0]);
  assert.deepEqual(sums.taken, [0, 0, 0]);
  assert.equal('else' in sums, false);
});

test('all is counted once each hop has seen every change, and not one before', async () => {
  const counted = async (last: number) => {
    const point = (id: string, value: number) => ({ id, points: [[1_000, value] as const] });
    const others = ['taken', 'put', 'read'].map((id) => point(id, 10));
    const { ask } = recorded([...others, point('delivered', last)]);
    return countedAll(await readMetrics(ask, 'local', 5, 1_000, 1_005), 10);
  };
  assert.equal(await counted(9), false);
  assert.equal(await counted(10), true);
});

test('seconds are asked of a pipeline on this machine, minutes of AWS', () => {
  assert.equal(periodSecondsOf('here', 300), 1);
  assert.equal(periodSecondsOf('here', 301), 5);
  assert.equal(periodSecondsOf('here', 7_201), 60);
  assert.equal(periodSecondsOf('aws', 20), 60);
});
