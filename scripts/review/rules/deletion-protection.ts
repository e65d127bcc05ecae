/** A guard against deletion goes: AWS's own on the table, or Terraform's refusal to delete a bucket that holds files. */

import { cannotTell, turned, UNKNOWN } from '../change.ts';
import type { Rule } from '../rule.ts';

const GUARDS: Readonly<Record<string, { path: string; safe: boolean; sentence: string }>> = {
  aws_dynamodb_table: {
    path: 'deletion_protection_enabled',
    safe: true,
    sentence:
      'The table loses its deletion protection: from then on one call, by Terraform or by hand, deletes every order.',
  },
  aws_s3_bucket: {
    path: 'force_destroy',
    safe: false,
    sentence:
      'Terraform may from then on delete the bucket with everything in it; until now it refused while a file was left.',
  },
};

export const DELETION_PROTECTION: Rule = {
  name: 'deletion-protection',
  looksAt:
    'The guards against deletion: deletion_protection_enabled of the table, force_destroy of the buckets.',
  types: Object.keys(GUARDS),
  judge(change) {
    const guard = GUARDS[change.type];
    const turn = guard && turned(change, guard.path);
    if (!guard || !turn) return [];
    if (turn.to === UNKNOWN) return [cannotTell(`The argument ${guard.path}`, 'block')];
    const wasSafe = (turn.from ?? false) === guard.safe;
    const isSafe = (turn.to ?? false) === guard.safe;
    if (!wasSafe || isSafe) return [];
    return [
      {
        severity: 'block',
        sentence: guard.sentence,
        nextStep: 'Leave the guard, unless the deletion itself is the next change and has been agreed.',
      },
    ];
  },
};
