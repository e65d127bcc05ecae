/** What the load role may do, and may not, asked call by call; and that its list is what `npm run load` calls. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { PROFILES } from '../../loadtest/profile.ts';
import { ACCOUNT, bootstrapped } from './testing/bootstrap.ts';
import { allowed, type Call, statements } from './testing/evaluate.ts';

const REGION = 'us-east-2';
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const staging = bootstrapped('staging');
const may = (call: Call) => allowed(staging.policies('load'), call);

const regional = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
const table = regional('dynamodb', 'table/ordertable-staging');
const stream = regional('kinesis', 'stream/kinesis-sales-order-stream-staging');
const crawler = regional('glue', 'crawler/amazon-sales-data-crawler-staging');
const workgroup = regional('athena', 'workgroup/amazon-sales-workgroup-staging');
const catalogued = (name: string) => regional('glue', `table/amazon_sales_database_staging/${name}`);
const lake = `arn:aws:s3:::sales-data-projection-dynamodb-staging-${ACCOUNT}`;
const results = `arn:aws:s3:::sales-data-projection-athena-results-staging-${ACCOUNT}`;
const state = `arn:aws:s3:::sales-order-pipeline-state-staging-${ACCOUNT}`;
const keys = (...ids: string[]) => ({ 'dynamodb:LeadingKeys': ids });
const through = (service: string) => ({ 'kms:ViaService': `${service}.${REGION}.amazonaws.com` });

/** Calls of a run, each action of the role at least once. */
const CALLS: readonly Call[] = [
  { action: 'dynamodb:DescribeTable', resource: table },
  { action: 'dynamodb:GetItem', resource: table, context: keys('order-1784000000-000000000') },
  { action: 'dynamodb:PutItem', resource: table, context: keys('order-1784000000-000000007') },
  { action: 'dynamodb:PutItem', resource: table, context: keys('canary-1784000000-1') },
  {
    action: 'dynamodb:BatchWriteItem',
    resource: table,
    context: keys('order-1-000000001', 'order-1-000000002'),
  },
  { action: 'kinesis:DescribeStreamSummary', resource: stream },
  { action: 'cloudwatch:GetMetricData', resource: '*' },
  { action: 'glue:GetCrawler', resource: crawler },
  { action: 'glue:StartCrawler', resource: crawler },
  { action: 'athena:StartQueryExecution', resource: workgroup },
  { action: 'athena:GetQueryExecution', resource: workgroup },
  { action: 'athena:GetQueryResults', resource: workgroup },
  { action: 'athena:StopQueryExecution', resource: workgroup },
  { action: 'glue:GetDatabase', resource: regional('glue', 'database/amazon_sales_database_staging') },
  { action: 'glue:GetTable', resource: catalogued('orders_current') },
  { action: 'glue:GetTables', resource: catalogued('orders_current') },
  { action: 'glue:GetPartitions', resource: catalogued('projection_orders') },
  { action: 's3:ListBucket', resource: lake },
  { action: 's3:GetBucketLocation', resource: results },
  { action: 's3:GetObject', resource: `${lake}/orders/dt=2026-11-27/hour=08/a.gz` },
  { action: 's3:GetObject', resource: `${results}/a.csv` },
  { action: 's3:PutObject', resource: `${results}/a.csv` },
  { action: 's3:AbortMultipartUpload', resource: `${results}/a.csv` },
  { action: 'kms:Decrypt', resource: regional('kms', 'key/any'), context: through('dynamodb') },
  { action: 'kms:GenerateDataKey', resource: regional('kms', 'key/any'), context: through('s3') },
];

for (const call of CALLS)
  test(`the load role may: ${call.action} ${call.resource} ${JSON.stringify(call.context ?? '')}`, () =>
    assert.equal(may(call), true));

