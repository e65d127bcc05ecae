/** A stream that changes between a stated number of shards and on-demand capacity. */

import { cannotTell, shown, turned, UNKNOWN, willBe } from '../change.ts';
import type { Rule } from '../rule.ts';

export const KINESIS_MODE: Rule = {
  name: 'kinesis-mode',
  looksAt: 'The capacity mode of the stream: provisioned or on demand.',
  types: ['aws_kinesis_stream'],
  judge(change) {
    const turn = turned(change, 'stream_mode_details.0.stream_mode');
    if (!turn) return [];
    if (turn.to === UNKNOWN) return [cannotTell("The stream's capacity mode", 'warn')];
    const effect =
      turn.to === 'ON_DEMAND'
        ? 'AWS then adds shards by itself, up to twice the peak of the last 30 days: a sale that is steeper than that is throttled for a quarter of an hour, and each gigabyte costs more.'
        : `It then takes what ${shown(willBe(change, 'shard_count'))} shards take (1,000 changes or 1 MB a second each) and not more.`;
    return [
      {
        severity: 'warn',
        sentence: `The stream turns from ${shown(turn.from)} to ${shown(turn.to)}. ${effect} It can be turned twice in 24 hours and no more.`,
        nextStep: 'Do it days before a sale or after it, never on the day.',
      },
    ];
  },
};
