/** The table's stream tells something else of a change than both images: the transform has no row to make of it. */

import { cannotTell, shown, turned, UNKNOWN, willBe } from '../change.ts';
import type { Rule } from '../rule.ts';

/** What the transform can make no row of: it lies under errors/ instead. */
const LACKS: Readonly<Record<string, string>> = {
  NEW_IMAGE: ' After that no removed order becomes a row: its last state is not told any more.',
  OLD_IMAGE: ' After that no new or changed order becomes a row: its state is not told any more.',
  KEYS_ONLY: ' After that no change becomes a row: only the key of the order is told.',
};

export const STREAM_VIEW_TYPE: Rule = {
  name: 'stream-view-type',
  looksAt: "What the table's stream tells of each change.",
  types: ['aws_dynamodb_table'],
  judge(change) {
    const turn = turned(change, 'stream_view_type');
    // A stream that is switched off is the matter of stream-lost.
    if (!turn || turn.from === null || willBe(change, 'stream_enabled') === false) return [];
    if (turn.to === UNKNOWN) return [cannotTell("The stream's view type", 'block')];
    return [
      {
        severity: 'block',
        sentence:
          `The stream turns from ${shown(turn.from)} to ${shown(turn.to)}: AWS switches it off and makes a new one, ` +
          `and the changes that the pipe has not read from the old one never reach the lake.${LACKS[String(turn.to)] ?? ''}`,
        nextStep:
          'Leave the view type. If it must change, stop the writers, let the pipe drain, then follow docs/review/stream-view-type.md.',
      },
    ];
  },
};
