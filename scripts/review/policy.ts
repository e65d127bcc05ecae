/**
 * Compares two policy documents by what they let happen: each statement becomes grants of one principal, action and
 * resource, and a grant is new when no grant of before covers it (wildcards and conditions taken into account). It
 * decides no request, as IAM would; it says what is more and what is less than before.
 *
 * A document that the plan knows only after the apply is read from the stack, where references stand as `${…}`: such a
 * reference is taken for the resource it stood for before, as long as the rest of the grant is the same.
 */

import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject, ResourceChange } from '../terraform/plan-json.ts';
import { isObject, list, objects, UNKNOWN, was, willBe } from './change.ts';
import type { ReviewContext } from './rule.ts';

export type Grant = {
  effect: 'Allow' | 'Deny';
  /** `AWS:…`, `Service:…`, `*`; empty in the policy of a role. */
  principal: string;
  /** Of `NotAction` and `NotResource` it is `not:` and the list: covered by nothing but itself. */
  action: string;
  resource: string;
  condition: JsonObject;
};

export type PolicyChange = {
  before: readonly Grant[];
  after: readonly Grant[];
  /** The plan does not know the new document; `after` is what the stack asks for. */
  fromStack: boolean;
};

/** The policy at `path` before and after; undefined where neither the plan nor the stack has the new one. */
export function policyChange(
  change: ResourceChange,
  path: string,
  { stack }: ReviewContext,
): PolicyChange | undefined {
  const before = grants(was(change, path));
  const after = willBe(change, path);
  if (after !== UNKNOWN) return { before, after: grants(after), fromStack: false };
  const asked = inStack(stack, change.address, path);
  return typeof asked === 'string' && asked.startsWith('{')
    ? { before, after: grants(asked), fromStack: true }
    : undefined;
}

/** What is allowed now and was not: grants that no earlier one covers, and denials that are gone. */
export function widened({ before, after }: PolicyChange): Grant[] {
  return [
    ...allows(after).filter((grant) => !allows(before).some((each) => covers(each, grant))),
    ...denials(before).filter((grant) => !denials(after).some((each) => covers(each, grant))),
  ];
}

/** What was allowed and is not any more. */
export function narrowed({ before, after }: PolicyChange): Grant[] {
  return allows(before).filter((grant) => !allows(after).some((each) => covers(each, grant)));
}

/** A grant that opens more than one place or one deed: nobody should need it, whatever the reason. */
export function isBroad({ effect, principal, action, resource, condition }: Grant): boolean {
  if (effect === 'Deny') return true;
  if (action.startsWith('not:') || resource.startsWith('not:') || principal.startsWith('not:')) return true;
  if (isAnyone({ principal, condition })) return true;
  const deed = action.split(':')[1] ?? '';
  if (action === '*' || deed === '*' || POWERS.some((power) => power.test(action))) return true;
  return resource === '*' && principal === '' && !/^(list|describe)/i.test(deed);
}

/** Everybody, whatever else the request says. */
export function isAnyone({ principal, condition }: Pick<Grant, 'principal' | 'condition'>): boolean {
  return /^(\*|AWS:\*)$/.test(principal) && Object.keys(condition).length === 0;
}

/** Deeds that give away rights, code or data as a whole. */
const POWERS: readonly RegExp[] = [
  /^(iam|organizations|account|sso):/i,
  /^sts:/i,
  /^kms:(put|create|schedule|disable|revoke|retire)/i,
  /^s3:(put|delete)bucket/i,
  /^lambda:(addpermission|update|create)/i,
  /:delete(table|stream|deliverystream|bucket|queue|pipe|database)\b/i,
];

/** The grant as a sentence names it. */
export function worded({ effect, principal, action, resource, condition }: Grant): string {
  const who = principal === '' ? '' : ` by ${principal.replace(/^[A-Za-z]+:/, '')}`;
  const when = Object.keys(condition).length > 0 ? ' under a condition' : '';
  return `${effect === 'Deny' ? 'the denial of ' : ''}${action} on ${resource}${who}${when}`;
}

