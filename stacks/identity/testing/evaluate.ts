/**
 * Decides a call as IAM does, for tests: by the policies of a role, its boundary, and the conditions of each statement.
 * An operator or an element that it does not know is thrown, never guessed. It knows no policies of resources and no
 * policies of organizations.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */

import { wildcard } from '../../../local/iam/wildcard.ts';

export type Call = {
  action: string;
  resource: string;
  /** The request's context: names without regard to case, as in IAM. */
  context?: Readonly<Record<string, string | readonly string[]>>;
};

type Statement = {
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource?: string | string[];
  Principal?: unknown;
  Condition?: Record<string, Record<string, string | string[]>>;
};

const ELEMENTS = new Set(['Sid', 'Effect', 'Action', 'Resource', 'Principal', 'Condition']);

/** Allowed by one of the policies, denied by none, and within the boundary where there is one. */
export function allowed(policies: readonly string[], call: Call, boundary?: string): boolean {
  const own = decide(policies.flatMap(statements), call);
  return own === 'allow' && (boundary === undefined || decide(statements(boundary), call) === 'allow');
}

/** Whether the trust policy lets a token with these claims in. `issuer` is what comes before the colon of its keys. */
export function trusts(
  trust: string,
  issuer: string,
  claims: Readonly<Record<string, string>>,
  provider: string,
): boolean {
  const context = Object.fromEntries(
    Object.entries(claims).map(([claim, value]) => [`${issuer}:${claim}`, value]),
  );
  const call = { action: 'sts:AssumeRoleWithWebIdentity', resource: '', context };
  const meant = statements(trust).filter(
    ({ Principal }) => JSON.stringify(Principal) === JSON.stringify({ Federated: provider }),
  );
  return decide(meant, call) === 'allow';
}

export function statements(document: string): Statement[] {
  const { Version, Statement: all } = JSON.parse(document) as { Version: string; Statement: Statement[] };
  if (Version !== '2012-10-17') throw new Error(`The policy's version is ${Version}.`);
  for (const statement of all)
    for (const element of Object.keys(statement))
      if (!ELEMENTS.has(element)) throw new Error(`This test does not know the element ${element}.`);
  return all;
}

function decide(all: readonly Statement[], call: Call): 'allow' | 'deny' | 'silence' {
  const matching = all.filter((statement) => matches(statement, call));
  if (matching.some(({ Effect }) => Effect === 'Deny')) return 'deny';
  return matching.some(({ Effect }) => Effect === 'Allow') ? 'allow' : 'silence';
}

function matches(
  { Action, Resource, Condition = {} }: Statement,
  { action, resource, context = {} }: Call,
): boolean {
  const lower = action.toLowerCase();
  if (![Action].flat().some((pattern) => wildcard(pattern.toLowerCase())(lower))) return false;
  if (Resource !== undefined && ![Resource].flat().some((pattern) => wildcard(pattern)(resource)))
    return false;
  const given = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), [value].flat()]));
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) =>
      holds(operator, [wanted].flat(), given.get(key.toLowerCase())),
    ),
  );
}

function holds(operator: string, wanted: readonly string[], given: readonly string[] | undefined): boolean {
  switch (operator) {
    case 'StringEquals':
      return given?.some((value) => wanted.includes(value)) ?? false;
    case 'StringLike':
      return given?.some((value) => wanted.some((pattern) => wildcard(pattern)(value))) ?? false;
    // True of no values at all: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
    case 'ForAllValues:StringLike':
      return (given ?? []).every((value) => wanted.some((pattern) => wildcard(pattern)(value)));
    case 'Null':
      return wanted.includes(given === undefined ? 'true' : 'false');
    default:
      throw new Error(`This test does not know the operator ${operator}.`);
  }
}
