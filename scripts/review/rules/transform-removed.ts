/** Firehose hands changes to no transform, to another one, or gives up on it sooner. */

import type { Json } from '../../terraform/plan-json.ts';
import { cannotTell, shown, stays, UNKNOWN, type Unknown } from '../change.ts';
import { processorAfter, processorBefore } from '../processor.ts';
import type { Remark, Rule } from '../rule.ts';

/** AWS's, where it is not stated. */
const RETRIES_DEFAULT = 3;

export const TRANSFORM_REMOVED: Rule = {
  name: 'transform-removed',
  looksAt: 'Whether Firehose has changes transformed, by which function, and how often it tries.',
  types: ['aws_kinesis_firehose_delivery_stream'],
  judge(change) {
    if (!stays(change)) return [];
    const before = processorBefore(change);
    const after = processorAfter(change);
    if (before.kind !== 'lambda') return [];
    switch (after.kind) {
      case 'unknown':
        return [cannotTell('Whether Firehose has changes transformed', 'block')];
      case 'none':
        return [REMOVED];
      case 'lambda':
        return [
          ...otherFunction(before.parameters.get('LambdaArn'), after.parameters.get('LambdaArn')),
          ...fewerRetries(before.parameters.get('NumberOfRetries'), after.parameters.get('NumberOfRetries')),
        ];
      default:
        return after satisfies never;
    }
  },
};

const REMOVED: Remark = {
  severity: 'block',
  sentence:
    'Firehose transforms nothing any more: changes lie in the lake as DynamoDB tells them, one behind the other without a line ' +
    'break. The crawler finds other columns than the views ask for, and unchecked orders are among them.',
  nextStep: 'Keep the processor; to change what a row is, change lambdas/transform.',
};

function otherFunction(from: Json | Unknown | undefined, to: Json | Unknown | undefined): Remark[] {
  if (from === to) return [];
  return [
    {
      severity: 'warn',
      sentence: `Firehose has changes transformed by ${shown(to ?? null)} instead of ${shown(from ?? null)}: what it answers are the rows of the lake.`,
      nextStep:
        'Make sure that it makes rows of schemas/lake-row.schema.json, and that Firehose may call it.',
    },
  ];
}

function fewerRetries(from: Json | Unknown | undefined, to: Json | Unknown | undefined): Remark[] {
  if (to === UNKNOWN) return [cannotTell('How often Firehose tries the transform', 'warn')];
  const [before, after] = [retries(from), retries(to)];
  if (after >= before) return [];
  return [
    {
      severity: 'warn',
      sentence: `Firehose calls a failing transform ${after} times more instead of ${before}, then the batch lies under errors/: a short trouble of Lambda costs orders a way around.`,
      nextStep: 'Leave it at 3 or more.',
    },
  ];
}

function retries(value: Json | Unknown | undefined): number {
  return typeof value === 'string' ? Number(value) : RETRIES_DEFAULT;
}
