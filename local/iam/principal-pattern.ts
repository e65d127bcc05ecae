/**
 * Whom a resource's policy speaks of: `*`, `{"AWS": …}` or `{"Service": …}`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */

import { EngineError } from '../aws-error.ts';
import type { Principal } from '../ports.ts';

export type PrincipalPattern =
  | { kind: 'anyone' }
  /** The account itself, which is all in it; to allow it is to leave the word to the identity's own policies. */
  | { kind: 'account'; account: string }
  | { kind: 'identity'; arn: string }
  | { kind: 'service'; service: string };

export function parsePrincipals(json: unknown, address: string): PrincipalPattern[] {
  if (json === '*') return [{ kind: 'anyone' }];
  if (typeof json !== 'object' || json === null) throw invalid(address, json);
  return Object.entries(json).flatMap(([type, values]) =>
    [values].flat().map((value): PrincipalPattern => {
      if (typeof value !== 'string') throw invalid(address, json);
      if (type === 'Service') return { kind: 'service', service: value };
      if (type !== 'AWS') throw invalid(address, json);
      return awsPattern(value);
    }),
  );
}

function awsPattern(value: string): PrincipalPattern {
  if (value === '*') return { kind: 'anyone' };
  const account = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(value)?.[1];
  return account === undefined ? { kind: 'identity', arn: value } : { kind: 'account', account };
}

/** Whether the pattern names the principal. An account's pattern names all its identities in a Deny, but in an Allow
 * it grants them nothing by itself. */
export function names(pattern: PrincipalPattern, principal: Principal, effect: 'Allow' | 'Deny'): boolean {
  switch (pattern.kind) {
    case 'anyone':
      return true;
    case 'service':
      return principal.kind === 'service' && principal.service === pattern.service;
    case 'account':
      return effect === 'Deny' && accountOf(principal) === pattern.account;
    case 'identity':
      return arnsOf(principal).includes(pattern.arn);
  }
}

/** A role's session is named by its role or by itself. */
export function arnsOf(principal: Principal): string[] {
  switch (principal.kind) {
    case 'user':
      return [principal.arn];
    case 'role':
      return [principal.roleArn, sessionArn(principal.roleArn, principal.session)];
    case 'service':
    case 'aws':
      return [];
  }
}

export function sessionArn(roleArn: string, session: string): string {
  return `arn:aws:sts::${roleArn.split(':')[4]}:assumed-role/${roleNameOf(roleArn)}/${session}`;
}

/** Without its path: a role's name is unique in its account. */
export function roleNameOf(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf('/') + 1);
}

export function accountOf(principal: Principal): string | undefined {
  return arnsOf(principal)[0]?.split(':')[4];
}

function invalid(address: string, json: unknown): EngineError {
  return new EngineError(
    `${address}: the engine does not know the Principal ${JSON.stringify(json)}.`,
    'Name it as "*", {"AWS": …} or {"Service": …}; NotPrincipal and federated principals have no counterpart here.',
  );
}
