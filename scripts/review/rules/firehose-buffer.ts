/** How long Firehose gathers before it writes a file. */

import type { Plan, ResourceChange } from '../../terraform/plan-json.ts';
import { cannotTell, turned, UNKNOWN, willBe } from '../change.ts';
import { processorAfter } from '../processor.ts';
import type { Remark, Rule } from '../rule.ts';

const INTERVAL = 'extended_s3_configuration.0.buffering_interval';
const SIZE = 'extended_s3_configuration.0.buffering_size';
/** AWS's, where the transform's interval is not stated. */
const TRANSFORM_SECONDS_DEFAULT = 60;

export const FIREHOSE_BUFFER: Rule = {
  name: 'firehose-buffer',
  looksAt: 'How long Firehose gathers before it writes a file, against the alarm that watches it.',
  types: ['aws_kinesis_firehose_delivery_stream'],
  judge: (change, plan) => [...later(change, plan), ...smaller(change)],
};

function later(change: ResourceChange, plan: Plan): Remark[] {
  const turn = turned(change, INTERVAL);
  if (turn?.to === UNKNOWN) return [cannotTell('How long Firehose gathers', 'warn')];
  if (typeof turn?.from !== 'number' || typeof turn.to !== 'number' || turn.to <= turn.from) return [];
  const seconds = turn.to + transformSeconds(change);
  const alarm = freshnessAlarm(plan);
  if (alarm !== undefined && seconds >= alarm)
    return [
      {
        severity: 'warn',
        sentence: `Firehose and the transform gather for up to ${seconds} seconds, and the freshness alarm rings at ${alarm}: it would ring while all is well.`,
        nextStep: 'Keep the interval well under the alarm, or raise both knowingly.',
      },
    ];
  return [
    {
      severity: 'note',
      sentence: `Firehose gathers for up to ${turn.to} seconds instead of ${turn.from}: orders show in the views that much later.`,
      nextStep: 'Nothing to do, if nobody waits for them.',
    },
  ];
}

function smaller(change: ResourceChange): Remark[] {
  const turn = turned(change, SIZE);
  if (turn?.to === UNKNOWN) return [cannotTell('How much Firehose gathers', 'warn')];
  if (typeof turn?.from !== 'number' || typeof turn.to !== 'number' || turn.to >= turn.from) return [];
  return [
    {
      severity: 'note',
      sentence: `Firehose writes a file at ${turn.to} MB instead of ${turn.from}: more and smaller files, which cost more requests and slow the queries down.`,
      nextStep: 'Nothing to do at a few files a minute.',
    },
  ];
}

function transformSeconds(change: ResourceChange): number {
  const processor = processorAfter(change);
  if (processor.kind !== 'lambda') return 0;
  const text = processor.parameters.get('BufferIntervalInSeconds');
  return typeof text === 'string' ? Number(text) : TRANSFORM_SECONDS_DEFAULT;
}

/** The threshold in seconds of the alarm on DeliveryToS3.DataFreshness, when the plan knows it. */
function freshnessAlarm(plan: Plan): number | undefined {
  const alarm = plan.changes.find((each) => each.after?.['metric_name'] === 'DeliveryToS3.DataFreshness');
  const threshold = alarm && willBe(alarm, 'threshold');
  return typeof threshold === 'number' ? threshold : undefined;
}
