/** Whether the apply role can make the pipeline, resource by resource, and cannot make itself more than it is. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENVIRONMENTS } from '../environments.ts';
import { ACCOUNT, bootstrapped, STATE_KEY } from './testing/bootstrap.ts';
import { allowed, type Call, statements } from './testing/evaluate.ts';
import { PIPELINE_KEY, pipelineResources } from './testing/pipeline.ts';

const stacks = { dev: bootstrapped('dev'), staging: bootstrapped('staging'), prod: bootstrapped('prod') };
const DEPLOYED = ['dev', 'staging', 'prod'] as const;
type Deployed = (typeof DEPLOYED)[number];

const boundaryOf = (environment: string) =>
  `arn:aws:iam::${ACCOUNT}:policy/sales-order-pipeline-boundary-${environment}`;
const may = (call: Call, environment: Deployed = 'dev') =>
  allowed(stacks[environment].policies('apply'), call);

/** What the provider calls to make each kind, as AWS's service authorization reference names it. */
const MAKING: Readonly<Record<string, string>> = {
  aws_athena_workgroup: 'athena:CreateWorkGroup athena:GetWorkGroup athena:TagResource',
  aws_cloudwatch_dashboard: 'cloudwatch:PutDashboard cloudwatch:GetDashboard',
  aws_cloudwatch_event_rule: 'events:PutRule events:DescribeRule events:TagResource',
  aws_cloudwatch_event_target: 'events:PutTargets events:ListTargetsByRule',
  aws_cloudwatch_log_group:
    'logs:CreateLogGroup logs:PutRetentionPolicy logs:TagResource logs:ListTagsForResource',
  aws_cloudwatch_log_stream: 'logs:CreateLogStream',
  aws_cloudwatch_metric_alarm: 'cloudwatch:PutMetricAlarm cloudwatch:TagResource cloudwatch:DescribeAlarms',
  aws_dynamodb_table:
    'dynamodb:CreateTable dynamodb:DescribeTable dynamodb:TagResource dynamodb:UpdateContinuousBackups dynamodb:UpdateTable',
  aws_glue_catalog_database: 'glue:CreateDatabase glue:GetDatabase glue:TagResource',
  aws_glue_crawler: 'glue:CreateCrawler glue:GetCrawler glue:UpdateCrawler glue:TagResource',
  aws_iam_role:
    'iam:CreateRole iam:GetRole iam:TagRole iam:UpdateAssumeRolePolicy iam:PutRolePermissionsBoundary',
  aws_iam_role_policy: 'iam:PutRolePolicy iam:GetRolePolicy iam:DeleteRolePolicy',
  aws_kinesis_firehose_delivery_stream:
    'firehose:CreateDeliveryStream firehose:DescribeDeliveryStream firehose:UpdateDestination firehose:TagDeliveryStream',
  aws_kinesis_stream:
    'kinesis:CreateStream kinesis:DescribeStreamSummary kinesis:StartStreamEncryption kinesis:UpdateShardCount kinesis:IncreaseStreamRetentionPeriod kinesis:AddTagsToStream',
  aws_kms_alias: 'kms:CreateAlias kms:UpdateAlias',
  aws_kms_key: 'kms:DescribeKey kms:GetKeyPolicy kms:GetKeyRotationStatus kms:ListResourceTags',
  aws_lambda_function:
    'lambda:CreateFunction lambda:GetFunction lambda:UpdateFunctionCode lambda:TagResource',
  aws_lambda_permission: 'lambda:AddPermission lambda:GetPolicy lambda:RemovePermission',
  aws_pipes_pipe: 'pipes:CreatePipe pipes:DescribePipe pipes:UpdatePipe pipes:TagResource',
  aws_s3_bucket: 's3:CreateBucket s3:ListBucket s3:PutBucketTagging',
  aws_s3_bucket_lifecycle_configuration: 's3:PutLifecycleConfiguration s3:GetLifecycleConfiguration',
  aws_s3_bucket_ownership_controls: 's3:PutBucketOwnershipControls',
  aws_s3_bucket_policy: 's3:PutBucketPolicy s3:GetBucketPolicy',
  aws_s3_bucket_public_access_block: 's3:PutBucketPublicAccessBlock s3:GetBucketPublicAccessBlock',
  aws_s3_bucket_server_side_encryption_configuration: 's3:PutEncryptionConfiguration',
  aws_s3_bucket_versioning: 's3:PutBucketVersioning s3:GetBucketVersioning',
  aws_sns_topic: 'sns:CreateTopic sns:GetTopicAttributes sns:SetTopicAttributes sns:TagResource',
  aws_sns_topic_policy: 'sns:SetTopicAttributes',
  aws_sqs_queue: 'sqs:CreateQueue sqs:GetQueueAttributes sqs:SetQueueAttributes sqs:TagQueue',
};

