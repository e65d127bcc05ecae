/** A bucket that keeps no earlier version of its files: a slip of the hand is final. */

import { goesWithItsBucket, isResults } from '../bucket.ts';
import { cannotTell, stays, UNKNOWN, was, willBe } from '../change.ts';
import type { Rule } from '../rule.ts';

const STATUS = 'versioning_configuration.0.status';

export const LAKE_VERSIONING: Rule = {
  name: 'lake-versioning',
  looksAt: 'Versioning of the buckets: suspended, or its resource removed.',
  types: ['aws_s3_bucket_versioning'],
  judge(change, plan) {
    if (was(change, STATUS) !== 'Enabled' || isResults(String(was(change, 'bucket')))) return [];
    const after = change.action === 'delete' ? 'Suspended' : willBe(change, STATUS);
    if (stays(change) && after === UNKNOWN) return [cannotTell("The bucket's versioning", 'block')];
    if (after === 'Enabled') return [];
    // With its bucket it goes by itself; lake-replaced speaks of that.
    if (goesWithItsBucket(change, plan)) return [];
    return [
      {
        severity: 'block',
        sentence:
          'The lake keeps no versions any more: a file that is overwritten or deleted from then on, by hand or by a wrong lifecycle, is gone with its orders.',
        nextStep: 'Leave it Enabled and shorten noncurrentExpireAfterDays if the old versions cost too much.',
      },
    ];
  },
};
