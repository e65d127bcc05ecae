/**
 * One decision, as AWS makes it within an account: an explicit deny wins, then an allow, and without one the answer
 * is no. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 *
 * The account's user is its administrator and can only be denied; a service has no policy of its own and needs the
 * resource's; the cloud's own plumbing is asked nothing.
 */

import type { Permission, Principal } from '../ports.ts';
import type { RequestContext } from './condition.ts';
import type { Statement } from './policy.ts';
import { accountOf, arnsOf, names, roleNameOf } from './principal-pattern.ts';

export type Decision =
  | { kind: 'allowed' }
  | { kind: 'denied'; by: 'identity-based' | 'resource-based' }
  /** Nothing allows it; `by` is the kind of policy that could. */
  | { kind: 'not allowed'; by: 'identity-based' | 'resource-based' };

export type Policies = {
  /** By the role's name. */
  identity: ReadonlyMap<string, readonly Statement[]>;
  /** By the service whose resources they protect (`s3`, `lambda`, `sqs`). */
  resource: ReadonlyMap<string, readonly Statement[]>;
  account: string;
  region: string;
};

export function decide(policies: Policies, principal: Principal, permission: Permission): Decision {
  if (principal.kind === 'aws') return { kind: 'allowed' };
  const context = contextOf(policies, principal);
  const action = permission.action.toLowerCase();
  const applies = (statement: Statement): boolean =>
    statement.action(action) &&
    statement.resource(permission.resource) &&
    statement.conditions.every((condition) => condition(context));
  const identity = (
    principal.kind === 'role' ? (policies.identity.get(roleNameOf(principal.roleArn)) ?? []) : []
  ).filter(applies);
  const resource = (policies.resource.get(action.split(':')[0] ?? '') ?? []).filter(
    (statement) =>
      applies(statement) &&
      statement.principals.some((pattern) => names(pattern, principal, statement.effect)),
  );
  const denies = ({ effect }: Statement) => effect === 'Deny';
  if (identity.some(denies)) return { kind: 'denied', by: 'identity-based' };
  if (resource.some(denies)) return { kind: 'denied', by: 'resource-based' };
  if (principal.kind === 'user' || identity.length > 0 || resource.length > 0) return { kind: 'allowed' };
  return { kind: 'not allowed', by: principal.kind === 'service' ? 'resource-based' : 'identity-based' };
}

/** The engine is reached over loopback alone, which is at least as private as TLS over a network. */
function contextOf(
  { account, region }: Policies,
  principal: Exclude<Principal, { kind: 'aws' }>,
): RequestContext {
  const always = {
    'aws:requestedregion': region,
    'aws:securetransport': 'true',
    'aws:principalisawsservice': String(principal.kind === 'service'),
  };
  if (principal.kind === 'service')
    return {
      ...always,
      'aws:sourcearn': principal.sourceArn,
      // A bucket's ARN names no account; all of the engine's resources are in one.
      'aws:sourceaccount': principal.sourceArn.split(':')[4] || account,
    };
  return {
    ...always,
    'aws:principalarn': arnsOf(principal)[0] ?? '',
    'aws:principalaccount': accountOf(principal) ?? account,
  };
}
