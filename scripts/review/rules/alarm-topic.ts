/** The topic on which the alarms ring. Whom it wakes is no part of the stack: a new topic wakes nobody. */

import { ends, was } from '../change.ts';
import type { Rule } from '../rule.ts';

export const ALARM_TOPIC: Rule = {
  name: 'alarm-topic',
  looksAt: 'The topic of the alarms, replaced or deleted; its subscriptions.',
  types: ['aws_sns_topic', 'aws_sns_topic_subscription'],
  judge(change) {
    if (!ends(change)) return [];
    if (change.type === 'aws_sns_topic_subscription')
      return [
        {
          severity: 'warn',
          sentence: `The subscription of ${String(was(change, 'endpoint') ?? 'somebody')} ends: alarms no longer reach them.`,
          nextStep: 'Make sure that somebody else is woken.',
        },
      ];
    return [
      {
        severity: 'warn',
        sentence:
          change.action === 'replace'
            ? `The topic ${String(was(change, 'name'))} is made anew, without the subscriptions that people made for themselves: until they subscribe again the alarms wake nobody.`
            : `The topic ${String(was(change, 'name'))} is deleted: alarms that ring on it wake nobody.`,
        nextStep: 'List the subscriptions before, and ask each to confirm again after.',
      },
    ];
  },
};
