/** A delivery stream that is made anew begins at the end of Kinesis, wherever the old one was. */

import { ends } from '../change.ts';
import type { Rule } from '../rule.ts';

export const FIREHOSE_REPLACED: Rule = {
  name: 'firehose-replaced',
  looksAt: 'A delivery stream that is replaced or deleted.',
  types: ['aws_kinesis_firehose_delivery_stream'],
  judge(change) {
    if (!ends(change)) return [];
    const because = change.replacePaths.length > 0 ? ` because of ${change.replacePaths.join(', ')}` : '';
    return [
      {
        severity: 'block',
        sentence:
          change.action === 'replace'
            ? `The delivery stream is replaced${because}. Firehose begins to read at LATEST and cannot be told otherwise: what the old one held in its buffer, and what comes before the new one reads, never reaches the lake by itself.`
            : 'The delivery stream is deleted with what it holds in its buffer: no order reaches the lake any more. Kinesis keeps what comes for its retention.',
        nextStep:
          'Keep it, or note the time and bring the gap home out of Kinesis: docs/review/firehose-replaced.md.',
      },
    ];
  },
};
