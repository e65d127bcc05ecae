/**
 * What GetMetricData is asked: its shape, and what is wrong with it in CloudWatch's words. CloudWatch names all that is
 * wrong with a request at once, a line each. Sentences without an address are in the form of its others; those about
 * what only the engine refuses are ours.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */

import { AwsError } from '../../aws-error.ts';
import type { Subject } from '../../metrics/metrics.ts';
import { MINUTE } from '../../metrics/series.ts';
import { flag, inputOf, list, number, oneOf, structure, text, textOf, timestamp } from '../../shape.ts';

export const STATISTICS = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const;
export type Statistic = (typeof STATISTICS)[number];

export type Query = {
  id: string;
  label: string;
  subject: Subject;
  name: string;
  unit: string | undefined;
  /** Seconds. */
  period: number;
  statistic: Statistic;
};

export type Request = {
  queries: Query[];
  /** Milliseconds. */
  startTime: number;
  endTime: number;
  newestFirst: boolean;
  datapointsMax: number;
  nextToken: string | undefined;
};

const QUERIES_MAX = 500;
const DATAPOINTS_MAX = 100_800;
const DIMENSIONS_MAX = 30;
const ID = /^[a-z][a-zA-Z0-9_]*$/;
const PERIODS_BELOW_A_MINUTE = [1, 5, 10, 20, 30];
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html */
const EXTENDED_STATISTIC = /^(p\d|tm\d|wm\d|tc\d|ts\d|IQM$|(TM|WM|TC|TS|PR)\()/i;
const DYNAMIC_LABEL = '$' + '{';

const name = textOf(1, 255);
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html */
const dimension = structure({ Name: name, Value: textOf(1, 1024) });
const metric = structure(
  {},
  { Namespace: name, MetricName: name, Dimensions: list(dimension, 0, DIMENSIONS_MAX) },
);
const metricStat = structure({ Metric: metric, Period: number, Stat: text }, { Unit: text });
const query = structure(
  { Id: name },
  {
    MetricStat: metricStat,
    Expression: text,
    Label: text,
    ReturnData: flag,
    Period: number,
    AccountId: name,
  },
);

const read = inputOf(
  structure(
    { MetricDataQueries: list(query), StartTime: timestamp, EndTime: timestamp },
    {
      ScanBy: oneOf(['TimestampDescending', 'TimestampAscending']),
      MaxDatapoints: number,
      NextToken: text,
      LabelOptions: structure({}, { Timezone: text }),
    },
  ),
);

type Input = ReturnType<typeof read>;
type InputQuery = ReturnType<typeof query>;

export function readRequest(raw: unknown): Request {
  const input = read(raw);
  const problems = [
    ...problemsOfRequest(input),
    ...input.MetricDataQueries.flatMap((each, index) =>
      problemsOfQuery(each, `MetricDataQueries.member.${index + 1}`),
    ),
  ];
  if (problems.length > 0) throw new AwsError('ValidationException', problems.join('\n'));
  return {
    queries: input.MetricDataQueries.filter(({ ReturnData }) => ReturnData !== false).map(queryOf),
    startTime: input.StartTime,
    endTime: input.EndTime,
    newestFirst: input.ScanBy !== 'TimestampAscending',
    datapointsMax: input.MaxDatapoints ?? DATAPOINTS_MAX,
    nextToken: input.NextToken,
  };
}

function problemsOfRequest({
  MetricDataQueries: queries,
  StartTime,
  EndTime,
  MaxDatapoints,
}: Input): string[] {
  const problems: string[] = [];
  if (queries.length === 0) problems.push('The parameter MetricDataQueries is required.');
  if (queries.length > QUERIES_MAX)
    problems.push(`The collection MetricDataQueries must not have a size greater than ${QUERIES_MAX}.`);
  if (StartTime === EndTime) problems.push('The parameter StartTime must not equal parameter EndTime.');
  if (StartTime > EndTime) problems.push('The parameter EndTime must be greater than StartTime.');
  if (new Set(queries.map(({ Id }) => Id)).size < queries.length)
    problems.push('The values for parameter id in MetricDataQueries are not unique.');
  if (MaxDatapoints !== undefined && MaxDatapoints < 1)
    problems.push('The parameter MaxDatapoints must be greater than or equal to 1.');
  if (MaxDatapoints !== undefined && MaxDatapoints > DATAPOINTS_MAX)
    problems.push(`The parameter MaxDatapoints must be less than or equal to ${DATAPOINTS_MAX}.`);
  return problems;
}

function problemsOfQuery(each: InputQuery, at: string): string[] {
  const problems: string[] = [];
  const exclusive = (a: string, b: string) =>
    problems.push(
      `The parameters ${at}.${a} and ${at}.${b} are mutually exclusive and you have specified both.`,
    );
  const { Id, MetricStat, Expression, Period, Label, AccountId } = each;
  if (!ID.test(Id))
    problems.push(
      `The value ${Id} for parameter ${at}.Id is not matching the expected pattern ${ID.source}.`,
    );
  if (MetricStat && Expression !== undefined) exclusive('Expression', 'MetricStat');
  if (MetricStat && Period !== undefined) exclusive('Period', 'MetricStat');
  if (!MetricStat && Expression === undefined) problems.push(`The parameter ${at}.MetricStat is required.`);
  if (!MetricStat && Expression !== undefined)
    problems.push(
      `The expression of ${at} is not computed here: ask for each metric by a MetricStat and compute with the answers.`,
    );
  if (Label?.includes(DYNAMIC_LABEL))
    problems.push(
      `The dynamic label of ${at} is not computed here: give a Label without ${DYNAMIC_LABEL}…}.`,
    );
  if (AccountId !== undefined)
    problems.push(`The AccountId of ${at} cannot be followed here: there is one account. Leave it out.`);
  return MetricStat ? [...problems, ...problemsOfMetric(MetricStat, `${at}.MetricStat`)] : problems;
}

function problemsOfMetric(stat: ReturnType<typeof metricStat>, at: string): string[] {
  const { Metric, Period, Stat, Unit } = stat;
  const problems: string[] = [];
  if (Metric.Namespace === undefined) problems.push(`The parameter ${at}.Metric.Namespace is required.`);
  if (Metric.MetricName === undefined) problems.push(`The parameter ${at}.Metric.MetricName is required.`);
  if (!PERIODS_BELOW_A_MINUTE.includes(Period) && (Period < MINUTE || Period % MINUTE !== 0))
    problems.push(
      `The parameter ${at}.Period must be a value in the set [ ${PERIODS_BELOW_A_MINUTE.join(', ')} ] or a multiple of ${MINUTE}.`,
    );
  if (EXTENDED_STATISTIC.test(Stat))
    problems.push(
      `The statistic ${Stat} of ${at} is not kept here: ask for one of [ ${STATISTICS.join(', ')} ].`,
    );
  else if (!isStatistic(Stat))
    problems.push(`The value ${Stat} for parameter ${at}.Stat is not a valid statistic.`);
  if (Unit !== undefined && !UNITS.includes(Unit))
    problems.push(`The parameter ${at}.Unit must be a value in the set [ ${UNITS.join(', ')} ].`);
  return problems;
}

function isStatistic(value: string): value is Statistic {
  return (STATISTICS as readonly string[]).includes(value);
}

/** Of a query in which nothing was wrong. */
function queryOf({ Id, Label, MetricStat }: InputQuery): Query {
  const { Metric, Period, Stat, Unit } = MetricStat as NonNullable<typeof MetricStat>;
  const named = Metric.MetricName as string;
  return {
    id: Id,
    label: Label ?? named,
    subject: {
      namespace: Metric.Namespace as string,
      dimensions: Object.fromEntries((Metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
    },
    name: named,
    unit: Unit,
    period: Period,
    statistic: Stat as Statistic,
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
const SIZES = ['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes'];
const BITS = ['Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits'];
const UNITS: readonly string[] = [
  'Seconds',
  'Microseconds',
  'Milliseconds',
  ...SIZES,
  ...BITS,
  'Percent',
  'Count',
  ...[...SIZES, ...BITS, 'Count'].map((each) => `${each}/Second`),
  'None',
];
