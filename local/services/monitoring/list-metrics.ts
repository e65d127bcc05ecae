/**
 * ListMetrics: the metrics that were measured, by namespace, name and dimensions.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html
 */

import type { Clock } from '../../clock.ts';
import type { Metric, Metrics } from '../../metrics/metrics.ts';
import { MINUTES_KEPT_SECONDS, SECONDS_KEPT } from '../../metrics/series.ts';
import { transaction } from '../../operation.ts';
import type { Operation } from '../../ports.ts';
import { flag, inputOf, list, oneOf, structure, text, textOf } from '../../shape.ts';
import { digestOf, readToken, writeToken } from './token.ts';

const PAGE_METRICS = 500;
const FILTERS_MAX = 10;

const name = textOf(1, 255);
const read = inputOf(
  structure(
    {},
    {
      Namespace: name,
      MetricName: name,
      Dimensions: list(structure({ Name: name }, { Value: textOf(1, 1024) }), 0, FILTERS_MAX),
      RecentlyActive: oneOf(['PT3H']),
      NextToken: text,
      // There is one account, so there is nothing more to include.
      IncludeLinkedAccounts: flag,
      OwningAccount: name,
    },
  ),
);
type Input = ReturnType<typeof read>;

export function listMetrics(metrics: Metrics, clock: Clock): Operation {
  return transaction({
    service: 'monitoring',
    name: 'ListMetrics',
    parse: read,
    permissions: () => [{ action: 'cloudwatch:ListMetrics', resource: '*' }],
    run(_tx, input) {
      const now = Math.floor(clock.now() / 1_000);
      const found = metrics
        .all()
        .filter((metric) => fits(metric, input, now))
        .map((metric) => ({ metric, key: keyOf(metric) }))
        .sort((a, b) => (a.key < b.key ? -1 : 1));
      const digest = digestOf({ ...input, NextToken: undefined });
      const after = input.NextToken === undefined ? '' : keyAfter(input.NextToken, digest);
      const left = found.filter(({ key }) => key > after);
      const shown = left.slice(0, PAGE_METRICS);
      const last = shown.at(-1);
      return {
        Metrics: shown.map(({ metric }) => ({
          Namespace: metric.namespace,
          MetricName: metric.name,
          Dimensions: Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
        })),
        ...(last && left.length > shown.length ? { NextToken: writeToken([digest, last.key]) } : {}),
      };
    },
  });
}

function fits({ namespace, name: named, dimensions, series }: Metric, input: Input, now: number): boolean {
  const age = now - series.newestAt();
  return (
    (input.Namespace === undefined || input.Namespace === namespace) &&
    (input.MetricName === undefined || input.MetricName === named) &&
    (input.Dimensions ?? []).every(({ Name, Value }) =>
      Value === undefined ? Name in dimensions : dimensions[Name] === Value,
    ) &&
    age <= (input.RecentlyActive === undefined ? MINUTES_KEPT_SECONDS : SECONDS_KEPT)
  );
}

function keyOf({ namespace, name: named, dimensions }: Metric): string {
  return JSON.stringify([namespace, named, Object.entries(dimensions)]);
}

function keyAfter(token: string, digest: string): string {
  return readToken(token, ([of, key]) => (of === digest && typeof key === 'string' ? key : undefined));
}
