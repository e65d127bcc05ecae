/**
 * The stack's permissions: roles with their policies, and the policies of buckets, functions and queues. A policy of
 * AWS's own is known only where it grants nothing that exists here; others must stand in the stack.
 */

import { EngineError } from '../aws-error.ts';
import type { Block, ResourceKind } from '../stack/stack.ts';
import { checkTrustPolicy, parseIdentityPolicy, parseResourcePolicy, type Statement } from './policy.ts';

export type RoleConfig = { name: string; statements: Statement[]; managedPolicyArns: string[] };
export type RolePolicyConfig = { role: string; statements: Statement[] };
export type ManagedPolicyConfig = { name: string; path: string; statements: Statement[] };
export type AttachmentConfig = { address: string; role: string; policyArn: string };
export type FunctionPermissionConfig = {
  address: string;
  /** Name or ARN. */
  function: string;
  qualifier?: string;
  action: string;
  principal: string;
  sourceArn?: string;
  sourceAccount?: string;
};

export const roleKind: ResourceKind<RoleConfig> = {
  type: 'aws_iam_role',
  computed(block, { account }) {
    const name = block.string('name');
    const path = block.optionalString('path') ?? '/';
    return { arn: `arn:aws:iam::${account}:role${path}${name}`, id: name, unique_id: `AROA${name}` };
  },
  parse(block) {
    block.inert(
      'description',
      'force_detach_policies',
      'id',
      'max_session_duration',
      'path',
      'permissions_boundary',
      'tags',
      'tags_all',
    );
    checkTrustPolicy(block.string('assume_role_policy'), `${block.address}.assume_role_policy`);
    return {
      name: block.string('name'),
      statements: block.blocks('inline_policy').flatMap((inline) => {
        inline.inert('name');
        return parseIdentityPolicy(inline.string('policy'), inline.address);
      }),
      managedPolicyArns: block.strings('managed_policy_arns'),
    };
  },
};

export const rolePolicyKind: ResourceKind<RolePolicyConfig> = {
  type: 'aws_iam_role_policy',
  computed: (block) => ({ id: `${block.string('role')}:${block.optionalString('name') ?? ''}` }),
  parse(block) {
    block.inert('id', 'name', 'name_prefix');
    return { role: block.string('role'), statements: identityPolicyOf(block) };
  },
};

export const managedPolicyKind: ResourceKind<ManagedPolicyConfig> = {
  type: 'aws_iam_policy',
  computed(block, { account }) {
    const arn = policyArn(account, block.optionalString('path') ?? '/', block.string('name'));
    return { arn, id: arn };
  },
  parse(block) {
    block.inert('description', 'id', 'tags', 'tags_all');
    return {
      name: block.string('name'),
      path: block.optionalString('path') ?? '/',
      statements: identityPolicyOf(block),
    };
  },
};

export const attachmentKind: ResourceKind<AttachmentConfig> = {
  type: 'aws_iam_role_policy_attachment',
  computed: (block) => ({ id: `${block.string('role')}-${block.string('policy_arn')}` }),
  parse(block) {
    block.inert('id');
    return { address: block.address, role: block.string('role'), policyArn: block.string('policy_arn') };
  },
};

export const bucketPolicyKind: ResourceKind<Statement[]> = {
  type: 'aws_s3_bucket_policy',
  computed: (block) => ({ id: block.string('bucket') }),
  parse(block) {
    block.inert('id');
    const bucket = block.string('bucket');
    const text = block.string('policy');
    const foreign = resourcesOf(text).find(
      (arn) => arn !== `arn:aws:s3:::${bucket}` && !arn.startsWith(`arn:aws:s3:::${bucket}/`),
    );
    if (foreign !== undefined) block.refuse('policy', `${foreign} does not lie in the bucket ${bucket}`);
    return parseResourcePolicy(text, block.address);
  },
};

export const queuePolicyKind: ResourceKind<Statement[]> = {
  type: 'aws_sqs_queue_policy',
  computed: (block) => ({ id: block.string('queue_url') }),
  parse(block) {
    block.inert('id');
    block.string('queue_url');
    return parseResourcePolicy(block.string('policy'), block.address);
  },
};

export const functionPermissionKind: ResourceKind<FunctionPermissionConfig> = {
  type: 'aws_lambda_permission',
  computed: (block) => ({ id: block.optionalString('statement_id') ?? '' }),
  parse(block) {
    block.inert('id', 'statement_id', 'statement_id_prefix');
    for (const name of ['event_source_token', 'function_url_auth_type', 'principal_org_id'])
      if (block.has(name)) block.refuse(name, 'nothing here calls a function in that way');
    const optional = {
      qualifier: block.optionalString('qualifier'),
      sourceArn: block.optionalString('source_arn'),
      sourceAccount: block.optionalString('source_account'),
    };
    return {
      address: block.address,
      function: block.string('function_name'),
      action: block.string('action'),
      principal: block.string('principal'),
      ...(Object.fromEntries(
        Object.entries(optional).filter(([, value]) => value !== undefined),
      ) as Partial<FunctionPermissionConfig>),
    };
  },
};

/** Policies of AWS's own that grant nothing which the engine decides. */
const EMPTY_HERE = ['service-role/AWSLambdaBasicExecutionRole', 'AWSXRayDaemonWriteAccess'];

/** The statements of an attached policy. */
export function attachedPolicy(
  arn: string,
  address: string,
  own: readonly ManagedPolicyConfig[],
  account: string,
): Statement[] {
  const found = own.find(({ path, name }) => policyArn(account, path, name) === arn);
  if (found) return found.statements;
  if (EMPTY_HERE.some((name) => arn === `arn:aws:iam::aws:policy/${name}`)) return [];
  throw new EngineError(
    `${address}: the engine does not know what ${arn} grants.`,
    'State the rights in an aws_iam_role_policy of the stack; that is also how a role stays at what it needs.',
  );
}

function policyArn(account: string, path: string, name: string): string {
  return `arn:aws:iam::${account}:policy${path}${name}`;
}

function identityPolicyOf(block: Block): Statement[] {
  return parseIdentityPolicy(block.string('policy'), block.address);
}

function resourcesOf(text: string): string[] {
  const { Statement: statements } = JSON.parse(text) as { Statement: { Resource?: string | string[] }[] };
  return [statements].flat().flatMap(({ Resource }) => Resource ?? []);
}
