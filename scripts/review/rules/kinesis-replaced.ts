/** The buffer between the pipe and Firehose goes, with what lies in it. */

import { ends, was } from '../change.ts';
import type { Rule } from '../rule.ts';

export const KINESIS_REPLACED: Rule = {
  name: 'kinesis-replaced',
  looksAt: 'A stream that is replaced or deleted.',
  types: ['aws_kinesis_stream'],
  judge(change) {
    if (!ends(change)) return [];
    const hours = was(change, 'retention_period') ?? 24;
    const because = change.replacePaths.length > 0 ? ` because of ${change.replacePaths.join(', ')}` : '';
    return [
      {
        severity: 'block',
        sentence:
          `The stream is ${change.action === 'replace' ? 'replaced' : 'deleted'}${because}. The changes of ${hours} hours in it are gone: those that ` +
          'Firehose has not read never reach the lake, and none can be replayed. Firehose, which cannot change its source, is replaced with it and starts at LATEST.',
        nextStep:
          'Keep it, or stop the pipe and let Firehose read it empty: docs/review/kinesis-replaced.md.',
      },
    ];
  },
};
