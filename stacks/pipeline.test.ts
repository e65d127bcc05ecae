import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { App } from 'cdktf';
import { HOPS } from '../schemas/hops.ts';
import { ENVIRONMENTS } from './environments.ts';
import { ENVIRONMENT_NAMES, type EnvironmentName } from './names.ts';
import { Pipeline } from './pipeline.ts';

type Json = Record<string, unknown>;
type Resources = Record<string, Record<string, Json>>;
type Statement = { Effect: string; Action: string | string[]; Resource: string | string[]; Condition?: Json };

const outdir = mkdtempSync(join(tmpdir(), 'synth-'));
after(() => rmSync(outdir, { recursive: true }));

const LAMBDAS = {
  transform: { filename: 'assets/transform.zip', sha256Base64: 'dHJhbnNmb3Jt' },
  publishViews: { filename: 'assets/publish-views.zip', sha256Base64: 'cHVibGlzaA==' },
};
const app = new App({ outdir, stackTraces: false });
const pipelines = ENVIRONMENT_NAMES.map((name) => {
  const pipeline = new Pipeline(app, ENVIRONMENTS[name], LAMBDAS);
  pipeline.prepareStack();
  return { name, pipeline, json: pipeline.toTerraform() as { resource: Resources; terraform: Json } };
});

function resources(name: EnvironmentName, type: string): Record<string, Json> {
  return pipelines.find((each) => each.name === name)?.json.resource[type] ?? {};
}
const deployed = ENVIRONMENT_NAMES.filter((name) => name !== 'local');

function statements(document: unknown): Statement[] {
  return (JSON.parse(String(document)) as { Statement: Statement[] }).Statement;
}
const list = (value: string | string[]): string[] => [value].flat();

