/**
 * The role that an AWS service takes on for one hop, with the rights that hop needs and no other. Who refers to it
 * should also depend on `policy`: Terraform would else make, say, a pipe before its role may read the stream, and
 * AWS refuses to make it.
 */

import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { Construct } from 'constructs';
import { boundaryArn } from './names.ts';
import type { Setting } from './setting.ts';

type Condition = Record<string, Record<string, string | string[]>>;

export type Statement = {
  Sid: string;
  Effect: 'Allow' | 'Deny';
  Action: string[];
  Resource: string[];
  Condition?: Condition;
};

export type ServiceRoleConfig = {
  name: string;
  /** `pipes.amazonaws.com` */
  service: string;
  /** Keeps the service from taking the role on for somebody else's resource.
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html */
  onlyFor: Condition;
  statements: Statement[];
};

export class ServiceRole extends Construct {
  readonly arn: string;
  readonly policy: IamRolePolicy;

  constructor(
    scope: Construct,
    id: string,
    { environment, account }: Setting,
    { name, service, onlyFor, statements }: ServiceRoleConfig,
  ) {
    super(scope, id);
    const role = new IamRole(this, 'Default', {
      name,
      assumeRolePolicy: policyDocument([
        {
          Effect: 'Allow',
          Principal: { Service: service },
          Action: 'sts:AssumeRole',
          Condition: onlyFor,
        },
      ]),
      ...(environment.roles === 'bounded'
        ? { permissionsBoundary: boundaryArn(environment.name, account) }
        : {}),
    });
    this.policy = new IamRolePolicy(this, 'policy', {
      name,
      role: role.name,
      policy: policyDocument(statements),
    });
    this.arn = role.arn;
  }
}

export function policyDocument(statements: unknown[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}
