/** What a Lambda of the pipeline may use: time, memory, how many at once. */

import type { Json, ResourceChange } from '../../terraform/plan-json.ts';
import { cannotTell, lowered, shown, turned, UNKNOWN, type Unknown } from '../change.ts';
import type { Remark, Rule } from '../rule.ts';

/** https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html: Firehose waits five minutes. */
const SECONDS_MAX = 300;

export const TRANSFORM_LIMITS: Rule = {
  name: 'transform-limits',
  looksAt: 'What the Lambdas may use: timeout, memory, reserved concurrency.',
  types: ['aws_lambda_function'],
  judge: (change) => [...time(change), ...memory(change), ...concurrency(change)],
};

function time(change: ResourceChange): Remark[] {
  const turn = turned(change, 'timeout');
  if (!turn) return [];
  if (turn.to === UNKNOWN) return [cannotTell("The function's timeout", 'warn')];
  const { from, to } = turn;
  if (typeof to !== 'number' || typeof from !== 'number') return [];
  if (to > SECONDS_MAX)
    return [
      {
        severity: 'warn',
        sentence: `The function may run for ${to} seconds, but Firehose waits for ${SECONDS_MAX} and then calls again: the first answer is thrown away.`,
        nextStep: 'Stay at 300 seconds or below.',
      },
    ];
  if (to >= from) return [];
  return [
    {
      severity: 'warn',
      sentence: `The function may run for ${to} seconds instead of ${from}. A full batch that takes longer fails as a whole; after the retries its orders lie under errors/.`,
      nextStep: 'Compare it with the Maximum of the Duration metric, with room for a cold start.',
    },
  ];
}

function memory(change: ResourceChange): Remark[] {
  if (turned(change, 'memory_size')?.to === UNKNOWN) return [cannotTell("The function's memory", 'warn')];
  const less = lowered(change, 'memory_size');
  if (!less) return [];
  return [
    {
      severity: 'warn',
      sentence: `The function has ${less.to} MB of memory instead of ${less.from}, and that much less CPU: a full batch takes longer, or does not fit.`,
      nextStep: 'Try it with full batches first (npm run bench), and watch Duration and Errors after.',
    },
  ];
}

function concurrency(change: ResourceChange): Remark[] {
  const turn = turned(change, 'reserved_concurrent_executions');
  if (!turn) return [];
  if (turn.to === UNKNOWN) return [cannotTell("The function's reserved concurrency", 'warn')];
  const after = atOnce(turn.to);
  if (after === 0)
    return [
      {
        severity: 'block',
        sentence:
          'The function’s reserved concurrency is 0: AWS refuses every call. Batches fail, and after the retries their orders lie under errors/.',
        nextStep: 'Leave it unreserved (-1).',
      },
    ];
  if (after >= atOnce(turn.from)) return [];
  return [
    {
      severity: 'warn',
      sentence: `At most ${shown(turn.to)} of the function run at once. Firehose calls it for every shard and is throttled beyond that, so orders arrive late.`,
      nextStep: 'Reserve at least as many as there are shards.',
    },
  ];
}

/** -1 and absent are: as many as the account has. */
function atOnce(value: Json | Unknown): number {
  return typeof value === 'number' && value >= 0 ? value : Number.POSITIVE_INFINITY;
}