for (const environment of DEPLOYED)
  test(`the apply role can make every resource of ${environment}, under the name it has`, () => {
    const context = { 'iam:PermissionsBoundary': boundaryOf(environment) };
    const resources = pipelineResources(environment);
    assert.ok(resources.length > 50, `${resources.length} resources looked at`);
    for (const { type, address, arn } of resources) {
      const actions = MAKING[type];
      assert.ok(actions, `${type}: say in MAKING what its making calls, and grant it in kinds.ts`);
      for (const action of actions.split(' '))
        assert.ok(may({ action, resource: arn, context }, environment), `${address}: ${action} on ${arn}`);
    }
  });

for (const environment of DEPLOYED)
  test(`a role of ${environment} is passed to its own service, and to no other`, () => {
    const SERVICES = ['pipes', 'firehose', 'lambda', 'glue', 'ec2', 'ecs-tasks', 'cloudformation', 'states'];
    const roles = pipelineResources(environment).filter(({ type }) => type === 'aws_iam_role');
    assert.equal(roles.length, 5);
    for (const { arn, arguments: made } of roles) {
      const trust = JSON.parse(String(made['assume_role_policy'])) as {
        Statement: { Principal: { Service: string } }[];
      };
      for (const name of SERVICES) {
        const service = `${name}.amazonaws.com`;
        const call = { action: 'iam:PassRole', resource: arn, context: { 'iam:PassedToService': service } };
        assert.equal(
          may(call, environment),
          trust.Statement[0]?.Principal.Service === service,
          `${arn} ${name}`,
        );
      }
    }
  });

test('every role of a deployed pipeline has its boundary, on the laptop none has', () => {
  for (const environment of [...DEPLOYED, 'local'] as const)
    for (const { type, arguments: made, address } of pipelineResources(environment))
      if (type === 'aws_iam_role')
        assert.equal(
          made['permissions_boundary'],
          environment === 'local' ? undefined : boundaryOf(environment),
          address,
        );
});

const pipeRole = `arn:aws:iam::${ACCOUNT}:role/dynamodb-to-kinesis-eventbridge-pipe-cdc-dev`;
const applyRole = `arn:aws:iam::${ACCOUNT}:role/sales-order-pipeline-apply-dev`;
const state = `arn:aws:s3:::sales-order-pipeline-state-dev-${ACCOUNT}`;
const bounded = { 'iam:PermissionsBoundary': boundaryOf('dev') };

