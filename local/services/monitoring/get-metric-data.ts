/**
 * GetMetricData: statistics of metrics over spans of time, in pages of a number of datapoints.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 *
 * A page goes on where the one before it ended: with the same query, behind its last datapoint, and then the next ones.
 */

import type { Clock } from '../../clock.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import type { Row } from '../../metrics/rows.ts';
import { MINUTE, startOf } from '../../metrics/series.ts';
import { transaction } from '../../operation.ts';
import type { Operation } from '../../ports.ts';
import { type Query, type Request, readRequest, type Statistic } from './queries.ts';
import { digestOf, readToken, writeToken } from './token.ts';

type Datapoint = { at: number; value: number };
type Result = {
  Id: string;
  Label: string;
  Timestamps: Date[];
  Values: number[];
  StatusCode: 'Complete' | 'PartialData';
};

export function getMetricData(metrics: Metrics, clock: Clock): Operation {
  return transaction({
    service: 'monitoring',
    name: 'GetMetricData',
    parse: readRequest,
    permissions: () => [{ action: 'cloudwatch:GetMetricData', resource: '*' }],
    run: (_tx, request) => page(request, (query) => datapoints(metrics, query, request, clock.now())),
  });
}

/** Where a page begins: at a query, behind the datapoint of that second. */
type Place = { query: number; after: number | undefined };

function page(request: Request, datapointsOf: (query: Query) => Datapoint[]) {
  const { queries, newestFirst, datapointsMax } = request;
  const digest = digestOf([queries, request.startTime, request.endTime, newestFirst]);
  const begin = placeOf(request, digest);
  const results: Result[] = [];
  let room = datapointsMax;
  let next: Place | undefined;
  queries.slice(begin.query).forEach((query, index) => {
    const { after } = index === 0 ? begin : { after: undefined };
    const left = datapointsOf(query).filter(
      ({ at }) => after === undefined || (newestFirst ? at < after : at > after),
    );
    const shown = left.slice(0, room);
    room -= shown.length;
    const complete = shown.length === left.length;
    if (!complete) next ??= { query: begin.query + index, after: shown.at(-1)?.at ?? after };
    results.push({
      Id: query.id,
      Label: query.label,
      Timestamps: shown.map(({ at }) => new Date(at * 1_000)),
      Values: shown.map(({ value }) => value),
      StatusCode: complete ? 'Complete' : 'PartialData',
    });
  });
  const NextToken = next && writeToken([digest, next.query, next.after ?? null]);
  return { MetricDataResults: results, Messages: [], ...(NextToken === undefined ? {} : { NextToken }) };
}

function placeOf({ nextToken, queries }: Request, digest: string): Place {
  if (nextToken === undefined) return { query: 0, after: undefined };
  const place = readToken(nextToken, ([of, query, after]) =>
    of === digest &&
    typeof query === 'number' &&
    query in queries &&
    (after === null || typeof after === 'number')
      ? { query, after: after ?? undefined }
      : undefined,
  );
  return place;
}

/** Those of the whole request, in the order in which they are asked for. */
function datapoints(metrics: Metrics, query: Query, request: Request, now: number): Datapoint[] {
  const metric = metrics.find(query.subject, query.name);
  if (!metric || (query.unit !== undefined && query.unit !== metric.unit)) return [];
  const { from, until } = windowOf(request.startTime / 1_000, request.endTime / 1_000, query.period);
  const rows = metric.series.spans(Math.floor(now / 1_000), from, until, query.period);
  const found = rows.map((row) => ({ at: row.at, value: statisticOf(row, query.statistic) }));
  return request.newestFirst ? found.reverse() : found;
}

/**
 * The start is inclusive and rounded down to the period, so that the first datapoint is whole. The end is exclusive:
 * below a minute it is rounded down to the period, too; from a minute on, a minute that has begun before it counts.
 */
function windowOf(start: number, end: number, period: number): { from: number; until: number } {
  const from = startOf(start, period);
  return { from, until: period < MINUTE ? startOf(end, period) : Math.ceil(end / MINUTE) * MINUTE };
}

function statisticOf({ sum, minimum, maximum, count }: Row, statistic: Statistic): number {
  switch (statistic) {
    case 'SampleCount':
      return count;
    case 'Average':
      return sum / count;
    case 'Sum':
      return sum;
    case 'Minimum':
      return minimum;
    case 'Maximum':
      return maximum;
  }
}
