/** The pipe hands on something else than the change it read, or hands it to somebody else. */

import type { Plan, ResourceChange } from '../../terraform/plan-json.ts';
import { cannotTell, set, shown, turned, UNKNOWN } from '../change.ts';
import type { Remark, Rule } from '../rule.ts';

const RESHAPING = [
  { path: 'target_parameters.0.input_template', what: 'an input template' },
  { path: 'enrichment', what: 'an enrichment' },
];

export const PIPE_RESHAPES: Rule = {
  name: 'pipe-reshapes',
  looksAt: 'What the pipe hands on, and to whom: input template, enrichment, target.',
  types: ['aws_pipes_pipe'],
  judge: (change, plan) => [...reshaped(change), ...redirected(change, plan)],
};

function reshaped(change: ResourceChange): Remark[] {
  return RESHAPING.flatMap(({ path, what }) => {
    const turn = set(change, path);
    if (!turn || turn.to === null) return [];
    if (turn.to === UNKNOWN) return [cannotTell(`Whether the pipe has ${what}`, 'block')];
    return [
      {
        severity: 'block' as const,
        sentence:
          `The pipe gets ${what} (${shown(turn.to)}). The transform expects a change as DynamoDB tells it; of anything else it ` +
          'makes no row, and the orders lie under errors/ instead of in the lake.',
        nextStep:
          'Change the form in lambdas/transform, where it has a test, and leave the pipe to carry only.',
      },
    ];
  });
}

function redirected(change: ResourceChange, plan: Plan): Remark[] {
  const turn = turned(change, 'target');
  if (!turn) return [];
  // The ARN of a stream that is made anew; kinesis-replaced says what that means.
  const anew = plan.changes.some(({ type, action }) => type === 'aws_kinesis_stream' && action === 'replace');
  if (turn.to === UNKNOWN) return anew ? [] : [cannotTell("The pipe's target", 'warn')];
  return [
    {
      severity: 'warn',
      sentence:
        `The pipe writes to ${shown(turn.to)} instead of ${shown(turn.from)}. Orders reach the lake only if Firehose reads ` +
        'from there too, from before the first of them.',
      nextStep: 'Have Firehose read the new stream first, and let it read the old one empty.',
    },
  ];
}
