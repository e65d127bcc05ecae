/**
 * What an emulator reads back otherwise than AWS does, so that a plan made after an apply has more to do there. Each is
 * named by type and argument with the reason. Anything else that such a plan would do breaks the promise that an apply
 * leaves nothing to do; so does a name here that no longer happens, for then the list is out of date.
 */

import type { ChangeSummary } from '../summary/summary.ts';

export type KnownDifference = { type: string; argument: string; because: string };

export const MOTO_DIFFERENCES: readonly KnownDifference[] = [
  {
    type: 'aws_dynamodb_table',
    argument: 'on_demand_throughput',
    because: 'moto 5.2 keeps no limit of on-demand throughput',
  },
  { type: 'aws_kinesis_stream', argument: 'tags_all', because: 'moto 5.2 forgets the tags of CreateStream' },
  {
    type: 'aws_kms_key',
    argument: 'rotation_period_in_days',
    because: 'moto 5.2 answers no period of rotation',
  },
  {
    type: 'aws_lambda_function',
    argument: 'logging_config',
    because: "moto 5.2 keeps no logging configuration of a function's",
  },
];

export type Compared = {
  /** `address argument` of an update, `address action` of anything else. */
  unexpected: string[];
  seen: string[];
  /** Named in the list, and not there. */
  stale: string[];
};

type Change = Pick<ChangeSummary, 'address' | 'type' | 'action' | 'attributesLeftOut'> & {
  attributes: readonly { path: string }[];
};

export function compare(changes: readonly Change[], known: readonly KnownDifference[]): Compared {
  const found = changes.flatMap((change) => argumentsOf(change).map((argument) => ({ ...change, argument })));
  const knownOf = ({ type, argument }: (typeof found)[number]) =>
    known.find((each) => each.type === type && each.argument === argument);
  const label = ({ address, argument, action }: (typeof found)[number]) => `${address} ${argument ?? action}`;
  const seen = found.filter((each) => knownOf(each));
  const met = new Set(seen.map(knownOf));
  return {
    unexpected: found.filter((each) => !knownOf(each)).map(label),
    seen: seen.map(label),
    stale: known.filter((each) => !met.has(each)).map(({ type, argument }) => `${type} ${argument}`),
  };
}

/** Nothing but an update has single arguments that could be known; a summary that leaves some out is no update either. */
function argumentsOf({ action, attributes, attributesLeftOut }: Change): (string | undefined)[] {
  if (action !== 'update' || attributesLeftOut > 0) return [undefined];
  return [...new Set(attributes.map(({ path }) => path.split('.')[0] ?? path))];
}
