/** What Firehose's files look like. Athena reads old and new files as one table. */

import type { ResourceChange } from '../../terraform/plan-json.ts';
import { cannotTell, set, shown, stays, turned, UNKNOWN, was, willBe } from '../change.ts';
import type { Remark, Rule } from '../rule.ts';

const PLACE = 'extended_s3_configuration.0';
/** https://docs.aws.amazon.com/athena/latest/ug/compression-formats.html */
const UNREADABLE = new Set(['ZIP']);
const CONVERSION = `${PLACE}.data_format_conversion_configuration.0.enabled`;
const PARTITIONING = `${PLACE}.dynamic_partitioning_configuration.0.enabled`;

export const FIREHOSE_FORMAT: Rule = {
  name: 'firehose-format',
  looksAt: 'What the files look like: compression, file extension, conversion, dynamic partitioning.',
  types: ['aws_kinesis_firehose_delivery_stream'],
  judge: (change) => [
    ...compression(change),
    ...extension(change),
    ...conversion(change),
    ...partitioning(change),
  ],
};

function compression(change: ResourceChange): Remark[] {
  const turn = turned(change, `${PLACE}.compression_format`);
  if (!turn || (turn.to !== UNKNOWN && (turn.from ?? 'UNCOMPRESSED') === (turn.to ?? 'UNCOMPRESSED')))
    return [];
  if (turn.to === UNKNOWN) return [cannotTell("The files' compression", 'warn')];
  const readable = !UNREADABLE.has(String(turn.to));
  return [
    {
      severity: readable ? 'warn' : 'block',
      sentence: readable
        ? `Files are ${shown(turn.to)} instead of ${shown(turn.from)}. Athena reads both side by side, by the end of the name; size, cost and time of the queries change.`
        : `Files are ${shown(turn.to)} instead of ${shown(turn.from)}, which Athena does not read in a table of JSON: new orders are in the lake and in no view.`,
      nextStep: 'Try it in dev: let a crawl run, and ask a view for the orders of that hour.',
    },
  ];
}

function extension(change: ResourceChange): Remark[] {
  const turn = turned(change, `${PLACE}.file_extension`);
  if (!turn) return [];
  if (turn.to === UNKNOWN) return [cannotTell("The end of the files' names", 'block')];
  const gzip = willBe(change, `${PLACE}.compression_format`) === 'GZIP';
  const misleading = turn.to !== null && String(turn.to).endsWith('.gz') !== gzip;
  return [
    {
      severity: misleading ? 'block' : 'warn',
      sentence: misleading
        ? `Files end in ${shown(turn.to)} and ${gzip ? 'are' : 'are not'} gzipped. Athena tells compression by the end of the name alone: it reads noise, and queries over the new orders fail.`
        : `Files end in ${shown(turn.to)} instead of ${shown(turn.from)}.`,
      nextStep: 'Let the end of the name say the compression, or leave it to Firehose.',
    },
  ];
}

function conversion(change: ResourceChange): Remark[] {
  const turn = turned(change, CONVERSION);
  const from = turn?.from === true;
  const to = turn?.to === true;
  if (turn?.to === UNKNOWN && stays(change))
    return [cannotTell('Whether Firehose converts its files', 'block')];
  if (from === to) return [];
  return [
    {
      severity: 'block',
      sentence: to
        ? 'Firehose converts its files to a columnar format, under the same prefix as the JSON of before. A table has one format: the views fail on the old files or on the new.'
        : 'Firehose goes back from a columnar format to JSON under the same prefix. A table has one format: the views fail on the old files or on the new.',
      nextStep:
        'Give the new format a prefix, a table and views of its own, and turn the questions when it is whole.',
    },
  ];
}

function partitioning(change: ResourceChange): Remark[] {
  const turn = change.action === 'create' ? undefined : set(change, PARTITIONING);
  if (!turn || (turn.to !== UNKNOWN && (turn.to === true) === (was(change, PARTITIONING) === true)))
    return [];
  if (turn.to === UNKNOWN) return [cannotTell('Whether Firehose partitions by content', 'block')];
  return [
    {
      severity: 'block',
      sentence:
        'Dynamic partitioning can be chosen only when a delivery stream is made, so the stream is replaced; and the folders ' +
        'change, which breaks the partitions that the crawler and the views know.',
      nextStep:
        'Make a second delivery stream with a prefix of its own, and let the old one run until it is proven.',
    },
  ];
}
