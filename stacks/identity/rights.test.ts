/** What the plan role and the apply role may do, and may not, asked call by call of the synthesized policies. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENVIRONMENT_NAMES } from '../names.ts';
import { ACCOUNT, bootstrapped, STATE_KEY } from './testing/bootstrap.ts';
import { allowed, type Call, statements } from './testing/evaluate.ts';

const REGION = 'us-east-2';
const stacks = { dev: bootstrapped('dev'), staging: bootstrapped('staging'), prod: bootstrapped('prod') };
type Deployed = keyof typeof stacks;

const may = (role: 'plan' | 'apply', call: Call, environment: Deployed = 'dev') =>
  allowed(stacks[environment].policies(role), call);

const regional = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const boundary = (environment: string) =>
  `arn:aws:iam::${ACCOUNT}:policy/sales-order-pipeline-boundary-${environment}`;
const lake = `arn:aws:s3:::sales-data-projection-dynamodb-dev-${ACCOUNT}`;
const state = `arn:aws:s3:::sales-order-pipeline-state-dev-${ACCOUNT}`;
const table = regional('dynamodb', 'table/ordertable-dev');
const pipeRole = role('dynamodb-to-kinesis-eventbridge-pipe-cdc-dev');
const bounded = { 'iam:PermissionsBoundary': boundary('dev') };
const throughS3 = {
  'kms:ViaService': `s3.${REGION}.amazonaws.com`,
  'kms:EncryptionContext:aws:s3:arn': state,
};

/** Calls of a plan and of nothing more, one or two a service. */
const READS: readonly Call[] = [
  { action: 'dynamodb:DescribeTable', resource: table },
  { action: 'dynamodb:DescribeContinuousBackups', resource: table },
  {
    action: 'kinesis:DescribeStreamSummary',
    resource: regional('kinesis', 'stream/kinesis-sales-order-stream-dev'),
  },
  {
    action: 'firehose:DescribeDeliveryStream',
    resource: regional('firehose', 'deliverystream/kinesis-to-s3-delivery-dev'),
  },
  {
    action: 'pipes:DescribePipe',
    resource: regional('pipes', 'pipe/dynamodb-to-kinesis-eventbridge-pipe-cdc-dev'),
  },
  { action: 'lambda:GetFunction', resource: regional('lambda', 'function:stream_transformation_dev') },
  { action: 'lambda:GetPolicy', resource: regional('lambda', 'function:publish_views_dev') },
  { action: 's3:GetLifecycleConfiguration', resource: lake },
  { action: 's3:ListBucket', resource: lake },
  { action: 'sqs:GetQueueAttributes', resource: regional('sqs', 'dynamodb-to-kinesis-dead-letters-dev') },
  { action: 'sns:GetTopicAttributes', resource: regional('sns', 'sales-order-pipeline-alarms-dev') },
  { action: 'glue:GetDatabase', resource: regional('glue', 'database/amazon_sales_database_dev') },
  { action: 'glue:GetCrawler', resource: regional('glue', 'crawler/amazon-sales-data-crawler-dev') },
  { action: 'athena:GetWorkGroup', resource: regional('athena', 'workgroup/amazon-sales-workgroup-dev') },
  { action: 'logs:DescribeLogGroups', resource: regional('logs', 'log-group::log-stream:') },
  { action: 'cloudwatch:DescribeAlarms', resource: regional('cloudwatch', 'alarm:*') },
  {
    action: 'cloudwatch:GetDashboard',
    resource: `arn:aws:cloudwatch::${ACCOUNT}:dashboard/sales-order-pipeline-dev`,
  },
  { action: 'events:ListTargetsByRule', resource: regional('events', 'rule/amazon-sales-data-crawled-dev') },
  { action: 'iam:GetRole', resource: pipeRole },
  { action: 'kms:GetKeyRotationStatus', resource: regional('kms', 'key/any') },
  { action: 's3:GetObject', resource: `${state}/pipeline.tfstate` },
  { action: 's3:PutObject', resource: `${state}/bundles/dev/0123abcd.sealed` },
  { action: 'kms:Decrypt', resource: STATE_KEY, context: throughS3 },
  {
    action: 'kms:GenerateDataKey',
    resource: STATE_KEY,
    context: { 'kms:EncryptionContext:environment': 'dev' },
  },
];

for (const call of READS)
  test(`the plan role may: ${call.action} ${call.resource}`, () => assert.equal(may('plan', call), true));

