/**
 * STS: tells a caller who they are. Roles are not handed out here: a part of the engine acts as its role by itself,
 * and a Lambda finds its role's keys in its environment, so nobody has to assume one.
 */

import { createHash } from 'node:crypto';
import { AwsError } from '../../aws-error.ts';
import type { Operation, Part, Principal, Refusal } from '../../ports.ts';

type CallerIdentity = { UserId: string; Account: string; Arn: string };

/** Needs no permission, not even against an explicit deny:
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
function getCallerIdentity(account: string): Operation<unknown, CallerIdentity> {
  return {
    kind: 'transaction',
    service: 'sts',
    name: 'GetCallerIdentity',
    parse: (input) => input,
    permissions: () => [],
    run: (_tx, _input, { principal }) => ({ Account: account, ...callerOf(principal, account) }),
  };
}

function callerOf(principal: Principal, account: string): Pick<CallerIdentity, 'Arn' | 'UserId'> {
  switch (principal.kind) {
    case 'user':
      return { Arn: principal.arn, UserId: uniqueId('AIDA', principal.arn) };
    case 'role': {
      const name = principal.roleArn.slice(principal.roleArn.lastIndexOf('/') + 1);
      return {
        Arn: `arn:aws:sts::${account}:assumed-role/${name}/${principal.session}`,
        UserId: `${uniqueId('AROA', principal.roleArn)}:${principal.session}`,
      };
    }
    case 'service':
    case 'aws':
      throw new AwsError('AccessDenied', 'Services have no caller identity.', 403);
  }
}

/** IAM's unique ids (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html), here the same for
 * the same ARN in every run. */
function uniqueId(prefix: string, arn: string): string {
  const digest = createHash('sha256').update(arn).digest('hex').toUpperCase();
  return prefix + digest.slice(0, 17);
}

const REFUSALS: Refusal[] = [
  {
    service: 'sts',
    name: 'AssumeRole',
    sentence:
      "The engine's parts act as the roles of the stack by themselves; sign with the user key instead (AWS_ACCESS_KEY_ID=local, AWS_SECRET_ACCESS_KEY=local).",
  },
  {
    service: 'sts',
    name: 'GetSessionToken',
    sentence:
      'The user key of the engine needs no session; sign with it as it is (AWS_ACCESS_KEY_ID=local, AWS_SECRET_ACCESS_KEY=local).',
  },
];

export const identity: Part = {
  name: 'identity',
  kinds: [],
  open: (_stack, { account }) => ({ operations: [getCallerIdentity(account)], refusals: REFUSALS }),
};
