/** Changes in place that are harmless to the data and still felt: something stands still, or must not be under way. */

import type { ResourceChange } from '../../terraform/plan-json.ts';
import { turned } from '../change.ts';
import type { Rule } from '../rule.ts';

type Interruption = {
  /** Which arguments, when changed, interrupt; all but tags when absent. */
  paths?: readonly string[];
  sentence: string;
  nextStep: string;
};

/** Set by a call of their own, which interrupts nothing. */
const TAGS = new Set(['tags', 'tags_all']);

const INTERRUPTIONS: Readonly<Record<string, Interruption>> = {
  aws_pipes_pipe: {
    paths: [
      'source_parameters',
      'target_parameters',
      'target',
      'enrichment',
      'enrichment_parameters',
      'role_arn',
    ],
    sentence:
      'The pipe pauses while it is updated, for a minute or a few, and then goes on where it was. Rows arrive later, none is lost.',
    nextStep: 'Nothing to do; expect the freshness alarm only if the pause is long.',
  },
  aws_kinesis_firehose_delivery_stream: {
    paths: ['extended_s3_configuration'],
    sentence:
      'Firehose goes on delivering while it is updated: for a few minutes files may still be made by the old settings.',
    nextStep: 'Expect files of both kinds around the apply.',
  },
  aws_glue_crawler: {
    sentence:
      'A crawler cannot be updated while it crawls: AWS refuses (CrawlerRunningException), and the apply ends half way.',
    nextStep: 'Apply between two crawls; after a refusal make a new plan.',
  },
};

export const UPDATE_INTERRUPTS: Rule = {
  name: 'update-interrupts',
  looksAt: 'Changes in place that are felt while they happen: of the pipe, of Firehose, of the crawler.',
  types: Object.keys(INTERRUPTIONS),
  judge(change) {
    const interruption = INTERRUPTIONS[change.type];
    if (change.action !== 'update' || !interruption || !touches(change, interruption.paths)) return [];
    const { sentence, nextStep } = interruption;
    return [{ severity: 'note', sentence, nextStep }];
  },
};

function touches(change: ResourceChange, paths: readonly string[] | undefined): boolean {
  const asked = paths ?? Object.keys(change.after ?? {}).filter((path) => !TAGS.has(path));
  return asked.some((path) => turned(change, path) !== undefined);
}
