/** CloudWatch's operations: what is asked, what is answered and in which pages, and what is refused in which words. */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { GetMetricDataCommandInput, GetMetricDataCommandOutput } from '@aws-sdk/client-cloudwatch';
import { ADMINISTRATOR, openPart, type TestPorts, testPorts, testStack } from '../../testing/ports.ts';
import { monitoring } from './monitoring.ts';

type Input = GetMetricDataCommandInput;
type InputQuery = NonNullable<Input['MetricDataQueries']>[number];

const NAMESPACE = 'AWS/Kinesis';
const DIMENSIONS = { StreamName: 'orders' };

let ports: TestPorts;
/** The test's clock begins at a full day. */
let begin: number;

beforeEach(() => {
  ports = testPorts();
  openPart(monitoring(ports.metrics), testStack({}), ports);
  begin = ports.clock.now();
});
afterEach(() => ports.cleanUp());

/** Measures `values`, one every `seconds`. */
function measure(
  name: string,
  values: number[],
  seconds = 1,
  dimensions: Record<string, string> = DIMENSIONS,
) {
  const note = ports.measuring({ namespace: NAMESPACE, dimensions }, { [name]: 'Count' });
  for (const value of values) {
    note(name, value);
    ports.clock.advance(seconds * 1_000);
  }
}

function query(change: Partial<NonNullable<InputQuery['MetricStat']>> = {}, Id = 'a'): InputQuery {
  const Dimensions = [{ Name: 'StreamName', Value: 'orders' }];
  return {
    Id,
    MetricStat: {
      Metric: { Namespace: NAMESPACE, MetricName: 'IncomingRecords', Dimensions },
      Period: 10,
      Stat: 'Sum',
      ...change,
    },
  };
}

/** Times are seconds after the beginning. */
function ask(change: Partial<Input> = {}, from = 0, until = 60): Promise<GetMetricDataCommandOutput> {
  return ports.call(ADMINISTRATOR, 'monitoring', 'GetMetricData', {
    StartTime: new Date(begin + from * 1_000),
    EndTime: new Date(begin + until * 1_000),
    MetricDataQueries: [query()],
    ScanBy: 'TimestampAscending',
    ...change,
  });
}

function told({ MetricDataResults = [] }: GetMetricDataCommandOutput) {
  return MetricDataResults.map(({ Id, Timestamps = [], Values = [], StatusCode }) => [
    Id,
    StatusCode,
    Timestamps.map((at, index) => [(at.getTime() - begin) / 1_000, Values[index]]),
  ]);
}

test('each statistic is that of its span', async () => {
  measure('IncomingRecords', [4, 1, 7]);
  const statistics = ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'];
  const found = await ask({
    MetricDataQueries: statistics.map((Stat) => query({ Stat }, Stat.toLowerCase())),
  });
  assert.deepEqual(
    found.MetricDataResults?.map(({ Id, Label, Values }) => [Id, Label, Values]),
    statistics.map((Stat, index) => [Stat.toLowerCase(), 'IncomingRecords', [[12, 4, 1, 7, 3][index]]]),
  );
});

test('the newest comes first, unless the oldest is asked for', async () => {
  measure('IncomingRecords', [1, 2, 3], 10);
  const ascending = [
    [0, 1],
    [10, 2],
    [20, 3],
  ];
  assert.deepEqual(told(await ask()), [['a', 'Complete', ascending]]);
  assert.deepEqual(told(await ask({ ScanBy: undefined })), [['a', 'Complete', ascending.toReversed()]]);
});

test('below a minute both ends are rounded down to the period', async () => {
  measure('IncomingRecords', Array(40).fill(1));
  assert.deepEqual(told(await ask({}, 13, 33)), [
    [
      'a',
      'Complete',
      [
        [10, 10],
        [20, 10],
      ],
    ],
  ]);
});

test('from a minute on the start is rounded down, and a minute that has begun before the end counts', async () => {
  measure('IncomingRecords', Array(240).fill(1));
  const minutes = { MetricDataQueries: [query({ Period: 60 })] };
  assert.deepEqual(told(await ask(minutes, 61, 121)), [
    [
      'a',
      'Complete',
      [
        [60, 60],
        [120, 60],
      ],
    ],
  ]);
  assert.deepEqual(told(await ask(minutes, 60, 120)), [['a', 'Complete', [[60, 60]]]]);
});

test('what was never measured is complete and empty: another name, fewer dimensions, another unit', async () => {
  measure('IncomingRecords', [1]);
  const metric = { Namespace: NAMESPACE, MetricName: 'IncomingRecords' };
  const none = [
    query({ Metric: { ...metric, MetricName: 'IncomingBytes', Dimensions: [] } }, 'name'),
    query({ Metric: metric }, 'dimensions'),
    query({ Unit: 'Bytes' }, 'unit'),
  ];
  assert.deepEqual(told(await ask({ MetricDataQueries: [...none, query({ Unit: 'Count' }, 'same')] })), [
    ['name', 'Complete', []],
    ['dimensions', 'Complete', []],
    ['unit', 'Complete', []],
    ['same', 'Complete', [[0, 1]]],
  ]);
});

