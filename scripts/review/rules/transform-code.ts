/** Other code runs in the pipeline. A plan shows only that it is other; what it does is in the change's sources. */

import type { EnvironmentName } from '../../../stacks/names.ts';
import { BASE_NAMES, nameIn } from '../../../stacks/names.ts';
import type { ResourceChange } from '../../terraform/plan-json.ts';
import { shown, turned, was } from '../change.ts';
import type { Remark, Rule } from '../rule.ts';

const PLACES = ['source_code_hash', 'handler', 'layers', 'environment.0.variables'];

export const TRANSFORM_CODE: Rule = {
  name: 'transform-code',
  looksAt: 'Other code of a Lambda, another runtime, a function that is deleted.',
  types: ['aws_lambda_function'],
  judge: (change, _plan, { environment }) => [
    ...code(change, environment),
    ...runtime(change),
    ...gone(change, environment),
  ],
};

function code(change: ResourceChange, environment: EnvironmentName): Remark[] {
  const other = PLACES.filter((path) => turned(change, path) !== undefined);
  if (other.length === 0) return [];
  return [
    {
      severity: 'note',
      sentence: isTransform(change, environment)
        ? `The transform is other code (${other.join(', ')}): rows from then on may have another form than those in the lake.`
        : `The function is other code (${other.join(', ')}).`,
      nextStep: isTransform(change, environment)
        ? 'Read the change of lambdas/transform and of schemas/: a column that changes its type splits the table.'
        : 'Read the change of its sources.',
    },
  ];
}

function runtime(change: ResourceChange): Remark[] {
  return ['runtime', 'architectures', 'package_type'].flatMap((path) => {
    const turn = turned(change, path);
    if (!turn) return [];
    return [
      {
        severity: 'warn' as const,
        sentence: `The function runs on ${shown(turn.to)} instead of ${shown(turn.from)}. If the bundle does not start there, every batch fails and its orders lie under errors/.`,
        nextStep: 'Let it run in dev first, with orders.',
      },
    ];
  });
}

function gone(change: ResourceChange, environment: EnvironmentName): Remark[] {
  if (change.action !== 'delete' || !isTransform(change, environment)) return [];
  return [
    {
      severity: 'block',
      sentence:
        'The transform is deleted. As long as Firehose calls it, every batch fails and its orders lie under errors/.',
      nextStep: 'Keep it, or give Firehose its successor in a change before this one.',
    },
  ];
}

function isTransform(change: ResourceChange, environment: EnvironmentName): boolean {
  const name = was(change, 'function_name') ?? change.after?.['function_name'];
  return name === nameIn(environment, BASE_NAMES.transform);
}
