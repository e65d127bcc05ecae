/**
 * A policy document, read into statements that can be asked. What the engine cannot decide is an error with the
 * policy's address when the stack is read, never a silent yes or no later.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */

import { EngineError } from '../aws-error.ts';
import { type Condition, parseConditions } from './condition.ts';
import { type PrincipalPattern, parsePrincipals } from './principal-pattern.ts';
import { type Matcher, wildcard } from './wildcard.ts';

export type Statement = {
  effect: 'Allow' | 'Deny';
  action: Matcher;
  resource: Matcher;
  conditions: Condition[];
  /** In a resource's policy alone. */
  principals: PrincipalPattern[];
};

type Json = Record<string, unknown>;

/** The services whose rights the engine decides. A statement of rights on others alone (kms, logs) is never asked
 * for here and may carry conditions that only they can decide. */
const DECIDED_SERVICES = new Set([
  'athena',
  'cloudwatch',
  'dynamodb',
  'events',
  'firehose',
  'glue',
  'kinesis',
  'lambda',
  'pipes',
  's3',
  'sqs',
  'sts',
]);

const VERSIONS = ['2012-10-17', '2008-10-17'];
const ELEMENTS = new Set([
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Principal',
  'Condition',
]);

export function parseIdentityPolicy(text: string, address: string): Statement[] {
  return statementsOf(text, address)
    .filter((json) => isDecidedHere(json))
    .map((json) => {
      if (json['Principal'] !== undefined) throw invalid(address, 'Principal has no place in a role policy');
      return parseStatement(json, address, []);
    });
}

export function parseResourcePolicy(text: string, address: string): Statement[] {
  return statementsOf(text, address).map((json) =>
    parseStatement(json, address, parsePrincipals(json['Principal'], address)),
  );
}

/** A trust policy is read, so that a slip in it is told, but not asked: parts of the engine do not assume roles. */
export function checkTrustPolicy(text: string, address: string): void {
  for (const json of statementsOf(text, address)) {
    checkElements(json, address);
    parsePrincipals(json['Principal'], address);
    for (const action of texts(json['Action'], address, 'Action'))
      if (!/^sts:(\*|AssumeRole|TagSession|SetSourceIdentity)$/i.test(action))
        throw invalid(address, `a trust policy cannot have the action ${action}`);
    parseConditions(json['Condition'], address, ['sts:externalid']);
  }
}

function statementsOf(text: string, address: string): Json[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw invalid(address, `it is no JSON: ${(error as Error).message}`);
  }
  if (!isObject(document)) throw invalid(address, 'it is no JSON object');
  const { Version: version, Statement: statements } = document;
  if (version !== undefined && !VERSIONS.includes(String(version)))
    throw invalid(address, `its Version is ${JSON.stringify(version)}, not one of ${VERSIONS.join(', ')}`);
  return [statements].flat().map((each) => {
    if (!isObject(each)) throw invalid(address, 'its Statement is no object or list of objects');
    return each;
  });
}

function isDecidedHere(json: Json): boolean {
  if (json['Action'] === undefined) return true;
  const services = [json['Action']].flat().map((action) => String(action).split(':')[0] ?? '');
  return services.some((service) => /[*?]/.test(service) || DECIDED_SERVICES.has(service.toLowerCase()));
}

function parseStatement(json: Json, address: string, principals: PrincipalPattern[]): Statement {
  checkElements(json, address);
  const lower = (list: string[]) => list.map((action) => action.toLowerCase());
  return {
    effect: json['Effect'] as Statement['effect'],
    action: either(json, 'Action', address, lower),
    resource: either(json, 'Resource', address, (list) => list),
    conditions: parseConditions(json['Condition'], address),
    principals,
  };
}

function checkElements(json: Json, address: string): void {
  const unknown = Object.keys(json).find((name) => !ELEMENTS.has(name));
  if (unknown !== undefined) throw invalid(address, `the engine does not know its element ${unknown}`);
  if (json['Effect'] !== 'Allow' && json['Effect'] !== 'Deny')
    throw invalid(address, `a statement's Effect is ${JSON.stringify(json['Effect'])}`);
}

/** `Action` or `NotAction`, `Resource` or `NotResource`: one of the two, never both. */
function either(
  json: Json,
  element: 'Action' | 'Resource',
  address: string,
  prepare: (list: string[]) => string[],
): Matcher {
  const [wanted, unwanted] = [json[element], json[`Not${element}`]];
  if ((wanted === undefined) === (unwanted === undefined))
    throw invalid(address, `a statement needs ${element} or Not${element}, and not both`);
  const matchers = prepare(texts(wanted ?? unwanted, address, element)).map(wildcard);
  const matchesAny: Matcher = (text) => matchers.some((matcher) => matcher(text));
  return wanted === undefined ? (text) => !matchesAny(text) : matchesAny;
}

function texts(json: unknown, address: string, element: string): string[] {
  return [json].flat().map((each) => {
    if (typeof each !== 'string') throw invalid(address, `${element} holds ${JSON.stringify(each)}`);
    if (each.includes('${'))
      throw invalid(address, `the engine cannot fill in the policy variable of ${JSON.stringify(each)}`);
    return each;
  });
}

function isObject(json: unknown): json is Json {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function invalid(address: string, why: string): EngineError {
  return new EngineError(
    `${address}: the engine cannot decide this policy: ${why}.`,
    'Correct the policy in the stack and synthesize again.',
  );
}