for (const { name, pipeline, json } of pipelines) {
  test(`${name} has the nine hops, by their names`, () => {
    const children = new Set(pipeline.node.children.map(({ node }) => node.id));
    for (const hop of HOPS) assert.ok(children.has(hop.name), hop.name);
  });

  test(`no role of ${name} has a right to every action or to everything`, () => {
    const policies = Object.entries(resources(name, 'aws_iam_role_policy'));
    assert.ok(policies.length >= 5, `${policies.length} policies looked at`);
    for (const [address, { policy }] of policies)
      for (const { Effect, Action, Resource } of statements(policy)) {
        assert.equal(Effect, 'Allow');
        for (const action of list(Action)) assert.doesNotMatch(action, /\*/, `${address}: ${action}`);
        if (list(Resource).includes('*')) assert.deepEqual(Action, ['dynamodb:ListStreams'], address);
        for (const arn of list(Resource))
          assert.ok(arn === '*' || /^(\$\{aws_|arn:aws:(glue|logs):)/.test(arn), `${address}: ${arn}`);
      }
  });

  test(`every role of ${name} is for one service, and for this account alone`, () => {
    for (const [address, role] of Object.entries(resources(name, 'aws_iam_role'))) {
      const [trust] = statements(role['assume_role_policy']) as (Statement & {
        Principal: { Service: string };
      })[];
      assert.match(trust?.Principal.Service ?? '', /^(pipes|firehose|lambda|glue)\.amazonaws\.com$/, address);
      assert.match(
        JSON.stringify(trust?.Condition),
        /data\.aws_caller_identity\.account\.account_id/,
        address,
      );
    }
  });

  test(`every bucket of ${name} is encrypted, closed to the public, and speaks TLS only`, () => {
    const buckets = Object.keys(resources(name, 'aws_s3_bucket'));
    assert.deepEqual(buckets.sort(), ['athena_results', 'lake']);
    for (const bucket of buckets) {
      const of = (type: string) =>
        JSON.stringify(
          Object.values(resources(name, type)).find(
            (each) => each['bucket'] === `\${aws_s3_bucket.${bucket}.bucket}`,
          ),
        );
      const blocked = JSON.parse(of('aws_s3_bucket_public_access_block')) as Json;
      assert.equal(Object.values(blocked).filter((value) => value === true).length, 4);
      assert.match(of('aws_s3_bucket_server_side_encryption_configuration'), /AES256|aws:kms/);
      const [deny] = statements((JSON.parse(of('aws_s3_bucket_policy')) as Json)['policy']);
      assert.equal(deny?.Effect, 'Deny');
      assert.deepEqual(deny?.Condition, { Bool: { 'aws:SecureTransport': 'false' } });
    }
  });

  test(`${name} gives up on a change after stated retries, and keeps its name`, () => {
    const source = resources(name, 'aws_pipes_pipe')['pipe']?.['source_parameters'] as Json;
    const parameters = source['dynamodb_stream_parameters'] as Json;
    assert.equal(parameters['starting_position'], 'TRIM_HORIZON');
    assert.ok((parameters['maximum_retry_attempts'] as number) >= 0);
    assert.ok((parameters['maximum_record_age_in_seconds'] as number) > 0);
    assert.deepEqual(parameters['dead_letter_config'], { arn: '${aws_sqs_queue.pipe_dead_letters.arn}' });
  });

  test(`${name} holds no path of the machine that synthesized it`, () => {
    assert.ok(!JSON.stringify(json).includes(process.cwd()));
  });

  test(`every log group of ${name} has an end`, () => {
    const groups = Object.values(resources(name, 'aws_cloudwatch_log_group'));
    assert.equal(groups.length, 4);
    for (const group of groups)
      assert.equal(group['retention_in_days'], ENVIRONMENTS[name].logRetentionDays, String(group['name']));
  });
}

test('a deployed environment encrypts every store with its own key', () => {
  const KEY = '${aws_kms_key.key.arn}';
  for (const name of deployed) {
    assert.equal(resources(name, 'aws_kms_key')['key']?.['enable_key_rotation'], true);
    const table = resources(name, 'aws_dynamodb_table')['table'];
    assert.deepEqual(table?.['server_side_encryption'], { enabled: true, kms_key_arn: KEY });
    assert.equal(resources(name, 'aws_kinesis_stream')['kinesis']?.['kms_key_id'], KEY);
    assert.equal(resources(name, 'aws_sqs_queue')['pipe_dead_letters']?.['kms_master_key_id'], KEY);
    for (const type of [
      'aws_s3_bucket_server_side_encryption_configuration',
      'aws_kinesis_firehose_delivery_stream',
      'aws_athena_workgroup',
      'aws_sns_topic',
    ])
      for (const [id, each] of Object.entries(resources(name, type)))
        assert.ok(JSON.stringify(each).includes(KEY), `${name}: ${type}.${id}`);
  }
});

test('a role may use the key only through the services that hold the data', () => {
  for (const name of deployed)
    for (const { policy } of Object.values(resources(name, 'aws_iam_role_policy')))
      for (const { Action, Condition } of statements(policy))
        if (list(Action).some((action) => action.startsWith('kms:')))
          assert.match(JSON.stringify(Condition), /kms:ViaService/);
});

test('local has no key and no alarm, the others have both', () => {
  for (const type of ['aws_kms_key', 'aws_cloudwatch_metric_alarm', 'aws_sns_topic']) {
    assert.deepEqual(resources('local', type), {}, type);
    for (const name of deployed) assert.notDeepEqual(resources(name, type), {}, `${name}: ${type}`);
  }
});

test('prod cannot be destroyed by a plan, and can be brought back to any second of 35 days', () => {
  const table = resources('prod', 'aws_dynamodb_table')['table'];
  assert.equal(table?.['deletion_protection_enabled'], true);
  assert.deepEqual(table?.['lifecycle'], { prevent_destroy: true });
  assert.deepEqual(table?.['point_in_time_recovery'], { enabled: true, recovery_period_in_days: 35 });
  const lake = resources('prod', 'aws_s3_bucket')['lake'];
  assert.deepEqual([lake?.['force_destroy'], lake?.['lifecycle']], [false, { prevent_destroy: true }]);
});

test('a processor parameter at its AWS default is left out, any other is written', () => {
  const written = (name: EnvironmentName) =>
    JSON.stringify(resources(name, 'aws_kinesis_firehose_delivery_stream')['firehose']);
  assert.doesNotMatch(written('local'), /NumberOfRetries/);
  assert.match(written('local'), /BufferIntervalInSeconds","parameter_value":"0"/);
  assert.match(written('local'), /BufferSizeInMBs","parameter_value":"3"/);
});

test('only the success of its own crawler publishes the views', () => {
  const rule = resources('dev', 'aws_cloudwatch_event_rule')['publish_views_rule'];
  assert.deepEqual(JSON.parse(String(rule?.['event_pattern'])), {
    source: ['aws.glue'],
    'detail-type': ['Glue Crawler State Change'],
    detail: { crawlerName: ['amazon-sales-data-crawler-dev'], state: ['Succeeded'] },
  });
});

for (const name of ENVIRONMENT_NAMES)
  test(`the views of ${name} are also published each hour, and each rule may call the publisher by a permission of its own`, () => {
    const rules = Object.entries(resources(name, 'aws_cloudwatch_event_rule')).filter(([address]) =>
      address.startsWith('publish_views_'),
    );
    assert.deepEqual(
      rules.map(([, rule]) => rule['schedule_expression'] ?? 'an event'),
      ['an event', 'rate(1 hour)'],
    );
    for (const [address] of rules) {
      const of = (type: string, key: string, value: string) =>
        Object.values(resources(name, type)).filter(
          (each) => each[key] === `\${aws_cloudwatch_event_rule.${address}.${value}}`,
        );
      const permissions = of('aws_lambda_permission', 'source_arn', 'arn');
      const targets = of('aws_cloudwatch_event_target', 'rule', 'name');
      assert.deepEqual([permissions.length, targets.length], [1, 1], address);
      assert.equal(permissions[0]?.['function_name'], '${aws_lambda_function.publish_views.function_name}');
      assert.equal(targets[0]?.['arn'], '${aws_lambda_function.publish_views.arn}');
    }
  });

test('the state of every deployed environment is locked and encrypted, and its bucket is left to terraform init', () => {
  assert.deepEqual([...deployed], ['dev', 'staging', 'prod']);
  for (const { name, json } of pipelines.filter(({ name }) => name !== 'local'))
    assert.deepEqual(json.terraform['backend'], {
      s3: { key: 'pipeline.tfstate', region: ENVIRONMENTS[name].region, encrypt: true, use_lockfile: true },
    });
});

test('the laptop has no state of Terraform’s', () => {
  const local = pipelines.find(({ name }) => name === 'local');
  assert.deepEqual(Object.keys(local?.json.terraform ?? {}), ['required_providers']);
});