test('a query whose data is not asked back has no result', async () => {
  const found = await ask({ MetricDataQueries: [{ ...query(), ReturnData: false }, query({}, 'b')] });
  assert.deepEqual(told(found), [['b', 'Complete', []]]);
});

test('pages of every size put together are the whole answer, each datapoint once', async () => {
  measure('IncomingRecords', [1, 2, 3, 4, 5], 10);
  const request = { MetricDataQueries: [query({}, 'a'), query({ Stat: 'Maximum' }, 'b')] };
  for (const ScanBy of ['TimestampAscending', 'TimestampDescending'] as const) {
    const whole = new Map(told(await ask({ ...request, ScanBy })).map(([id, , points]) => [id, points]));
    for (let MaxDatapoints = 1; MaxDatapoints <= 11; MaxDatapoints++) {
      const gathered = new Map<unknown, unknown[]>();
      let NextToken: string | undefined;
      do {
        const page = await ask({ ...request, ScanBy, MaxDatapoints, NextToken });
        const results = told(page);
        const count = results.flatMap(([, , points]) => points as unknown[]).length;
        assert.ok(count <= MaxDatapoints, `A page of ${MaxDatapoints} had ${count} datapoints.`);
        for (const [id, , points] of results)
          gathered.set(id, [...(gathered.get(id) ?? []), ...(points as unknown[])]);
        NextToken = page.NextToken;
        const partial = results.some(([, status]) => status === 'PartialData');
        assert.equal(partial, NextToken !== undefined);
      } while (NextToken !== undefined);
      assert.deepEqual(gathered, whole);
    }
  }
});

test('a token belongs to its request', async () => {
  measure('IncomingRecords', [1, 2], 10);
  const { NextToken } = await ask({ MaxDatapoints: 1 });
  assert.ok(NextToken !== undefined, 'One datapoint of two leaves a page.');
  const refused = { code: 'InvalidNextToken', message: 'The next token specified is invalid.' };
  await assert.rejects(ask({ NextToken, MetricDataQueries: [query({ Stat: 'Maximum' })] }), refused);
  await assert.rejects(ask({ NextToken: 'x' }), refused);
  await assert.rejects(ask({ NextToken: Buffer.from('["x",0,null]').toString('base64url') }), refused);
});

const many = (count: number) => Array.from({ length: count }, (_, index) => query({}, `m${index}`));

test('five hundred queries are answered, none and one more are refused', async () => {
  assert.equal((await ask({ MetricDataQueries: many(500) })).MetricDataResults?.length, 500);
  const refused = (message: string) => ({ code: 'ValidationException', message });
  await assert.rejects(
    ask({ MetricDataQueries: many(501) }),
    refused('The collection MetricDataQueries must not have a size greater than 500.'),
  );
  await assert.rejects(
    ask({ MetricDataQueries: [] }),
    refused('The parameter MetricDataQueries is required.'),
  );
});

