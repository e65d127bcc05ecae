/** When the crawler looks. A new hour is in no view before it has. */

import { cannotTell, shown, turned, UNKNOWN } from '../change.ts';
import type { Rule } from '../rule.ts';

export const CRAWLER_SCHEDULE: Rule = {
  name: 'crawler-schedule',
  looksAt: "The crawler's schedule: removed, or another one.",
  types: ['aws_glue_crawler'],
  judge(change) {
    const turn = turned(change, 'schedule');
    if (!turn) return [];
    if (turn.to === UNKNOWN) return [cannotTell("The crawler's schedule", 'warn')];
    if (turn.to === null)
      return [
        {
          severity: 'warn',
          sentence:
            'Nothing starts the crawler any more: the partitions of new hours join no table, the views stop at the last crawl, and changed views are not published.',
          nextStep: 'Give it a schedule, or start it by something that cannot be forgotten.',
        },
      ];
    if (turn.from === null) return [];
    return [
      {
        severity: 'note',
        sentence: `The crawler looks at ${shown(turn.to)} instead of ${shown(turn.from)}; a new hour shows in the views after the next crawl.`,
        nextStep: 'Count what a crawl costs by how many it makes a day.',
      },
    ];
  },
};
