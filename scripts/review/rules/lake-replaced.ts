/** The bucket of every order that ever was goes. */

import { isResults } from '../bucket.ts';
import { ends, was } from '../change.ts';
import type { Rule } from '../rule.ts';

export const LAKE_REPLACED: Rule = {
  name: 'lake-replaced',
  looksAt: 'A bucket that is replaced or deleted.',
  types: ['aws_s3_bucket'],
  judge(change) {
    if (!ends(change)) return [];
    const bucket = String(was(change, 'bucket'));
    const how = change.action === 'replace' ? 'replaced by an empty one' : 'deleted';
    if (isResults(bucket))
      return [
        {
          severity: 'warn',
          sentence: `The bucket of query results is ${how}: results of earlier questions are gone and must be asked for again.`,
          nextStep: 'Tell whoever reads results from there.',
        },
      ];
    const empties =
      was(change, 'force_destroy') === true
        ? 'force_destroy is set, so it goes with everything in it'
        : 'Terraform refuses as long as a file is in it, and the apply ends half way';
    return [
      {
        severity: 'block',
        sentence: `The lake ${bucket} is ${how}: ${empties}. It holds every order that the table has ever had; nothing else does.`,
        nextStep:
          'Keep it. If it must move, copy it first and compare the counts: docs/review/lake-replaced.md.',
      },
    ];
  },
};