const ESCALATIONS: readonly [string, Call][] = [
  ['making a role without a boundary', { action: 'iam:CreateRole', resource: pipeRole }],
  [
    'making a role with a boundary of its own',
    {
      action: 'iam:CreateRole',
      resource: pipeRole,
      context: { 'iam:PermissionsBoundary': `arn:aws:iam::${ACCOUNT}:policy/mine` },
    },
  ],
  [
    "making a role with AWS's widest policy as boundary",
    {
      action: 'iam:CreateRole',
      resource: pipeRole,
      context: { 'iam:PermissionsBoundary': 'arn:aws:iam::aws:policy/AdministratorAccess' },
    },
  ],
  ['widening a role that lost its boundary', { action: 'iam:PutRolePolicy', resource: pipeRole }],
  [
    'taking a boundary off',
    { action: 'iam:DeleteRolePermissionsBoundary', resource: pipeRole, context: bounded },
  ],
  ['attaching a policy', { action: 'iam:AttachRolePolicy', resource: pipeRole, context: bounded }],
  ['changing the boundary', { action: 'iam:CreatePolicyVersion', resource: boundaryOf('dev') }],
  ['choosing an older boundary', { action: 'iam:SetDefaultPolicyVersion', resource: boundaryOf('dev') }],
  ['deleting the boundary', { action: 'iam:DeletePolicy', resource: boundaryOf('dev') }],
  ['widening itself', { action: 'iam:PutRolePolicy', resource: applyRole, context: bounded }],
  ['attaching to itself', { action: 'iam:AttachRolePolicy', resource: applyRole, context: bounded }],
  ['letting others in', { action: 'iam:UpdateAssumeRolePolicy', resource: applyRole }],
  [
    "changing the plan role's trust",
    { action: 'iam:UpdateAssumeRolePolicy', resource: applyRole.replace('apply', 'plan') },
  ],
  [
    'a role of another name',
    { action: 'iam:CreateRole', resource: `arn:aws:iam::${ACCOUNT}:role/mine`, context: bounded },
  ],
  ['a user', { action: 'iam:CreateUser', resource: `arn:aws:iam::${ACCOUNT}:user/mine` }],
  ['a key for a user', { action: 'iam:CreateAccessKey', resource: `arn:aws:iam::${ACCOUNT}:user/admin` }],
  [
    'passing itself on',
    {
      action: 'iam:PassRole',
      resource: applyRole,
      context: { 'iam:PassedToService': 'lambda.amazonaws.com' },
    },
  ],
  [
    'another provider of identities',
    { action: 'iam:CreateOpenIDConnectProvider', resource: `arn:aws:iam::${ACCOUNT}:oidc-provider/evil` },
  ],
  ['taking on another role', { action: 'sts:AssumeRole', resource: `arn:aws:iam::${ACCOUNT}:role/admin` }],
  ["the administrator's state", { action: 's3:PutObject', resource: `${state}/bootstrap.tfstate` }],
  ['a bundle of its own', { action: 's3:PutObject', resource: `${state}/bundles/dev/0123abcd.sealed` }],
  ['the history of the state', { action: 's3:DeleteObjectVersion', resource: `${state}/pipeline.tfstate` }],
  ["the state bucket's policy", { action: 's3:PutBucketPolicy', resource: state }],
  ["the state key's policy", { action: 'kms:PutKeyPolicy', resource: STATE_KEY }],
  ['the end of the state key', { action: 'kms:ScheduleKeyDeletion', resource: STATE_KEY }],
  [
    'our tag on the state key',
    { action: 'kms:TagResource', resource: STATE_KEY, context: { 'aws:RequestTag/environment': 'dev' } },
  ],
  [
    "another key's policy",
    { action: 'kms:PutKeyPolicy', resource: PIPELINE_KEY, context: { 'aws:ResourceTag/environment': 'dev' } },
  ],
  [
    'bundles of another environment',
    { action: 'kms:Decrypt', resource: STATE_KEY, context: { 'kms:EncryptionContext:environment': 'prod' } },
  ],
  [
    'orders',
    { action: 'dynamodb:Scan', resource: `arn:aws:dynamodb:us-east-2:${ACCOUNT}:table/ordertable-dev` },
  ],
  [
    'an order of nobody knows whom',
    { action: 'dynamodb:PutItem', resource: `arn:aws:dynamodb:us-east-2:${ACCOUNT}:table/ordertable-dev` },
  ],
  [
    'an order of somebody',
    {
      action: 'dynamodb:PutItem',
      resource: `arn:aws:dynamodb:us-east-2:${ACCOUNT}:table/ordertable-dev`,
      context: { 'dynamodb:LeadingKeys': ['smoke-1', 'order-1'] },
    },
  ],
];

for (const [what, call] of ESCALATIONS)
  test(`the apply role cannot reach: ${what}`, () => assert.equal(may(call), false));

