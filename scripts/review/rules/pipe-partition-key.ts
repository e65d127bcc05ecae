/** Which shard of Kinesis a change goes to. */

import { cannotTell, set, shown, UNKNOWN } from '../change.ts';
import type { Rule } from '../rule.ts';

const KEY = 'target_parameters.0.kinesis_stream_parameters.0.partition_key';

export const PIPE_PARTITION_KEY: Rule = {
  name: 'pipe-partition-key',
  looksAt: 'The partition key by which the pipe spreads changes over the shards.',
  types: ['aws_pipes_pipe'],
  judge(change) {
    const turn = set(change, KEY);
    if (!turn) return [];
    if (turn.to === UNKNOWN) return [cannotTell('The partition key', 'warn')];
    if (turn.to === null) return [];
    if (!String(turn.to).startsWith('$.'))
      return [
        {
          severity: 'block',
          sentence:
            `The partition key is the constant "${shown(turn.to)}": every order goes to one shard, which takes 1,000 records ` +
            'or 1 MB a second, however many shards there are. Beyond that the pipe falls behind until changes expire.',
          nextStep: 'Use $.eventID, which spreads changes evenly.',
        },
      ];
    if (change.action === 'create') return [];
    return [
      {
        severity: 'warn',
        sentence:
          `Changes are spread over the shards by ${shown(turn.to)} instead of ${shown(turn.from)}. The views do not mind, but ` +
          'a key that few values share the load of (an order, a product, a region) wears out one shard on a busy day.',
        nextStep:
          'Count how many different values a busy minute has, and watch WriteProvisionedThroughputExceeded after.',
      },
    ];
  },
};
