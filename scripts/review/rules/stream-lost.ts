/** The table's stream goes away, with its table or without: what the pipe has not read is lost to it, and it is dead. */

import type { ResourceChange } from '../../terraform/plan-json.ts';
import { cannotTell, turned, UNKNOWN, was } from '../change.ts';
import type { Rule } from '../rule.ts';

export const STREAM_LOST: Rule = {
  name: 'stream-lost',
  looksAt: 'Whether the table keeps its stream: a replaced or deleted table, a stream switched off.',
  types: ['aws_dynamodb_table'],
  judge(change) {
    if (was(change, 'stream_enabled') !== true) return [];
    if (turned(change, 'stream_enabled')?.to === UNKNOWN)
      return [cannotTell('Whether the table keeps its stream', 'block')];
    const event = loss(change);
    if (!event) return [];
    return [
      {
        severity: 'block',
        sentence:
          `${event} Changes of up to 24 hours that the pipe has not read yet never reach the lake, and the pipe stays ` +
          'dead: a stream that is made anew has another ARN, and a pipe cannot be given another source.',
        nextStep:
          'Leave the table and its stream. If they must go, drain the pipe first: docs/review/stream-lost.md.',
      },
    ];
  },
};

function loss(change: ResourceChange): string | undefined {
  switch (change.action) {
    case 'replace': {
      const because = change.replacePaths.length > 0 ? ` because of ${change.replacePaths.join(', ')}` : '';
      return `The table is replaced${because}, so its stream ends, and the new table is empty.`;
    }
    case 'delete':
      return 'The table is deleted, and its stream with it.';
    default:
      return turned(change, 'stream_enabled')?.to === false || turned(change, 'stream_enabled')?.to === null
        ? "The table's stream is switched off."
        : undefined;
  }
}
