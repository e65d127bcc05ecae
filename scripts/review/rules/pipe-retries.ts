/** The pipe never gives up: one change that cannot be delivered holds up its whole shard until it expires. */

import type { Json } from '../../terraform/plan-json.ts';
import { cannotTell, set, UNKNOWN, type Unknown } from '../change.ts';
import type { Rule } from '../rule.ts';

const PLACE = 'source_parameters.0.dynamodb_stream_parameters.0';
const BOUNDS = [
  { path: `${PLACE}.maximum_retry_attempts`, what: 'The number of retries' },
  { path: `${PLACE}.maximum_record_age_in_seconds`, what: 'The age at which a change is given up' },
];

export const PIPE_RETRIES: Rule = {
  name: 'pipe-retries',
  looksAt: 'The bounds of the retries of a pipe: how often, and for how long.',
  types: ['aws_pipes_pipe'],
  judge(change) {
    return BOUNDS.flatMap(({ path, what }) => {
      const turn = set(change, path);
      if (!turn) return [];
      // The provider works the age out by itself where the stack does not say it; AWS's default is no bound.
      if (turn.to === UNKNOWN && change.action !== 'create') return [cannotTell(what, 'block')];
      if (!isInfinite(turn.to) || (change.action !== 'create' && isInfinite(turn.from))) return [];
      return [
        {
          severity: 'block' as const,
          sentence:
            `${what} has no bound${turn.to === -1 ? '' : ' (absent is infinite to AWS)'}. A change that cannot be delivered then ` +
            'blocks its shard until it expires after 24 hours, and the orders behind it expire with it.',
          nextStep: 'Give it a bound and keep the dead letter queue, as environments.ts does.',
        },
      ];
    });
  },
};

function isInfinite(value: Json | Unknown): boolean {
  return value === null || value === UNKNOWN || value === -1;
}
