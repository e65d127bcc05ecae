/** What follows a crawl by an event: views are published, a failure rings. */

import { isDeepStrictEqual } from 'node:util';
import type { Plan, ResourceChange } from '../../terraform/plan-json.ts';
import { cannotTell, shown, turned, UNKNOWN, was, willBe } from '../change.ts';
import type { Remark, Rule } from '../rule.ts';

const RULE = 'aws_cloudwatch_event_rule';
const TARGET = 'aws_cloudwatch_event_target';

export const EVENT_ROUTE: Rule = {
  name: 'event-route',
  looksAt: 'The rules and targets of events: after a crawl views are published, a failed crawl rings.',
  types: [RULE, TARGET, 'aws_lambda_permission'],
  judge(change, plan) {
    switch (change.type) {
      case RULE:
        return rule(change, plan);
      case TARGET:
        return target(change, plan);
      default:
        return change.action === 'delete' && !functionGoes(change, plan)
          ? [broken('The function may no longer be called by its rule')]
          : [];
    }
  },
};

function rule(change: ResourceChange, plan: Plan): Remark[] {
  const name = String(was(change, 'name'));
  if (change.action === 'delete')
    return hasHeir(change, plan, ['event_pattern', 'schedule_expression'])
      ? []
      : [broken(`The rule ${name} is deleted`)];
  const remarks: Remark[] = [];
  const state = turned(change, 'state');
  const enabled = turned(change, 'is_enabled');
  if ((state && state.to === 'DISABLED') || enabled?.to === false)
    remarks.push(broken(`The rule ${name} is disabled`));
  const pattern = turned(change, 'event_pattern');
  if (pattern?.to === UNKNOWN) remarks.push(cannotTell(`What the rule ${name} listens to`, 'warn'));
  else if (pattern && !sameJson(pattern.from, pattern.to))
    remarks.push(
      broken(`The rule ${name} listens to ${shown(pattern.to)} instead of ${shown(pattern.from)}`),
    );
  return remarks;
}

function target(change: ResourceChange, plan: Plan): Remark[] {
  const id = String(was(change, 'target_id'));
  if (change.action === 'delete')
    return hasHeir(change, plan, ['arn']) || ruleGoes(change, plan)
      ? []
      : [broken(`The target ${id} of the rule ${String(was(change, 'rule'))} is removed`)];
  const turn = turned(change, 'arn');
  // Its new ARN is not known while the function or the topic is made anew.
  if (!turn || turn.to === UNKNOWN) return [];
  return [broken(`The target ${id} is ${shown(turn.to)} instead of ${shown(turn.from)}`)];
}

function broken(what: string): Remark {
  return {
    severity: 'warn',
    sentence: `${what}: what followed it does not happen any more. After a crawl views are published by an event, and a failed crawl rings by one.`,
    nextStep: 'After the apply, run `npm run apply-views` once, and see that the next crawl publishes.',
  };
}

function hasHeir(change: ResourceChange, plan: Plan, paths: readonly string[]): boolean {
  return plan.changes.some(
    (each) =>
      each.type === change.type &&
      each.action === 'create' &&
      paths.every((path) => sameJson(was(change, path), willBe(each, path))),
  );
}

/** The rule itself speaks for its targets. */
function ruleGoes(change: ResourceChange, plan: Plan): boolean {
  return plan.changes.some(
    (each) => each.type === RULE && each.action === 'delete' && was(each, 'name') === was(change, 'rule'),
  );
}

function functionGoes(change: ResourceChange, plan: Plan): boolean {
  return plan.changes.some(
    (each) =>
      each.type === 'aws_lambda_function' &&
      each.action === 'delete' &&
      was(each, 'function_name') === was(change, 'function_name'),
  );
}

/** Terraform and AWS order the members of a document as they like. */
function sameJson(one: unknown, other: unknown): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(String(one)), JSON.parse(String(other)));
  } catch {
    return one === other;
  }
}
