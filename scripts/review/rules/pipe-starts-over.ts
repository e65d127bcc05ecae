/** A pipe that is made anew forgets how far it had read, and begins at its starting position. */

import { cannotTell, shown, turned, UNKNOWN, willBe } from '../change.ts';
import type { Rule } from '../rule.ts';

const POSITION = 'source_parameters.0.dynamodb_stream_parameters.0.starting_position';

export const PIPE_STARTS_OVER: Rule = {
  name: 'pipe-starts-over',
  looksAt: 'A pipe that is replaced, or reads from another source: the new one starts over.',
  types: ['aws_pipes_pipe'],
  judge(change) {
    const source = turned(change, 'source');
    if (change.action !== 'replace' && !source) return [];
    if (change.action !== 'replace' && source?.to === UNKNOWN)
      return [cannotTell("The pipe's source", 'warn')];
    const because = change.replacePaths.length > 0 ? ` because of ${change.replacePaths.join(', ')}` : '';
    const other = source
      ? ' It reads another stream than before: nothing of the old one is read any more.'
      : '';
    const position = willBe(change, POSITION);
    // pipe-at-latest says what LATEST skips.
    const effect =
      position === 'TRIM_HORIZON'
        ? ' It starts at TRIM_HORIZON: up to 24 hours of changes travel a second time (the views drop them by event_id), and rows arrive late until it has caught up.'
        : ` It starts over at ${shown(position)}.`;
    return [
      {
        severity: 'warn',
        sentence: `The pipe is replaced${because}.${other}${effect}`,
        nextStep: 'Do it at a quiet hour, and watch the iterator age and the freshness until both are back.',
      },
    ];
  },
};
