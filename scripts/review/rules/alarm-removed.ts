/** Nobody is woken any more by something that used to wake them. */

import { isDeepStrictEqual } from 'node:util';
import type { Plan, ResourceChange } from '../../terraform/plan-json.ts';
import { cannotTell, list, stays, turned, UNKNOWN, was, willBe } from '../change.ts';
import type { Remark, Rule } from '../rule.ts';

/** What an alarm watches; a new alarm on the same is the same alarm by another name. */
const WATCHED = ['namespace', 'metric_name', 'dimensions', 'statistic', 'comparison_operator'];

export const ALARM_REMOVED: Rule = {
  name: 'alarm-removed',
  looksAt: 'Alarms that are deleted, or ring nowhere.',
  types: ['aws_cloudwatch_metric_alarm', 'aws_cloudwatch_composite_alarm'],
  judge(change, plan) {
    const name = String(was(change, 'alarm_name'));
    if (change.action === 'delete')
      return hasHeir(change, plan) ? [] : [silent(`The alarm ${name} is deleted`, change)];
    if (!stays(change)) return [];
    return [...disabled(change, name), ...mute(change, name)];
  },
};

function disabled(change: ResourceChange, name: string): Remark[] {
  const turn = turned(change, 'actions_enabled');
  if (!turn || turn.from === false || turn.to === true || turn.to === null) return [];
  if (turn.to === UNKNOWN) return [cannotTell(`Whether the alarm ${name} rings`, 'warn')];
  return [silent(`The alarm ${name} rings nowhere any more (actions_enabled is false)`, change)];
}

function mute(change: ResourceChange, name: string): Remark[] {
  const turn = turned(change, 'alarm_actions');
  // The topic's ARN is not known while the topic is made anew; alarm-topic speaks of that.
  if (!turn || turn.to === UNKNOWN) return [];
  if (list(turn.from).length === 0 || list(turn.to).length > 0) return [];
  return [silent(`The alarm ${name} rings nowhere any more (it has no alarm_actions)`, change)];
}

function silent(what: string, change: ResourceChange): Remark {
  const meaning = was(change, 'alarm_description');
  return {
    severity: 'warn',
    sentence: `${what}. Nobody is told any more of: ${typeof meaning === 'string' ? meaning : 'what it watched'}`,
    nextStep: 'Keep it. One that rings without cause is better given another threshold than removed.',
  };
}

function hasHeir(change: ResourceChange, plan: Plan): boolean {
  return plan.changes.some(
    (each) =>
      each.type === change.type &&
      each.after !== null &&
      was(change, 'metric_name') !== null &&
      WATCHED.every((path) => isDeepStrictEqual(was(change, path), willBe(each, path))),
  );
}