export function grants(document: Json): Grant[] {
  const parsed = parse(document);
  const statements = Array.isArray(parsed?.['Statement'])
    ? parsed['Statement']
    : [parsed?.['Statement'] ?? null];
  return objects(statements).flatMap((statement) =>
    principals(statement).flatMap((principal) =>
      words(statement, 'Action').flatMap((action) =>
        words(statement, 'Resource').map((resource) => ({
          effect: statement['Effect'] === 'Deny' ? ('Deny' as const) : ('Allow' as const),
          principal,
          action,
          resource,
          condition: isObject(statement['Condition']) ? statement['Condition'] : {},
        })),
      ),
    ),
  );
}

function allows(all: readonly Grant[]): Grant[] {
  return all.filter(({ effect }) => effect === 'Allow');
}

function denials(all: readonly Grant[]): Grant[] {
  return all.filter(({ effect }) => effect === 'Deny');
}

function covers(wide: Grant, narrow: Grant): boolean {
  return (
    (wide.principal === '*' || wide.principal === 'AWS:*' || matches(wide.principal, narrow.principal)) &&
    matches(wide.action.toLowerCase(), narrow.action.toLowerCase()) &&
    matches(wide.resource, narrow.resource) &&
    isWithin(wide.condition, narrow.condition)
  );
}

/** Whether a request that meets `narrow` always meets `wide`: every demand of `wide` stands in `narrow` too. */
function isWithin(wide: JsonObject, narrow: JsonObject): boolean {
  return Object.entries(wide).every(([operator, keys]) => {
    const same = narrow[operator];
    if (!isObject(keys) || !isObject(same)) return false;
    return Object.entries(keys).every(([key, wanted]) => {
      const given = same[key];
      if (given === undefined) return false;
      if (/Not|Null/.test(operator)) return isDeepStrictEqual(texts(wanted), texts(given));
      return texts(given).every((each) => texts(wanted).some((pattern) => matches(pattern, each)));
    });
  });
}

const REFERENCE = /\$\{[^}]*\}/;

/** `*` and `?` as IAM has them; a reference of the stack on either side stands for what stood there before. */
function matches(pattern: string, text: string): boolean {
  if (pattern === text || regex(pattern).test(text)) return true;
  // Both may hold wildcards, and the reference may be in what is looked for.
  return REFERENCE.test(text) && regex(text, true).test(pattern);
}

function regex(pattern: string, starsAreText = false): RegExp {
  const source = pattern
    .split(new RegExp(`(${REFERENCE.source}|\\*|\\?)`))
    .map((part) => {
      if (REFERENCE.test(part)) return referred(part);
      if (starsAreText) return quoted(part);
      return part === '*' ? '[\\s\\S]*' : part === '?' ? '[\\s\\S]' : quoted(part);
    })
    .join('');
  return new RegExp(`^${source}$`);
}

/** What a reference may stand for. A bucket's ARN has no slash, so that `<bucket>/*` is not taken for `<bucket>/orders/*`. */
function referred(reference: string): string {
  if (reference.startsWith('${aws_s3_bucket.')) return '[^*/]*';
  return reference.startsWith('${data.aws_caller_identity.') ? '\\d*' : '[^*]*';
}

function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function principals(statement: JsonObject): string[] {
  const not = statement['NotPrincipal'];
  if (not !== undefined) return [`not:${JSON.stringify(not)}`];
  const principal = statement['Principal'];
  if (principal === undefined) return [''];
  if (!isObject(principal)) return texts(principal);
  return Object.entries(principal).flatMap(([kind, who]) => texts(who).map((each) => `${kind}:${each}`));
}

function words(statement: JsonObject, name: 'Action' | 'Resource'): string[] {
  const not = statement[`Not${name}`];
  if (not !== undefined) return [`not:${JSON.stringify(not)}`];
  const said = statement[name];
  // A role's trust policy has no resource: the role itself is meant.
  return said === undefined ? ['the role'] : texts(said);
}

function texts(value: Json): string[] {
  return (Array.isArray(value) ? list(value) : [value]).map(String).sort();
}

function parse(document: Json): JsonObject | undefined {
  if (typeof document !== 'string') return undefined;
  try {
    const parsed = JSON.parse(document) as Json;
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function inStack(stack: JsonObject, address: string, path: string): Json | undefined {
  let here: Json | undefined = stack['resource'];
  for (const step of [...address.split('.'), path]) here = isObject(here) ? here[step] : undefined;
  return here;
}
