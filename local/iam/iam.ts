/**
 * Decides every call by the stack's own policies, so that a role which lacks a right on AWS lacks it on the laptop:
 *
 *     wire, hops → api → [iam] → operation
 *
 * It answers AWS's error, with AWS's sentence. It does not decide who may assume a role: the engine's parts act as
 * the roles that their blocks name.
 */

import type { Authorize } from '../api.ts';
import { AwsError } from '../aws-error.ts';
import type { Permission, Principal } from '../ports.ts';
import type { ResourceKind, Stack } from '../stack/stack.ts';
import {
  attachedPolicy,
  attachmentKind,
  bucketPolicyKind,
  type FunctionPermissionConfig,
  functionPermissionKind,
  managedPolicyKind,
  queuePolicyKind,
  roleKind,
  rolePolicyKind,
} from './config.ts';
import { type Decision, decide, type Policies } from './decide.ts';
import { parseResourcePolicy, type Statement } from './policy.ts';
import { sessionArn } from './principal-pattern.ts';

export const iamKinds: ResourceKind[] = [
  roleKind,
  rolePolicyKind,
  managedPolicyKind,
  attachmentKind,
  bucketPolicyKind,
  queuePolicyKind,
  functionPermissionKind,
];

type Account = { account: string; region: string };

/** Policies do not change while the engine runs, so a decision holds. Keys of the lake are many: forget at times. */
const REMEMBERED_DECISIONS_MAX = 20_000;

export function createIam(stack: Stack, { account, region }: Account): Authorize {
  const policies: Policies = {
    identity: identityPolicies(stack, account),
    resource: resourcePolicies(stack, { account, region }),
    account,
    region,
  };
  const decisions = new Map<string, Decision>();
  return (principal, permissions) => {
    const who = identityOf(principal);
    for (const permission of permissions) {
      const key = `${who} ${permission.action} ${permission.resource}`;
      let decision = decisions.get(key);
      if (decision === undefined) {
        if (decisions.size >= REMEMBERED_DECISIONS_MAX) decisions.clear();
        decision = decide(policies, principal, permission);
        decisions.set(key, decision);
      }
      if (decision.kind !== 'allowed') throw refusal(principal, permission, decision);
    }
  };
}

/** All that a decision depends on: a resource's policy may name a single session of a role. */
function identityOf(principal: Principal): string {
  switch (principal.kind) {
    case 'user':
      return principal.arn;
    case 'role':
      return `${principal.roleArn} ${principal.session}`;
    case 'service':
      return `${principal.service} ${principal.sourceArn}`;
    case 'aws':
      return 'aws';
  }
}

function identityPolicies(stack: Stack, account: string): Map<string, Statement[]> {
  const own = stack.all(managedPolicyKind);
  const byName = new Map<string, Statement[]>();
  const add = (role: string, statements: Statement[]) =>
    byName.set(role, [...(byName.get(role) ?? []), ...statements]);
  for (const { name, statements, managedPolicyArns } of stack.all(roleKind)) {
    add(name, statements);
    for (const arn of managedPolicyArns) add(name, attachedPolicy(arn, `aws_iam_role ${name}`, own, account));
  }
  for (const { role, statements } of stack.all(rolePolicyKind)) add(role, statements);
  for (const { address, role, policyArn } of stack.all(attachmentKind))
    add(role, attachedPolicy(policyArn, address, own, account));
  return byName;
}

function resourcePolicies(stack: Stack, account: Account): Map<string, Statement[]> {
  return new Map([
    ['s3', stack.all(bucketPolicyKind).flat()],
    ['sqs', stack.all(queuePolicyKind).flat()],
    ['lambda', stack.all(functionPermissionKind).flatMap((each) => functionStatement(each, account))],
  ]);
}

/** What AWS makes of it: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
function functionStatement(permission: FunctionPermissionConfig, { account, region }: Account): Statement[] {
  const { address, action, principal, qualifier, sourceArn, sourceAccount } = permission;
  const arn = permission.function.startsWith('arn:')
    ? permission.function
    : `arn:aws:lambda:${region}:${account}:function:${permission.function}`;
  const statement = {
    Effect: 'Allow',
    Action: action,
    Resource: qualifier === undefined ? arn : `${arn}:${qualifier}`,
    Principal: principal.endsWith('.amazonaws.com') ? { Service: principal } : { AWS: principal },
    Condition: {
      ...(sourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': sourceArn } }),
      ...(sourceAccount === undefined ? {} : { StringEquals: { 'aws:SourceAccount': sourceAccount } }),
    },
  };
  return parseResourcePolicy(JSON.stringify({ Version: '2012-10-17', Statement: [statement] }), address);
}

/** AWS's sentences:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function refusal(
  principal: Principal,
  { action, resource }: Permission,
  decision: Exclude<Decision, { kind: 'allowed' }>,
): AwsError {
  const because =
    decision.kind === 'denied'
      ? `with an explicit deny in ${ARTICLE[decision.by]} ${decision.by} policy`
      : `because no ${decision.by} policy allows the ${action} action`;
  const service = action.split(':')[0] ?? '';
  const onResource = UNNAMED_RESOURCES.has(service) ? '' : ` on resource: ${resource}`;
  return new AwsError(
    service === 's3' || service === 'sts' ? 'AccessDenied' : 'AccessDeniedException',
    `User: ${callerOf(principal)} is not authorized to perform: ${action}${onResource} ${because}`,
    FORBIDDEN_SERVICES.has(service) ? 403 : 400,
  );
}

const ARTICLE = { 'identity-based': 'an', 'resource-based': 'a' } as const;

/** CloudWatch's actions take no resource, and its refusals name none. */
const UNNAMED_RESOURCES = new Set(['cloudwatch']);

/** The services that answer with HTTP's own status; the JSON-RPC ones answer 400 to any fault of the caller. */
const FORBIDDEN_SERVICES = new Set(['lambda', 'pipes', 's3', 'sts']);

function callerOf(principal: Principal): string {
  switch (principal.kind) {
    case 'user':
      return principal.arn;
    case 'role':
      return sessionArn(principal.roleArn, principal.session);
    case 'service':
      return principal.service;
    case 'aws':
      return 'aws';
  }
}
