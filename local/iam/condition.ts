/**
 * The conditions of a statement: read once, so that an operator or a key which the engine cannot decide stops it at
 * the start, and asked on every new request.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 *
 * Of the dates, numbers and addresses of IAM it knows none: no request of the engine has them.
 */

import { EngineError } from '../aws-error.ts';
import { arnWildcard, type Matcher, wildcard } from './wildcard.ts';

/** What is known of a request. A key that is not set is absent, as in AWS: no service calls, no source ARN. */
const CONDITION_KEYS = [
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalisawsservice',
  'aws:requestedregion',
  'aws:securetransport',
  'aws:sourceaccount',
  'aws:sourcearn',
  // Of PutMetricData alone, which is not here: no request has it.
  'cloudwatch:namespace',
] as const;
type ConditionKey = (typeof CONDITION_KEYS)[number];
export type RequestContext = Partial<Record<ConditionKey, string>>;

export type Condition = (context: RequestContext) => boolean;

type Operator = { matcher(value: string): Matcher; negated: boolean };

const equal =
  (value: string): Matcher =>
  (text) =>
    text === value;
const equalIgnoringCase = (value: string): Matcher => {
  const wanted = value.toLowerCase();
  return (text) => text.toLowerCase() === wanted;
};

/** Names are compared without regard to case, as IAM does. */
const OPERATORS: Readonly<Record<string, Operator>> = {
  stringequals: { matcher: equal, negated: false },
  stringnotequals: { matcher: equal, negated: true },
  stringequalsignorecase: { matcher: equalIgnoringCase, negated: false },
  stringnotequalsignorecase: { matcher: equalIgnoringCase, negated: true },
  stringlike: { matcher: wildcard, negated: false },
  stringnotlike: { matcher: wildcard, negated: true },
  // "ArnEquals and ArnLike behave identically", says the page above.
  arnequals: { matcher: arnWildcard, negated: false },
  arnlike: { matcher: arnWildcard, negated: false },
  arnnotequals: { matcher: arnWildcard, negated: true },
  arnnotlike: { matcher: arnWildcard, negated: true },
  bool: { matcher: equalIgnoringCase, negated: false },
};

/** Every operator and every key must hold. `extraKeys` are accepted where they are not decided (trust policies). */
export function parseConditions(
  json: unknown,
  address: string,
  extraKeys: readonly string[] = [],
): Condition[] {
  if (json === undefined) return [];
  return Object.entries(object(json, address)).flatMap(([operator, keys]) =>
    Object.entries(object(keys, address)).map(([key, values]) =>
      parseCondition(operator, key, [values].flat().map(String), address, extraKeys),
    ),
  );
}

function parseCondition(
  operator: string,
  name: string,
  values: string[],
  address: string,
  extraKeys: readonly string[],
): Condition {
  const key = name.toLowerCase() as ConditionKey;
  if (!CONDITION_KEYS.includes(key) && !extraKeys.includes(key))
    throw new EngineError(
      `${address}: the engine cannot decide the condition key ${name}.`,
      `It knows ${CONDITION_KEYS.join(', ')}. Leave the condition out of the environment that runs on a laptop.`,
    );
  if (operator.toLowerCase() === 'null') return isNull(key, values);
  const ifExists = /IfExists$/i.test(operator);
  const known = OPERATORS[operator.replace(/IfExists$/i, '').toLowerCase()];
  if (!known)
    throw new EngineError(
      `${address}: the engine cannot decide the condition operator ${operator}.`,
      'It knows the String, Arn, Bool and Null operators, and IfExists. Write the condition with one of them.',
    );
  const matchers = values.map((value) => known.matcher(value));
  return (context) => {
    const given = context[key];
    // "If the key is not present, a negated operator is true": the page above, under "multiple keys or values".
    if (given === undefined) return ifExists || known.negated;
    return matchers.some((matcher) => matcher(given)) !== known.negated;
  };
}

function isNull(key: ConditionKey, values: string[]): Condition {
  const wantsAbsent = values.some((value) => value.toLowerCase() === 'true');
  return (context) => (context[key] === undefined) === wantsAbsent;
}

function object(json: unknown, address: string): Record<string, unknown> {
  if (typeof json === 'object' && json !== null && !Array.isArray(json))
    return json as Record<string, unknown>;
  throw new EngineError(
    `${address}: the policy's Condition is no object of operators and keys.`,
    'Write it as {"StringEquals": {"aws:SourceAccount": "…"}}.',
  );
}
