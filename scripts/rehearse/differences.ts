/**
 * What an emulator reads back otherwise than AWS does, so that a plan made right after an apply has something to do
 * there. Each is named by type and argument with the reason. Anything else that such a plan would do breaks the promise
 * that an apply leaves nothing to do; so does a name here that no longer happens, for then the list is out of date.
 */

import type { Plan, ResourceChange } from '../terraform/plan-json.ts';

export type KnownDifference = { type: string; argument: string; because: string };

/** Of moto 5.2. */
export const MOTO_DIFFERENCES: readonly KnownDifference[] = [
  {
    type: 'aws_dynamodb_table',
    argument: 'on_demand_throughput',
    because: 'moto keeps no limit of on-demand throughput',
  },
  { type: 'aws_kinesis_stream', argument: 'tags_all', because: 'moto forgets the tags of CreateStream' },
  {
    type: 'aws_kms_key',
    argument: 'rotation_period_in_days',
    because: 'moto answers no period of rotation',
  },
  {
    type: 'aws_lambda_function',
    argument: 'logging_config',
    because: 'moto keeps no logging configuration of a function',
  },
];

export type Compared = {
  /** `address argument`, or `address action` where more than an update is planned. */
  unexpected: string[];
  seen: string[];
  /** Named in the list, and not there. */
  stale: string[];
};

export function compare(plan: Plan, known: readonly KnownDifference[]): Compared {
  const isKnown = (type: string, argument: string) =>
    known.some((each) => each.type === type && each.argument === argument);
  const found = plan.changes
    .filter(({ action }) => action !== 'no-op' && action !== 'read')
    .flatMap((change) =>
      change.action === 'update'
        ? changedArguments(change).map((argument) => ({ ...change, what: argument, isUpdate: true }))
        : [{ ...change, what: change.action as string, isUpdate: false }],
    );
  const label = ({ address, what }: { address: string; what: string }) => `${address} ${what}`;
  return {
    unexpected: found.filter(({ type, what, isUpdate }) => !isUpdate || !isKnown(type, what)).map(label),
    seen: found.filter(({ type, what, isUpdate }) => isUpdate && isKnown(type, what)).map(label),
    stale: known
      .filter(({ type, argument }) => !found.some((each) => each.type === type && each.what === argument))
      .map(({ type, argument }) => `${type} ${argument}`),
  };
}

function changedArguments({ before, after, unknown }: ResourceChange): string[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].sort();
  return names.filter(
    (name) => unknown[name] !== true && JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]),
  );
}
