/** How much the pipe carries at once. Too little is not lost but late, and after 24 hours lost. */

import { lowered } from '../change.ts';
import type { Rule } from '../rule.ts';

const PLACE = 'source_parameters.0.dynamodb_stream_parameters.0';
const MEASURES = [
  { path: `${PLACE}.parallelization_factor`, what: 'batches of a shard at once' },
  { path: `${PLACE}.batch_size`, what: 'changes a batch' },
];

export const PIPE_CAPACITY: Rule = {
  name: 'pipe-capacity',
  looksAt: 'How much the pipe carries at once: fewer parallel batches, smaller batches.',
  types: ['aws_pipes_pipe'],
  judge: (change) =>
    MEASURES.flatMap(({ path, what }) => {
      const fewer = lowered(change, path);
      if (!fewer) return [];
      return [
        {
          severity: 'warn' as const,
          sentence:
            `The pipe carries ${fewer.to} ${what} instead of ${fewer.from}. At the load of a sale it may fall behind; ` +
            'what it has not read 24 hours after the write never reaches the lake.',
          nextStep:
            'Compare it with the load that the environment is meant for, in a test run before the day.',
        },
      ];
    }),
};