/** What a plan never needs, and whoever got hold of it would want. */
const NOT_FOR_PLANS: readonly Call[] = [
  { action: 'dynamodb:GetItem', resource: table },
  { action: 'dynamodb:Scan', resource: table },
  { action: 'dynamodb:PutItem', resource: table, context: { 'dynamodb:LeadingKeys': ['smoke-1'] } },
  { action: 'dynamodb:GetRecords', resource: `${table}/stream/2026` },
  { action: 'dynamodb:UpdateTable', resource: table },
  { action: 'kinesis:GetRecords', resource: regional('kinesis', 'stream/kinesis-sales-order-stream-dev') },
  {
    action: 'kinesis:GetShardIterator',
    resource: regional('kinesis', 'stream/kinesis-sales-order-stream-dev'),
  },
  { action: 'sqs:ReceiveMessage', resource: regional('sqs', 'dynamodb-to-kinesis-dead-letters-dev') },
  { action: 's3:GetObject', resource: `${lake}/orders/dt=2026-11-27/hour=08/a.gz` },
  { action: 's3:PutObject', resource: `${state}/pipeline.tfstate` },
  { action: 's3:PutObject', resource: `${state}/pipeline.tfstate.tflock` },
  { action: 's3:DeleteObject', resource: `${state}/bundles/dev/0123abcd.sealed` },
  { action: 's3:PutObject', resource: `${state}/bundles/prod/0123abcd.sealed` },
  { action: 's3:GetObject', resource: `${state}/bootstrap.tfstate` },
  { action: 'kms:Decrypt', resource: STATE_KEY, context: { 'kms:EncryptionContext:environment': 'dev' } },
  {
    action: 'kms:GenerateDataKey',
    resource: STATE_KEY,
    context: { 'kms:EncryptionContext:environment': 'prod' },
  },
  { action: 'kms:Decrypt', resource: STATE_KEY },
  { action: 'kms:Decrypt', resource: regional('kms', 'key/any'), context: throughS3 },
  { action: 'iam:PassRole', resource: pipeRole, context: { 'iam:PassedToService': 'pipes.amazonaws.com' } },
  { action: 'iam:CreateRole', resource: pipeRole, context: bounded },
  { action: 'iam:PutRolePolicy', resource: role('sales-order-pipeline-plan-dev') },
  { action: 'sts:AssumeRole', resource: role('sales-order-pipeline-apply-dev') },
  { action: 'lambda:InvokeFunction', resource: regional('lambda', 'function:publish_views_dev') },
  {
    action: 'athena:StartQueryExecution',
    resource: regional('athena', 'workgroup/amazon-sales-workgroup-dev'),
  },
  { action: 'secretsmanager:GetSecretValue', resource: regional('secretsmanager', 'secret:any') },
  { action: 'ssm:GetParameter', resource: regional('ssm', 'parameter/any') },
];

for (const call of NOT_FOR_PLANS)
  test(`the plan role may not: ${call.action} ${call.resource} ${JSON.stringify(call.context ?? '')}`, () =>
    assert.equal(may('plan', call), false));

test('no right of the plan role changes anything but a bundle', () => {
  const WRITES = ['s3:PutObject', 'kms:GenerateDataKey'];
  for (const environment of ['dev', 'staging', 'prod'] as const) {
    const actions = stacks[environment]
      .policies('plan')
      .flatMap(statements)
      .flatMap(({ Action }) => Action);
    assert.ok(actions.length > 60, `${actions.length} actions looked at`);
    for (const action of actions)
      assert.ok(
        /:(Describe|Get|List)[A-Za-z]+$|^kms:Decrypt$/.test(action) || WRITES.includes(action),
        action,
      );
  }
});

test('a role of one environment reaches nothing of another', () => {
  const elsewhere = (call: Call): Call => ({
    ...call,
    resource: call.resource
      .replace(/([-_])dev(?=[-:/]|$)/g, '$1prod')
      .replaceAll('bundles/dev', 'bundles/prod'),
  });
  const moved = READS.map(elsewhere).filter(({ resource }, index) => resource !== READS[index]?.resource);
  assert.ok(moved.length > 15, `${moved.length} calls looked at`);
  for (const call of moved) {
    assert.ok(!may('plan', call), `${call.action} ${call.resource}`);
    assert.ok(!may('apply', call), `${call.action} ${call.resource}`);
  }
});

test('each policy keeps to what AWS takes: 6,144 characters, ten of them a role', () => {
  const POLICY_CHARACTERS_MAX = 6144;
  const POLICIES_PER_ROLE_MAX = 10;
  for (const environment of ENVIRONMENT_NAMES.filter((name) => name !== 'local')) {
    const { policies, boundary: limit } = stacks[environment];
    const roles =
      environment === 'staging' ? (['plan', 'apply', 'load'] as const) : (['plan', 'apply'] as const);
    for (const of of roles) {
      assert.equal(policies(of).length > 0 && policies(of).length <= POLICIES_PER_ROLE_MAX, true);
      for (const policy of [...policies(of), limit])
        assert.ok(policy.length <= POLICY_CHARACTERS_MAX, `${environment} ${of}: ${policy.length}`);
    }
  }
});

test('only actions for which AWS knows no name are allowed on everything', () => {
  const NAMELESS =
    /^(cloudwatch:GetMetricData|dynamodb:ListStreams|kms:(ListAliases|CreateKey|TagResource)|logs:[A-Za-z]+Deliver(y|ies)|logs:(DescribeResourcePolicies|PutResourcePolicy))$/;
  for (const { policies, boundary: limit } of Object.values(stacks))
    for (const { Effect, Action, Resource } of [
      ...policies('plan'),
      ...policies('apply'),
      ...policies('load'),
      limit,
    ].flatMap(statements))
      if (Effect === 'Allow' && [Resource].flat().includes('*'))
        for (const action of [Action].flat()) assert.match(action, NAMELESS);
});