test('the apply role opens bundles, keeps the state, and puts a test order of its own', () => {
  const table = `arn:aws:dynamodb:us-east-2:${ACCOUNT}:table/ordertable-dev`;
  const own: Call[] = [
    { action: 's3:GetObject', resource: `${state}/bundles/dev/0123abcd.sealed` },
    { action: 'kms:Decrypt', resource: STATE_KEY, context: { 'kms:EncryptionContext:environment': 'dev' } },
    { action: 's3:PutObject', resource: `${state}/pipeline.tfstate` },
    { action: 's3:DeleteObject', resource: `${state}/pipeline.tfstate.tflock` },
    { action: 'dynamodb:PutItem', resource: table, context: { 'dynamodb:LeadingKeys': ['smoke-1'] } },
    { action: 'kms:CreateKey', resource: '*', context: { 'aws:RequestTag/environment': 'dev' } },
  ];
  for (const call of own) assert.ok(may(call), `${call.action} ${call.resource}`);
});

test("the pipeline's key says itself that the apply role keeps it", () => {
  for (const environment of DEPLOYED) {
    const key = pipelineResources(environment).find(({ type }) => type === 'aws_kms_key');
    const own = JSON.parse(String(key?.arguments['policy'])) as {
      Statement: { Sid: string; Principal: unknown; Action: string[] }[];
    };
    const keeps = own.Statement.find(({ Sid }) => Sid === 'ApplyRoleKeepsTheKey');
    assert.deepEqual(keeps?.Principal, { AWS: applyRole.replace('-dev', `-${environment}`) });
    assert.equal(keeps.Action.includes('kms:PutKeyPolicy'), true);
  }
});

test('where deletion is protected, no right of the apply role deletes what holds orders', () => {
  for (const environment of DEPLOYED) {
    const mayDelete = ENVIRONMENTS[environment].deletion === 'allowed';
    const lake = `arn:aws:s3:::sales-data-projection-dynamodb-${environment}-${ACCOUNT}`;
    const calls: Call[] = [
      {
        action: 'dynamodb:DeleteTable',
        resource: `arn:aws:dynamodb:us-east-2:${ACCOUNT}:table/ordertable-${environment}`,
      },
      { action: 's3:DeleteBucket', resource: lake },
      { action: 's3:DeleteObjectVersion', resource: `${lake}/orders/a.gz` },
    ];
    for (const call of calls)
      assert.equal(may(call, environment), mayDelete, `${environment}: ${call.action}`);
    const key = pipelineResources(environment).find(({ type }) => type === 'aws_kms_key');
    assert.equal(String(key?.arguments['policy']).includes('kms:ScheduleKeyDeletion'), mayDelete);
  }
});

test('the boundary holds every right that a role of the pipeline has', () => {
  for (const environment of DEPLOYED) {
    const policies = pipelineResources(environment).filter(({ type }) => type === 'aws_iam_role_policy');
    assert.equal(policies.length, 5);
    for (const { address, arguments: made } of policies)
      for (const { Action, Resource, Condition } of statements(String(made['policy'])))
        for (const action of [Action].flat())
          for (const resource of [Resource ?? []].flat()) {
            const context = { ...Condition?.['StringEquals'] };
            const call = { action, resource, context };
            assert.ok(
              allowed([String(made['policy'])], call, stacks[environment].boundary),
              `${address}: ${action} on ${resource} is beyond the boundary`,
            );
          }
  }
});

const EVERYTHING = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

test('a role that is allowed everything by its own policy is held by the boundary', () => {
  const within = (call: Call) => allowed([EVERYTHING], call, stacks.dev.boundary);
  for (const [what, call] of ESCALATIONS) assert.ok(!within(call), what);
  const readsTheState: Call = { action: 's3:GetObject', resource: `${state}/pipeline.tfstate` };
  assert.equal(within(readsTheState), false);
  assert.equal(within({ action: 's3:GetObject', resource: 'arn:aws:s3:::anybody/secret' }), false);
  assert.equal(
    within({
      action: 'kms:Decrypt',
      resource: STATE_KEY,
      context: { 'kms:ViaService': 's3.us-east-2.amazonaws.com' },
    }),
    false,
  );
  assert.equal(
    within({
      action: 'kinesis:PutRecords',
      resource: `arn:aws:kinesis:us-east-2:${ACCOUNT}:stream/kinesis-sales-order-stream-dev`,
    }),
    true,
  );
});