/** What a load test never needs, and whoever got hold of its role would want. */
const OTHERS: readonly Call[] = [
  { action: 'dynamodb:PutItem', resource: table, context: keys('smoke-1') },
  { action: 'dynamodb:PutItem', resource: table, context: keys('4711') },
  { action: 'dynamodb:PutItem', resource: table },
  { action: 'dynamodb:BatchWriteItem', resource: table, context: keys('order-1-000000001', '4711') },
  { action: 'dynamodb:GetItem', resource: table, context: keys('4711') },
  { action: 'dynamodb:DeleteItem', resource: table, context: keys('order-1-000000001') },
  { action: 'dynamodb:UpdateItem', resource: table, context: keys('order-1-000000001') },
  { action: 'dynamodb:Scan', resource: table },
  { action: 'dynamodb:Query', resource: table, context: keys('order-1-000000001') },
  { action: 'dynamodb:UpdateTable', resource: table },
  { action: 'dynamodb:DeleteTable', resource: table },
  { action: 'dynamodb:GetRecords', resource: `${table}/stream/2026` },
  { action: 'kinesis:PutRecords', resource: stream },
  { action: 'kinesis:GetRecords', resource: stream },
  { action: 'kinesis:UpdateShardCount', resource: stream },
  { action: 'glue:UpdateTable', resource: catalogued('orders_current') },
  { action: 'glue:UpdateCrawler', resource: crawler },
  { action: 'athena:UpdateWorkGroup', resource: workgroup },
  { action: 'athena:StartQueryExecution', resource: regional('athena', 'workgroup/primary') },
  { action: 's3:PutObject', resource: `${lake}/orders/dt=2026-11-27/hour=08/a.gz` },
  { action: 's3:DeleteObject', resource: `${lake}/orders/dt=2026-11-27/hour=08/a.gz` },
  { action: 's3:GetObject', resource: `${lake}/errors/a.gz` },
  { action: 's3:DeleteObject', resource: `${results}/a.csv` },
  { action: 's3:GetObject', resource: `${state}/pipeline.tfstate` },
  { action: 's3:GetObject', resource: `${state}/bundles/staging/0123abcd.sealed` },
  { action: 's3:ListBucket', resource: state },
  { action: 'kms:Decrypt', resource: regional('kms', 'key/any') },
  { action: 'kms:Decrypt', resource: regional('kms', 'key/any'), context: through('kinesis') },
  { action: 'cloudwatch:PutMetricData', resource: '*' },
  { action: 'lambda:InvokeFunction', resource: regional('lambda', 'function:publish_views_staging') },
  { action: 'iam:PassRole', resource: `arn:aws:iam::${ACCOUNT}:role/any` },
  { action: 'sts:AssumeRole', resource: `arn:aws:iam::${ACCOUNT}:role/sales-order-pipeline-apply-staging` },
];

for (const call of OTHERS)
  test(`the load role may not: ${call.action} ${call.resource} ${JSON.stringify(call.context ?? '')}`, () =>
    assert.equal(may(call), false));

test('the load role reaches nothing of another environment', () => {
  const moved = CALLS.map((call) => ({
    ...call,
    resource: call.resource.replaceAll('staging', 'prod'),
  })).filter(({ resource }, index) => resource !== CALLS[index]?.resource);
  assert.ok(moved.length > 15, `${moved.length} calls looked at`);
  for (const call of moved) assert.equal(may(call), false, `${call.action} ${call.resource}`);
});

test('dev and prod have no load role', () => {
  for (const environment of ['dev', 'prod'] as const) {
    const roles = Object.keys(bootstrapped(environment).resources['aws_iam_role'] ?? {});
    assert.deepEqual(roles.sort(), ['apply', 'plan'], environment);
  }
});

test('the apply role cannot change the load role', () => {
  const resource = `arn:aws:iam::${ACCOUNT}:role/sales-order-pipeline-load-staging`;
  const context = {
    'iam:PermissionsBoundary': `arn:aws:iam::${ACCOUNT}:policy/sales-order-pipeline-boundary-staging`,
  };
  for (const action of ['iam:UpdateAssumeRolePolicy', 'iam:PutRolePolicy', 'iam:AttachRolePolicy'])
    assert.equal(allowed(staging.policies('apply'), { action, resource, context }), false, action);
});

test('a session outlasts the longest profile by half an hour', () => {
  const seconds = Number(staging.resources['aws_iam_role']?.['load']?.['max_session_duration']);
  const longest = Math.max(...Object.values(PROFILES).map((profile) => profile.seconds));
  assert.ok(seconds >= longest + 1_800, `${seconds} s, and a profile takes ${longest} s`);
});

/** What Athena does in the name of who asks: no line of ours calls these. */
const FOR_QUERIES =
  'glue:GetDatabase glue:GetPartitions glue:GetTable glue:GetTables kms:Decrypt kms:GenerateDataKey ' +
  's3:AbortMultipartUpload s3:GetBucketLocation s3:GetObject s3:ListBucket s3:PutObject';

test('the load role may call what `npm run load` calls, and nothing else', () => {
  const own = staging
    .policies('load')
    .flatMap(statements)
    .flatMap(({ Action }) => Action);
  const expected = [...calledBySdk('scripts/load.ts'), ...calledByK6(), ...FOR_QUERIES.split(' ')];
  assert.deepEqual([...new Set(own)].sort(), [...new Set(expected)].sort());
});

/** The commands of the SDK in every file that the script reaches, as IAM names them. */
function calledBySdk(script: string): string[] {
  const { metafile } = buildSync({
    entryPoints: [join(ROOT, script)],
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    loader: { '.sql': 'text', '.csv': 'text' },
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  return Object.keys(metafile.inputs).flatMap((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    return [...text.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-([a-z-]+)'/g)].flatMap(
      ([, names = '', service = '']) =>
        [...names.matchAll(/\b(\w+)Command\b/g)].map(([, operation]) => `${service}:${operation}`),
    );
  });
}

/** The operations that k6's part signs. */
function calledByK6(): string[] {
  const text = readFileSync(join(ROOT, 'loadtest/send.ts'), 'utf8');
  const operations = [...text.matchAll(/signerOf\('(\w+)'\)/g)].map(
    ([, operation]) => `dynamodb:${operation}`,
  );
  assert.ok(operations.length > 0, 'send.ts signs something');
  return operations;
}
