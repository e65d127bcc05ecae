/** The table can be restored to fewer points in time, or to none. */

import { cannotTell, lowered, turned, UNKNOWN } from '../change.ts';
import type { Rule } from '../rule.ts';

const ENABLED = 'point_in_time_recovery.0.enabled';
const DAYS = 'point_in_time_recovery.0.recovery_period_in_days';

export const TABLE_RECOVERY: Rule = {
  name: 'table-recovery',
  looksAt: 'Point-in-time recovery of the table: switched off, or fewer days.',
  types: ['aws_dynamodb_table'],
  judge(change) {
    const enabled = turned(change, ENABLED);
    if (enabled?.from === true && enabled.to === UNKNOWN)
      return [cannotTell('Whether the table keeps point-in-time recovery', 'block')];
    if (enabled?.from === true && enabled.to !== true)
      return [
        {
          severity: 'block',
          sentence:
            'Point-in-time recovery is switched off. AWS drops every recovery point at once: orders that are deleted or ' +
            'overwritten by mistake after that, or were before, cannot be had back.',
          nextStep: 'Leave it on; it costs by the size of the table. To give it up, take a backup first.',
        },
      ];
    const days = lowered(change, DAYS);
    if (!days) return [];
    return [
      {
        severity: 'warn',
        sentence: `The table can be restored to any second of the last ${days.to} days instead of ${days.from}; the points before that are gone at once.`,
        nextStep: `Make sure that nobody needs the state of the orders of more than ${days.to} days ago.`,
      },
    ];
  },
};
