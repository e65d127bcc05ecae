/** A bucket that others than its account may reach. */

import type { Plan, ResourceChange } from '../../terraform/plan-json.ts';
import { goesWithItsBucket } from '../bucket.ts';
import { cannotTell, set, shown, turned, UNKNOWN } from '../change.ts';
import type { Remark, Rule } from '../rule.ts';

const BLOCKS = ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets'];

export const BUCKET_EXPOSED: Rule = {
  name: 'bucket-exposed',
  looksAt: 'What keeps a bucket private: public access block, object ownership, ACLs.',
  types: [
    'aws_s3_bucket_public_access_block',
    'aws_s3_account_public_access_block',
    'aws_s3_bucket_ownership_controls',
    'aws_s3_bucket_acl',
    'aws_s3_bucket',
  ],
  judge(change, plan) {
    switch (change.type) {
      case 'aws_s3_bucket_ownership_controls':
        return ownership(change, plan);
      case 'aws_s3_bucket':
        return [...acl(change), ...inline(change)];
      case 'aws_s3_bucket_acl':
        return acl(change);
      default:
        return publicAccess(change, plan);
    }
  },
};

function publicAccess(change: ResourceChange, plan: Plan): Remark[] {
  if (change.action === 'delete')
    return goesWithItsBucket(change, plan)
      ? []
      : [opened('Nothing blocks public access to the bucket any more')];
  return BLOCKS.flatMap((path) => {
    const turn = set(change, path);
    if (!turn) return [];
    if (turn.to === UNKNOWN) return [cannotTell(`The argument ${path}`, 'block')];
    return turn.to === true || (change.action !== 'create' && turn.from !== true)
      ? []
      : [opened(`${path} is off`)];
  });
}

function opened(what: string): Remark {
  return {
    severity: 'block',
    sentence: `${what}: a policy or an ACL that is wrong by one word then shows every order to anyone.`,
    nextStep: 'Leave all four on. Who must read from outside gets a role in this account.',
  };
}

function ownership(change: ResourceChange, plan: Plan): Remark[] {
  const turn = turned(change, 'rule.0.object_ownership');
  const goes = change.action === 'delete' && !goesWithItsBucket(change, plan);
  if (!goes && !turn) return [];
  if (turn?.to === 'BucketOwnerEnforced') return [];
  return [
    {
      severity: 'warn',
      sentence: `Object ownership is ${goes ? 'left to S3’s default' : shown(turn?.to ?? null)}: ACLs count again beside the policies, and a file may belong to another account.`,
      nextStep: 'Leave it BucketOwnerEnforced.',
    },
  ];
}

/** Deprecated arguments of the bucket itself: nothing of this repository sets them. */
const INLINE = ['grant', 'policy', 'website'];

function inline(change: ResourceChange): Remark[] {
  return INLINE.flatMap((path) => {
    const to = set(change, path)?.to;
    if (to === undefined || to === UNKNOWN || to === null || (Array.isArray(to) && to.length === 0))
      return [];
    return [opened(`The bucket gets a ${path} of its own`)];
  });
}

function acl(change: ResourceChange): Remark[] {
  const turn = set(change, 'acl');
  if (!turn || turn.to === UNKNOWN || !/public|authenticated|write/.test(String(turn.to))) return [];
  return [opened(`The bucket's ACL is ${shown(turn.to)}`)];
}
