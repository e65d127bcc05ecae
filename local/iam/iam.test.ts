import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AwsError, EngineError } from '../aws-error.ts';
import type { Principal } from '../ports.ts';
import { ADMINISTRATOR, testStack } from '../testing/ports.ts';
import { createIam } from './iam.ts';

const ACCOUNT = { account: '000000000000', region: 'us-east-2' };
const STREAM = 'arn:aws:kinesis:us-east-2:000000000000:stream/orders';
const RULE = 'arn:aws:events:us-east-2:000000000000:rule/crawled';
const FUNCTION = 'arn:aws:lambda:us-east-2:000000000000:function:publish';
const pipe: Principal = { kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/pipe', session: 'carry' };
const rule: Principal = { kind: 'service', service: 'events.amazonaws.com', sourceArn: RULE };

const document = (...statements: unknown[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allow = (action: string | string[], resource: string | string[], more = {}) => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...more,
});
const deny = (action: string, resource: string, more = {}) => ({
  Effect: 'Deny',
  Action: action,
  Resource: resource,
  ...more,
});
const TRUST = document({
  Effect: 'Allow',
  Principal: { Service: 'pipes.amazonaws.com' },
  Action: 'sts:AssumeRole',
  Condition: { StringEquals: { 'aws:SourceAccount': '000000000000' } },
});
const role = (more = {}) => ({ 'aws_iam_role.pipe': { name: 'pipe', assume_role_policy: TRUST, ...more } });
const rolePolicy = (...statements: unknown[]) => ({
  'aws_iam_role_policy.pipe': { name: 'pipe', role: 'pipe', policy: document(...statements) },
});
const bucketPolicy = (...statements: unknown[]) => ({
  'aws_s3_bucket_policy.lake': { bucket: 'lake', policy: document(...statements) },
});

function asker(resources: Record<string, Record<string, unknown>>) {
  const authorize = createIam(testStack(resources), ACCOUNT);
  return (principal: Principal, action: string, resource: string): 'yes' | AwsError => {
    try {
      authorize(principal, [{ action, resource }]);
      return 'yes';
    } catch (error) {
      assert.ok(error instanceof AwsError, String(error));
      return error;
    }
  };
}
const refused = (answer: 'yes' | AwsError) => answer !== 'yes';

test("CloudWatch's refusal names the action and no resource, as its actions take none", () => {
  const authorize = createIam(testStack({}), { account: '000000000000', region: 'us-east-2' });
  assert.throws(
    () =>
      authorize({ kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/pipe', session: 'carry' }, [
        { action: 'cloudwatch:GetMetricData', resource: '*' },
      ]),
    {
      code: 'AccessDeniedException',
      status: 400,
      message:
        'User: arn:aws:sts::000000000000:assumed-role/pipe/carry is not authorized to perform: cloudwatch:GetMetricData because no identity-based policy allows the cloudwatch:GetMetricData action',
    },
  );
});

test('a role may do what its policy allows, and is told what it may not as AWS tells it', () => {
  const ask = asker({ ...role(), ...rolePolicy(allow('kinesis:PutRecords', STREAM)) });
  assert.equal(ask(pipe, 'kinesis:PutRecords', STREAM), 'yes');
  const answer = ask(pipe, 'kinesis:GetRecords', STREAM) as AwsError;
  assert.equal(answer.code, 'AccessDeniedException');
  assert.equal(
    answer.message,
    `User: arn:aws:sts::000000000000:assumed-role/pipe/carry is not authorized to perform: kinesis:GetRecords on resource: ${STREAM} because no identity-based policy allows the kinesis:GetRecords action`,
  );
  assert.ok(refused(ask(pipe, 'kinesis:PutRecords', `${STREAM}2`)));
});

test('the answer is the same when it is asked again', () => {
  const ask = asker({ ...role(), ...rolePolicy(allow('kinesis:PutRecords', STREAM)) });
  for (const _ of [1, 2, 3]) {
    assert.equal(ask(pipe, 'kinesis:PutRecords', STREAM), 'yes');
    assert.ok(refused(ask(pipe, 'kinesis:PutRecord', STREAM)));
  }
});

test('actions do not care for case, resources do', () => {
  const ask = asker({ ...role(), ...rolePolicy(allow('Kinesis:putRECORDS', STREAM)) });
  assert.equal(ask(pipe, 'kinesis:PutRecords', STREAM), 'yes');
  assert.ok(refused(ask(pipe, 'kinesis:PutRecords', STREAM.toUpperCase())));
});

test('an explicit deny wins over any allow', () => {
  const ask = asker({
    ...role(),
    ...rolePolicy(allow('kinesis:*', '*'), deny('kinesis:Put*', STREAM)),
  });
  assert.equal(ask(pipe, 'kinesis:GetRecords', STREAM), 'yes');
  assert.match(
    (ask(pipe, 'kinesis:PutRecord', STREAM) as AwsError).message,
    /with an explicit deny in an identity-based policy$/,
  );
});

test('NotAction and NotResource allow everything else', () => {
  const ask = asker({
    ...role(),
    ...rolePolicy({ Effect: 'Allow', NotAction: 'kinesis:PutRecord', NotResource: `${STREAM}-private` }),
  });
  assert.equal(ask(pipe, 'kinesis:PutRecords', STREAM), 'yes');
  assert.ok(refused(ask(pipe, 'kinesis:PutRecord', STREAM)));
  assert.ok(refused(ask(pipe, 'kinesis:PutRecords', `${STREAM}-private`)));
});

test('a right on one stream is no right to list all of them', () => {
  const ask = asker({ ...role(), ...rolePolicy(allow('dynamodb:ListStreams', STREAM)) });
  assert.ok(refused(ask(pipe, 'dynamodb:ListStreams', '*')));
});

test("inline, attached and AWS's own logging policies count together", () => {
  const ask = asker({
    ...role({
      inline_policy: [{ name: 'inline', policy: document(allow('sqs:SendMessage', '*')) }],
      managed_policy_arns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
    }),
    'aws_iam_policy.extra': { name: 'extra', policy: document(allow('s3:GetObject', '*')) },
    'aws_iam_role_policy_attachment.extra': {
      role: 'pipe',
      policy_arn: 'arn:aws:iam::000000000000:policy/extra',
    },
  });
  assert.equal(ask(pipe, 'sqs:SendMessage', 'arn:aws:sqs:us-east-2:000000000000:q'), 'yes');
  assert.equal(ask(pipe, 's3:GetObject', 'arn:aws:s3:::lake/a'), 'yes');
});

test('S3 says AccessDenied, with 403', () => {
  const answer = asker(role())(pipe, 's3:GetObject', 'arn:aws:s3:::lake/a') as AwsError;
  assert.deepEqual([answer.code, answer.status], ['AccessDenied', 403]);
});

test('the user may do everything that no policy denies', () => {
  const ask = asker(bucketPolicy(deny('s3:DeleteObject', 'arn:aws:s3:::lake/*', { Principal: '*' })));
  assert.equal(ask(ADMINISTRATOR, 's3:PutObject', 'arn:aws:s3:::lake/a'), 'yes');
  assert.match(
    (ask(ADMINISTRATOR, 's3:DeleteObject', 'arn:aws:s3:::lake/a') as AwsError).message,
    /^User: arn:aws:iam::000000000000:user\/local is not .* with an explicit deny in a resource-based policy$/,
  );
});

test("the cloud's own plumbing is asked nothing", () => {
  assert.equal(asker({})({ kind: 'aws' }, 'events:PutEvents', '*'), 'yes');
});

test('a policy that wants TLS denies nothing here: the engine is on loopback', () => {
  const ask = asker(
    bucketPolicy(
      deny('s3:*', 'arn:aws:s3:::lake/*', {
        Principal: '*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    ),
  );
  assert.equal(ask(ADMINISTRATOR, 's3:PutObject', 'arn:aws:s3:::lake/a'), 'yes');
});

test("a bucket's policy can give a role of the account a right, the account's name alone cannot", () => {
  const grant = (aws: string) =>
    asker({
      ...role(),
      ...bucketPolicy(allow('s3:GetObject', 'arn:aws:s3:::lake/*', { Principal: { AWS: aws } })),
    })(pipe, 's3:GetObject', 'arn:aws:s3:::lake/a');
  assert.equal(grant('arn:aws:iam::000000000000:role/pipe'), 'yes');
  assert.equal(grant('arn:aws:sts::000000000000:assumed-role/pipe/carry'), 'yes');
  assert.ok(refused(grant('arn:aws:iam::000000000000:role/other')));
  assert.ok(refused(grant('arn:aws:iam::000000000000:root')));
});

test('a service may call the function for the source that the permission names, and for no other', () => {
  const permission = {
    action: 'lambda:InvokeFunction',
    function_name: 'publish',
    principal: 'events.amazonaws.com',
    source_arn: RULE,
    source_account: '000000000000',
    statement_id: 'AfterEachCrawl',
  };
  const ask = asker({ 'aws_lambda_permission.publish': permission });
  assert.equal(ask(rule, 'lambda:InvokeFunction', FUNCTION), 'yes');
  assert.ok(refused(ask(rule, 'lambda:GetFunction', FUNCTION)));
  assert.ok(refused(ask(rule, 'lambda:InvokeFunction', `${FUNCTION}-other`)));
  const other: Principal = { ...rule, sourceArn: `${RULE}-other` };
  const answer = ask(other, 'lambda:InvokeFunction', FUNCTION) as AwsError;
  assert.match(answer.message, /because no resource-based policy allows the lambda:InvokeFunction action$/);
  assert.ok(refused(ask({ ...rule, service: 's3.amazonaws.com' }, 'lambda:InvokeFunction', FUNCTION)));
});

test("a queue's policy lets a service send to it", () => {
  const QUEUE = 'arn:aws:sqs:us-east-2:000000000000:dead';
  const ask = asker({
    'aws_sqs_queue_policy.dead': {
      queue_url: 'http://127.0.0.1/dead',
      policy: document(
        allow('sqs:SendMessage', QUEUE, {
          Principal: { Service: 'events.amazonaws.com' },
          Condition: { ArnEquals: { 'aws:SourceArn': RULE } },
        }),
      ),
    },
  });
  assert.equal(ask(rule, 'sqs:SendMessage', QUEUE), 'yes');
  assert.ok(refused(ask({ ...rule, sourceArn: `${RULE}2` }, 'sqs:SendMessage', QUEUE)));
});

test('rights on services that are not here are not read', () => {
  const kms = allow(['kms:Decrypt'], '*', { Condition: { StringEquals: { 'kms:ViaService': 's3' } } });
  assert.ok(refused(asker({ ...role(), ...rolePolicy(kms) })(pipe, 's3:GetObject', 'arn:aws:s3:::lake/a')));
});

test('a right to put metrics of one namespace is no right to read metrics', () => {
  const put = allow(['cloudwatch:PutMetricData', 'cloudwatch:GetMetricData'], '*', {
    Condition: { StringEquals: { 'cloudwatch:namespace': 'Orders' } },
  });
  assert.ok(refused(asker({ ...role(), ...rolePolicy(put) })(pipe, 'cloudwatch:GetMetricData', '*')));
});

test('what cannot be decided stops the engine at the start, with the address', () => {
  const broken: [Record<string, Record<string, unknown>>, RegExp][] = [
    [
      rolePolicy(allow('s3:GetObject', '*', { Condition: { StringEquals: { 's3:prefix': 'a' } } })),
      /aws_iam_role_policy\.pipe.*s3:prefix/,
    ],
    [
      rolePolicy(allow('s3:GetObject', '*', { Condition: { DateLessThan: { 'aws:SourceArn': 'a' } } })),
      /DateLessThan/,
    ],
    [rolePolicy({ Effect: 'Allow', Action: 's3:GetObject' }), /Resource or NotResource/],
    [rolePolicy({ ...allow('s3:*', '*'), NotAction: 's3:PutObject' }), /Action or NotAction/],
    [rolePolicy({ Effect: 'allow', Action: 's3:*', Resource: '*' }), /Effect is "allow"/],
    [rolePolicy(allow('s3:*', 'arn:aws:s3:::${aws:username}')), /policy variable/],
    [rolePolicy(allow('s3:*', '*', { Principal: '*' })), /Principal has no place/],
    [rolePolicy(allow('s3:*', '*', { NotPrincipal: '*' })), /NotPrincipal/],
    [{ 'aws_iam_role_policy.pipe': { role: 'pipe', policy: '{' } }, /no JSON/],
    [bucketPolicy(allow('s3:*', 'arn:aws:s3:::other/*', { Principal: '*' })), /other\/\* does not lie in/],
    [bucketPolicy(allow('s3:*', 'arn:aws:s3:::lake', { Principal: { Federated: 'x' } })), /Federated/],
    [
      role({ managed_policy_arns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }),
      /what .*AdministratorAccess grants/,
    ],
    [role({ assume_role_policy: document(allow('s3:GetObject', '*')) }), /Principal|trust/],
  ];
  for (const [resources, message] of broken)
    assert.throws(
      () => createIam(testStack(resources), ACCOUNT),
      (error) => error instanceof EngineError && message.test(error.message),
      String(message),
    );
});
