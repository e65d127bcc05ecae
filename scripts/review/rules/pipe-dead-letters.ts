/** Where the pipe names the changes on which it gave up: the queue goes, or forgets sooner. */

import type { ResourceChange } from '../../terraform/plan-json.ts';
import { cannotTell, lowered, set, shown, UNKNOWN } from '../change.ts';
import type { Remark, Rule } from '../rule.ts';

const TARGET = 'source_parameters.0.dynamodb_stream_parameters.0.dead_letter_config.0.arn';

export const PIPE_DEAD_LETTERS: Rule = {
  name: 'pipe-dead-letters',
  looksAt: 'The queue of dead letters: removed from the pipe, deleted, replaced, or kept for less time.',
  types: ['aws_pipes_pipe', 'aws_sqs_queue'],
  judge: (change) => (change.type === 'aws_pipes_pipe' ? ofPipe(change) : ofQueue(change)),
};

function ofPipe(change: ResourceChange): Remark[] {
  const turn = set(change, TARGET);
  // The queue's ARN is known only after the apply whenever the queue is new.
  if (!turn || (turn.to === UNKNOWN && turn.from === null)) return [];
  if (turn.to === UNKNOWN) return [cannotTell('The queue that takes the dead letters', 'warn')];
  if (turn.to === null)
    return [
      {
        severity: 'block',
        sentence:
          'The pipe has no queue of dead letters: a change on which it gives up is gone without a trace, and no alarm rings.',
        nextStep: 'Give dead_letter_config the ARN of a queue that is watched.',
      },
    ];
  if (turn.from === null) return [];
  return [
    {
      severity: 'warn',
      sentence: `Dead letters go to ${shown(turn.to)} instead of ${shown(turn.from)}. The alarm watches the queue that it names.`,
      nextStep: 'Empty the old queue first, and point the alarm and the right to send at the new one.',
    },
  ];
}

function ofQueue(change: ResourceChange): Remark[] {
  if (change.action === 'delete' || change.action === 'replace')
    return [
      {
        severity: 'block',
        sentence:
          'The queue is deleted with the dead letters in it: which changes were given up, and where in the stream they lie, is forgotten.',
        nextStep: 'Read the queue empty, and bring each change home, before it goes (docs/RUNBOOK.md).',
      },
    ];
  const kept = lowered(change, 'message_retention_seconds');
  if (!kept) return [];
  return [
    {
      severity: 'warn',
      sentence: `A dead letter is kept for ${hours(kept.to)} hours instead of ${hours(kept.from)}; older ones are dropped.`,
      nextStep: 'Read the queue first, and make sure that a weekend still fits.',
    },
  ];
}

function hours(seconds: number): string {
  return String(Math.round((seconds / 3600) * 10) / 10);
}
