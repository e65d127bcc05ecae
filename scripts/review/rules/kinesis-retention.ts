/** How long a change can be read again from Kinesis. */

import { cannotTell, lowered, turned, UNKNOWN } from '../change.ts';
import type { Rule } from '../rule.ts';

export const KINESIS_RETENTION: Rule = {
  name: 'kinesis-retention',
  looksAt: 'The retention of the stream: fewer hours.',
  types: ['aws_kinesis_stream'],
  judge(change) {
    if (change.action === 'update' && turned(change, 'retention_period')?.to === UNKNOWN)
      return [cannotTell("The stream's retention", 'block')];
    const fewer = lowered(change, 'retention_period');
    if (!fewer || change.action !== 'update') return [];
    return [
      {
        severity: 'block',
        sentence:
          `The stream keeps a change for ${fewer.to} hours instead of ${fewer.from}. Whatever is older cannot be read any more ` +
          'from that moment on: if Firehose lags, or a replay was planned, those orders are gone.',
        nextStep:
          'See first that the iterator age is near zero and that nobody means to replay; then waive it for this change.',
      },
    ];
  },
};