const AT = 'MetricDataQueries.member.1';
const PERIOD = `The parameter ${AT}.MetricStat.Period must be a value in the set [ 1, 5, 10, 20, 30 ] or a multiple of 60.`;
const REFUSED: [string, Partial<Input>, string][] = [
  [
    'no time',
    { EndTime: new Date(Date.UTC(2026, 6, 7)) },
    'The parameter StartTime must not equal parameter EndTime.',
  ],
  ['time backwards', { EndTime: new Date(0) }, 'The parameter EndTime must be greater than StartTime.'],
  ['no datapoints', { MaxDatapoints: 0 }, 'The parameter MaxDatapoints must be greater than or equal to 1.'],
  [
    'too many datapoints',
    { MaxDatapoints: 100_801 },
    'The parameter MaxDatapoints must be less than or equal to 100800.',
  ],
  [
    'an Id twice',
    { MetricDataQueries: [query(), query()] },
    'The values for parameter id in MetricDataQueries are not unique.',
  ],
  [
    'an Id with a capital',
    { MetricDataQueries: [query({}, 'A')] },
    `The value A for parameter ${AT}.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
  ],
  ['a period of nothing', { MetricDataQueries: [query({ Period: 0 })] }, PERIOD],
  ['a period of seven seconds', { MetricDataQueries: [query({ Period: 7 })] }, PERIOD],
  ['a period of a minute and a half', { MetricDataQueries: [query({ Period: 90 })] }, PERIOD],
  [
    'no statistic',
    { MetricDataQueries: [query({ Stat: 'sum' })] },
    `The value sum for parameter ${AT}.MetricStat.Stat is not a valid statistic.`,
  ],
  [
    'a percentile',
    { MetricDataQueries: [query({ Stat: 'p99.9' })] },
    `The statistic p99.9 of ${AT}.MetricStat is not kept here: ask for one of [ SampleCount, Average, Sum, Minimum, Maximum ].`,
  ],
  [
    'an expression',
    { MetricDataQueries: [{ Id: 'a', Expression: 'SUM(METRICS())' }] },
    `The expression of ${AT} is not computed here: ask for each metric by a MetricStat and compute with the answers.`,
  ],
  [
    'an expression and a metric',
    { MetricDataQueries: [{ ...query(), Expression: 'm1 / 2' }] },
    `The parameters ${AT}.Expression and ${AT}.MetricStat are mutually exclusive and you have specified both.`,
  ],
  [
    'two periods',
    { MetricDataQueries: [{ ...query(), Period: 60 }] },
    `The parameters ${AT}.Period and ${AT}.MetricStat are mutually exclusive and you have specified both.`,
  ],
  ['nothing', { MetricDataQueries: [{ Id: 'a' }] }, `The parameter ${AT}.MetricStat is required.`],
  [
    'two faults at once',
    { MetricDataQueries: [query({ Period: 7, Stat: 'sum' })] },
    `${PERIOD}\nThe value sum for parameter ${AT}.MetricStat.Stat is not a valid statistic.`,
  ],
  [
    'an order that is none',
    { ScanBy: 'Backwards' as never },
    "1 validation error detected: Value 'Backwards' at 'scanBy' failed to satisfy constraint: Member must satisfy enum value set: [TimestampDescending, TimestampAscending]",
  ],
];

for (const [what, change, message] of REFUSED)
  test(`${what} is refused`, () =>
    assert.rejects(ask(change), { name: 'ValidationException', code: 'ValidationException', message }));

test('a minute, a second and three hours are periods', async () => {
  for (const Period of [1, 5, 10, 20, 30, 60, 10_800]) await ask({ MetricDataQueries: [query({ Period })] });
});

type Listed = { Metrics: { MetricName: string }[]; NextToken?: string };
const listed = (input: object) => ports.call<Listed>(ADMINISTRATOR, 'monitoring', 'ListMetrics', input);
const names = async (input: object) => (await listed(input)).Metrics.map(({ MetricName }) => MetricName);

test('ListMetrics tells each metric that was measured, with its dimensions', async () => {
  measure('IncomingRecords', [1]);
  assert.deepEqual(await listed({}), {
    Metrics: [
      {
        Namespace: NAMESPACE,
        MetricName: 'IncomingRecords',
        Dimensions: [{ Name: 'StreamName', Value: 'orders' }],
      },
    ],
  });
});

test('ListMetrics is narrowed by namespace, name and dimensions', async () => {
  measure('A', [1]);
  measure('B', [1], 1, { StreamName: 'other', ShardId: '1' });
  assert.deepEqual(await names({ Namespace: NAMESPACE }), ['A', 'B']);
  assert.deepEqual(await names({ Namespace: 'AWS/Lambda' }), []);
  assert.deepEqual(await names({ MetricName: 'B' }), ['B']);
  assert.deepEqual(await names({ Dimensions: [{ Name: 'StreamName' }] }), ['A', 'B']);
  assert.deepEqual(await names({ Dimensions: [{ Name: 'StreamName', Value: 'orders' }] }), ['A']);
});

test('a metric is recently active for three hours', async () => {
  measure('A', [1], 3 * 3_600);
  assert.deepEqual(await names({ RecentlyActive: 'PT3H' }), ['A']);
  ports.clock.advance(1_000);
  assert.deepEqual(await names({ RecentlyActive: 'PT3H' }), []);
  assert.deepEqual(await names({}), ['A']);
});

test('ListMetrics comes in pages of five hundred', async () => {
  const all = Array.from({ length: 501 }, (_, index) => `m${String(index).padStart(3, '0')}`);
  for (const name of all) measure(name, [1], 0);
  const first = await listed({});
  assert.equal(first.Metrics.length, 500);
  assert.deepEqual(await names({ NextToken: first.NextToken }), ['m500']);
  await assert.rejects(listed({ NextToken: first.NextToken, MetricName: 'm1' }), {
    code: 'InvalidNextToken',
  });
});

test('each operation needs its own right', async () => {
  await ask();
  await listed({});
  assert.deepEqual(
    ports.calls.map(({ action, resource }) => [action, resource]),
    [
      ['cloudwatch:GetMetricData', '*'],
      ['cloudwatch:ListMetrics', '*'],
    ],
  );
});
