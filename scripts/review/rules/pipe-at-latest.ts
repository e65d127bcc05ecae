/** A pipe that starts at LATEST skips what was written before it began to read. */

import { cannotTell, set, UNKNOWN, was, willBe } from '../change.ts';
import type { Rule } from '../rule.ts';

const POSITION = 'source_parameters.0.dynamodb_stream_parameters.0.starting_position';

export const PIPE_AT_LATEST: Rule = {
  name: 'pipe-at-latest',
  looksAt: 'Where a pipe starts to read: the position LATEST, on a pipe that is made or made anew.',
  types: ['aws_pipes_pipe'],
  judge(change) {
    // A replaced pipe starts again even when its position stays.
    const starts = change.action === 'replace' || set(change, POSITION) !== undefined;
    const position = willBe(change, POSITION);
    if (!starts || change.action === 'delete') return [];
    if (position === UNKNOWN) return [cannotTell("The pipe's starting position", 'block')];
    if (position !== 'LATEST') return [];
    const again =
      was(change, POSITION) === null
        ? 'Orders written before it begins to read'
        : 'Orders written between the end of the old pipe and the begin of the new';
    return [
      {
        severity: 'block',
        sentence: `The pipe starts at LATEST. ${again} never reach the lake, and nothing says which they were.`,
        nextStep: 'Start at TRIM_HORIZON: it repeats up to 24 hours, and the views drop repeats by event_id.',
      },
    ];
  },
};
