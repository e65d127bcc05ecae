/**
 * A Lambda function of ours: its zip lies beside the synthesized stack, its log group has an end, its role may write
 * to that log and whatever the function's owner adds.
 */

import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import { Construct } from 'constructs';
import type { BaseName } from './names.ts';
import { ServiceRole, type Statement } from './service-role.ts';
import { nameOf, type Setting } from './setting.ts';

export type LambdaBundle = {
  /** Relative to the directory of the stack's `cdk.tf.json`. */
  filename: string;
  /** Terraform deploys the function anew when it changes. */
  sha256Base64: string;
};

/** What scripts/bundle.ts writes into every zip. */
const HANDLER = 'index.handler';

export type NodeFunctionConfig = {
  name: BaseName;
  description: string;
  bundle: LambdaBundle;
  memoryMegabytes: number;
  timeoutSeconds: number;
  variables: Record<string, string>;
  statements: Statement[];
};

export class NodeFunction extends Construct {
  readonly name: string;
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, setting: Setting, config: NodeFunctionConfig) {
    super(scope, id);
    this.name = nameOf(setting, config.name);
    const log = new CloudwatchLogGroup(this, 'log', {
      name: `/aws/lambda/${this.name}`,
      retentionInDays: setting.environment.logRetentionDays,
    });
    const role = new ServiceRole(this, 'role', setting, {
      name: this.name,
      service: 'lambda.amazonaws.com',
      onlyFor: { StringEquals: { 'aws:SourceAccount': setting.account } },
      statements: [
        {
          Sid: 'Log',
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: [`${log.arn}:*`],
        },
        ...config.statements,
      ],
    });
    this.function = new LambdaFunction(this, 'Default', {
      functionName: this.name,
      description: config.description,
      filename: config.bundle.filename,
      sourceCodeHash: config.bundle.sha256Base64,
      handler: HANDLER,
      runtime: 'nodejs22.x',
      architectures: ['arm64'],
      memorySize: config.memoryMegabytes,
      timeout: config.timeoutSeconds,
      role: role.arn,
      ...(Object.keys(config.variables).length > 0 ? { environment: { variables: config.variables } } : {}),
      loggingConfig: { logFormat: 'JSON', logGroup: log.name },
      dependsOn: [role.policy],
    });
  }
}
