/** What a bucket, a queue, a topic, a key or a function lets in from outside: its own policy. */

import type { ResourceChange } from '../../terraform/plan-json.ts';
import { goesWithItsBucket } from '../bucket.ts';
import { cannotTell, shown, stays, UNKNOWN, was, willBe } from '../change.ts';
import { type Grant, isBroad, policyChange, widened, worded } from '../policy.ts';
import type { Remark, Rule } from '../rule.ts';

export const RESOURCE_OPENED: Rule = {
  name: 'resource-opened',
  looksAt: 'The policies of buckets, queues, topics and functions: whom they let in, and the demand for TLS.',
  types: [
    'aws_s3_bucket_policy',
    'aws_sqs_queue_policy',
    'aws_sqs_queue',
    'aws_sns_topic_policy',
    'aws_lambda_permission',
  ],
  judge(change, plan, context) {
    if (change.type === 'aws_lambda_permission') return permission(change);
    // A queue that goes takes its policy along.
    if (change.action === 'delete' && (change.type === 'aws_sqs_queue' || goesWithItsBucket(change, plan)))
      return [];
    if (
      change.action === 'delete' &&
      plan.changes.some(({ type, action }) => action === 'delete' && type === OWNERS[change.type])
    )
      return [];
    const policy = policyChange(change, 'policy', context);
    if (!policy)
      return stays(change) && was(change, 'policy') !== null
        ? [cannotTell('Whom the policy lets in', 'warn')]
        : [];
    const more = widened(policy);
    const before = policy.before.length > 0;
    const opened = before ? more : more.filter((grant) => grant.effect === 'Allow' && isBroad(grant));
    const allowed = opened.filter(({ effect }) => effect === 'Allow');
    return [
      ...letIn(allowed.filter(isBroad), 'block'),
      ...letIn(
        allowed.filter((grant) => !isBroad(grant)),
        'warn',
      ),
      ...unguarded(opened.filter(({ effect }) => effect === 'Deny')),
    ];
  },
};

const OWNERS: Readonly<Record<string, string>> = {
  aws_sns_topic_policy: 'aws_sns_topic',
  aws_sqs_queue_policy: 'aws_sqs_queue',
};

function letIn(grants: readonly Grant[], severity: Remark['severity']): Remark[] {
  if (grants.length === 0) return [];
  return [
    {
      severity,
      sentence: `The policy lets in more than before: ${grants.map(worded).join('; ')}.`,
      nextStep: 'Name one principal, its deeds and a condition on the account.',
    },
  ];
}

function unguarded(denials: readonly Grant[]): Remark[] {
  if (denials.length === 0) return [];
  const tls = denials.some(({ condition }) => JSON.stringify(condition).includes('aws:SecureTransport'));
  return [
    {
      severity: 'block',
      sentence: `The policy loses ${denials.map(worded).join('; ')}.${tls ? ' Orders may then travel unencrypted.' : ''}`,
      nextStep: 'Leave the denial.',
    },
  ];
}

/** Who may call a function. */
function permission(change: ResourceChange): Remark[] {
  if (change.action === 'delete') return [];
  const principal = willBe(change, 'principal');
  const unbound = ['source_arn', 'source_account', 'principal_org_id'].every(
    (path) => willBe(change, path) === null,
  );
  const wasUnbound = ['source_arn', 'source_account', 'principal_org_id'].every(
    (path) => was(change, path) === null,
  );
  if (principal === UNKNOWN) return [cannotTell('Who may call the function', 'block')];
  const other = principal !== was(change, 'principal');
  if (!unbound && principal !== '*') return [];
  if (!other && (wasUnbound || !unbound)) return [];
  return [
    {
      severity: 'block',
      sentence: `${principal === '*' ? 'Anyone' : `${shown(principal)}, for whatever account,`} may call the function.`,
      nextStep: 'Give the permission the ARN that it is for (source_arn).',
    },
  ];
}
