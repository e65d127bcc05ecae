/** An alarm rings later, or for less, or watches something else. */

import { isDeepStrictEqual } from 'node:util';
import type { Json, ResourceChange } from '../../terraform/plan-json.ts';
import { cannotTell, shown, stays, turned, UNKNOWN, type Unknown, was, willBe } from '../change.ts';
import type { Remark, Rule } from '../rule.ts';

/** What the alarm looks at and how; any change is another alarm. */
const ASPECTS = [
  'metric_name',
  'namespace',
  'statistic',
  'extended_statistic',
  'comparison_operator',
  'treat_missing_data',
];

export const ALARM_LOOSENED: Rule = {
  name: 'alarm-loosened',
  looksAt: 'Alarms that ring later or for less: threshold, time, what is watched.',
  types: ['aws_cloudwatch_metric_alarm'],
  judge: (change) => (stays(change) ? [...threshold(change), ...patience(change), ...aspect(change)] : []),
};

function threshold(change: ResourceChange): Remark[] {
  const turn = turned(change, 'threshold');
  if (!turn) return [];
  if (turn.to === UNKNOWN) return [cannotTell("The alarm's threshold", 'warn')];
  const { from, to } = turn;
  if (typeof from !== 'number' || typeof to !== 'number') return [];
  const above = !String(willBe(change, 'comparison_operator')).startsWith('Less');
  if (above ? to <= from : to >= from) return [];
  return [loosened(change, `it rings ${above ? 'above' : 'below'} ${to} instead of ${from}`)];
}

/** The least time for which something is wrong before anyone hears of it. */
function patience(change: ResourceChange): Remark[] {
  const before = seconds((path) => was(change, path));
  const after = seconds((path) => willBe(change, path));
  if (after === undefined || before === undefined || after <= before) return [];
  return [loosened(change, `it rings after ${after} seconds of trouble instead of ${before}`)];
}

function seconds(read: (path: string) => Json | Unknown): number | undefined {
  const [period, periods, points] = ['period', 'evaluation_periods', 'datapoints_to_alarm'].map(read);
  const count = typeof points === 'number' && points > 0 ? points : periods;
  return typeof period === 'number' && typeof count === 'number' ? period * count : undefined;
}

function aspect(change: ResourceChange): Remark[] {
  const remarks = ASPECTS.flatMap((path) => {
    const turn = turned(change, path);
    // Missing data that rings is stricter than missing data that does not.
    if (!turn || (path === 'treat_missing_data' && turn.from !== 'breaching' && turn.to !== 'ignore'))
      return [];
    return [loosened(change, `its ${path} is ${shown(turn.to)} instead of ${shown(turn.from)}`)];
  });
  const from = was(change, 'dimensions');
  const to = willBe(change, 'dimensions');
  if (to !== UNKNOWN && !isDeepStrictEqual(from, to))
    remarks.push(loosened(change, `it watches ${shown(to)} instead of ${shown(from)}`));
  return remarks;
}

function loosened(change: ResourceChange, how: string): Remark {
  return {
    severity: 'warn',
    sentence: `The alarm ${shown(was(change, 'alarm_name'))} is another one: ${how}. What it is for: ${shown(was(change, 'alarm_description'))}`,
    nextStep: 'Say in the pull request which trouble would now go unnoticed, and for how long.',
  };
}
