/** Where Firehose puts its files. The partitions, the crawler's table and so the views hang on it. */

import type { ResourceChange } from '../../terraform/plan-json.ts';
import { cannotTell, shown, turned, UNKNOWN } from '../change.ts';
import type { Remark, Rule } from '../rule.ts';

const PLACE = 'extended_s3_configuration.0';

export const FIREHOSE_PREFIX: Rule = {
  name: 'firehose-prefix',
  looksAt: 'Where the files go: prefix, error prefix, time zone of the partitions, bucket.',
  types: ['aws_kinesis_firehose_delivery_stream'],
  judge: (change) => [...orders(change), ...errors(change), ...timeZone(change), ...bucket(change)],
};

function orders(change: ResourceChange): Remark[] {
  const turn = turned(change, `${PLACE}.prefix`);
  if (!turn) return [];
  if (turn.to === UNKNOWN) return [cannotTell("The files' prefix", 'block')];
  return [
    {
      severity: 'block',
      sentence:
        `Files go to ${shown(turn.to ?? 'YYYY/MM/dd/HH/ (by default)')} instead of ${shown(turn.from)}. The crawler takes other folders for other partitions or a ` +
        'second table, and the views, which read the partitions of today, show no new order.',
      nextStep:
        'Change the crawler’s path, the rights of the roles and sql/views in the same change: docs/review/firehose-prefix.md.',
    },
  ];
}

function errors(change: ResourceChange): Remark[] {
  const turn = turned(change, `${PLACE}.error_output_prefix`);
  if (!turn) return [];
  if (turn.to === UNKNOWN) return [cannotTell("The failed records' prefix", 'warn')];
  return [
    {
      severity: 'warn',
      sentence:
        `Records that fail go to ${shown(turn.to)} instead of ${shown(turn.from)}. \`npm run errors\` looks under errors/, ` +
        'the lifecycle counts their days there, and the role may write only there.',
      nextStep: 'Keep it under errors/, or change the command, the lifecycle and the role with it.',
    },
  ];
}

function timeZone(change: ResourceChange): Remark[] {
  const turn = turned(change, `${PLACE}.custom_time_zone`);
  if (!turn || turn.to === UNKNOWN || (turn.from ?? 'UTC') === (turn.to ?? 'UTC')) return [];
  return [
    {
      severity: 'warn',
      sentence: `The hours in the files' names are counted in ${shown(turn.to)} instead of ${shown(turn.from)}: around the change an hour's partition is filled twice or not at all.`,
      nextStep: 'Leave it UTC; say the time zone of a question in its view.',
    },
  ];
}

function bucket(change: ResourceChange): Remark[] {
  const turn = turned(change, `${PLACE}.bucket_arn`);
  if (!turn) return [];
  return [
    {
      severity: 'block',
      sentence: `Files go to ${shown(turn.to ?? 'YYYY/MM/dd/HH/ (by default)')} instead of ${shown(turn.from)}: the crawler does not look there, and what is in the old bucket is in no view with the new.`,
      nextStep: 'Copy the lake first, and turn the crawler and the views in the same change.',
    },
  ];
}
