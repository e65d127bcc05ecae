/**
 * Attributes in which AWS shows what another resource of the same stack decides: a bucket's `policy` is that of
 * `aws_s3_bucket_policy`. The provider reads them back, but only at the next refresh, so every stack that was applied
 * once would have drifted. Drift in such a thing is reported where it is decided; what nobody in the stack decides,
 * such as an inline policy that somebody added to a role, still is reported here.
 *
 * The list is what a refresh of this stack showed (Terraform 1.11.4, provider 5.100.0), and no more.
 */

import type { Json, JsonObject } from '../terraform/plan-json.ts';

type Governed = {
  type: string;
  attribute: string;
  /** The type that decides it, and its argument that names the resource. */
  by: string;
  through: string;
  /** It decides one element of the list, the one with the same value under this key; else all of the attribute. */
  element?: string;
};

const GOVERNED: readonly Governed[] = [
  {
    type: 'aws_iam_role',
    attribute: 'inline_policy',
    by: 'aws_iam_role_policy',
    through: 'role',
    element: 'name',
  },
  {
    type: 'aws_s3_bucket',
    attribute: 'lifecycle_rule',
    by: 'aws_s3_bucket_lifecycle_configuration',
    through: 'bucket',
  },
  { type: 'aws_s3_bucket', attribute: 'policy', by: 'aws_s3_bucket_policy', through: 'bucket' },
  {
    type: 'aws_s3_bucket',
    attribute: 'server_side_encryption_configuration',
    by: 'aws_s3_bucket_server_side_encryption_configuration',
    through: 'bucket',
  },
  { type: 'aws_s3_bucket', attribute: 'versioning', by: 'aws_s3_bucket_versioning', through: 'bucket' },
  { type: 'aws_sns_topic', attribute: 'policy', by: 'aws_sns_topic_policy', through: 'arn' },
];

/** The values of the resource without what others in the stack decide. */
export function ungoverned(address: string, type: string, values: JsonObject, stack: JsonObject): JsonObject {
  const result: Record<string, Json> = { ...values };
  for (const each of GOVERNED) {
    const { attribute } = each;
    if (each.type !== type || !Object.hasOwn(result, attribute)) continue;
    const deciders = decidersOf(address, each, stack);
    if (deciders.length === 0) continue;
    const rest = each.element === undefined ? null : withoutOwn(result[attribute], each.element, deciders);
    if (rest === null) delete result[attribute];
    else result[attribute] = rest;
  }
  return result;
}

function decidersOf(address: string, { by, through }: Governed, stack: JsonObject): JsonObject[] {
  const resources = objectAt(stack, 'resource');
  return Object.values(objectAt(resources, by)).filter((resource): resource is JsonObject => {
    const reference = isObject(resource) ? resource[through] : undefined;
    return typeof reference === 'string' && reference.startsWith(`\${${address}.`);
  });
}

/** Null when what is there is no list of such elements. */
function withoutOwn(
  list: Json | undefined,
  key: string,
  deciders: readonly JsonObject[],
): readonly Json[] | null {
  if (!Array.isArray(list)) return null;
  const own = new Set(deciders.map((decider) => decider[key]));
  return (list as readonly Json[]).filter((each) => !(isObject(each) && own.has(each[key])));
}

function objectAt(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isObject(value) ? value : {};
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
