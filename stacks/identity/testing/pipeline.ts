/** The pipeline's synthesized resources with the ARNs filled in that AWS would give them, for tests of rights. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'cdktf';
import { ENVIRONMENTS } from '../../environments.ts';
import type { EnvironmentName } from '../../names.ts';
import { Pipeline } from '../../pipeline.ts';
import { ACCOUNT } from './bootstrap.ts';

export type Resource = {
  type: string;
  address: string;
  arn: string;
  arguments: Record<string, unknown>;
};

const LAMBDA = { filename: 'assets/a.zip', sha256Base64: 'YQ==' };
export const PIPELINE_KEY = `arn:aws:kms:us-east-2:${ACCOUNT}:key/0a0b0c0d-0000-4000-8000-000000000000`;

export function pipelineResources(environment: EnvironmentName): Resource[] {
  const outdir = mkdtempSync(join(tmpdir(), 'pipeline-'));
  try {
    const app = new App({ outdir, stackTraces: false });
    const stack = new Pipeline(app, ENVIRONMENTS[environment], { transform: LAMBDA, publishViews: LAMBDA });
    stack.prepareStack();
    const text = JSON.stringify(stack.toTerraform()).replaceAll(
      '${data.aws_caller_identity.account.account_id}',
      ACCOUNT,
    );
    const { resource } = JSON.parse(text) as {
      resource: Record<string, Record<string, Record<string, unknown>>>;
    };
    const blocks = new Map(
      Object.entries(resource).flatMap(([type, each]) =>
        Object.entries(each).map(([id, block]) => [`${type}.${id}`, block] as const),
      ),
    );
    return [...blocks].map(([address, block]) => {
      const type = address.split('.')[0] ?? '';
      return { type, address, arn: fill(arnOf(type, block), blocks), arguments: fill(block, blocks) };
    });
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

type Blocks = ReadonlyMap<string, Record<string, unknown>>;

/** What a reference stands for: an ARN, or an argument of the other block. */
function fill<T>(value: T, blocks: Blocks): T {
  const text = JSON.stringify(value).replaceAll(
    /\$\{(aws_[a-z0-9_]+)\.([a-z0-9_]+)\.([a-z_]+)\}/g,
    (_, type: string, id: string, attribute: string) => {
      const block = blocks.get(`${type}.${id}`) ?? {};
      if (attribute === 'arn') return fill(arnOf(type, block), blocks);
      if (attribute === 'stream_arn') return `${arnOf(type, block)}/stream/2026-11-22T00:00:00.000`;
      return fill(String(block[attribute]), blocks);
    },
  );
  return JSON.parse(text) as T;
}

/** As AWS forms it; what is a part of another thing, such as a bucket's policy, is asked under that thing's. */
function arnOf(type: string, block: Record<string, unknown>): string {
  const name = String(block['name']);
  const regional = (service: string, resource: string) =>
    `arn:aws:${service}:us-east-2:${ACCOUNT}:${resource}`;
  switch (type) {
    case 'aws_athena_workgroup':
      return regional('athena', `workgroup/${name}`);
    case 'aws_cloudwatch_dashboard':
      return `arn:aws:cloudwatch::${ACCOUNT}:dashboard/${block['dashboard_name']}`;
    case 'aws_cloudwatch_event_rule':
      return regional('events', `rule/${name}`);
    case 'aws_cloudwatch_event_target':
      return regional('events', `rule/${block['rule']}`);
    case 'aws_cloudwatch_log_group':
      return regional('logs', `log-group:${name}`);
    case 'aws_cloudwatch_log_stream':
      return regional('logs', `log-group:${block['log_group_name']}:log-stream:${name}`);
    case 'aws_cloudwatch_metric_alarm':
      return regional('cloudwatch', `alarm:${block['alarm_name']}`);
    case 'aws_dynamodb_table':
      return regional('dynamodb', `table/${name}`);
    case 'aws_glue_catalog_database':
      return regional('glue', `database/${name}`);
    case 'aws_glue_crawler':
      return regional('glue', `crawler/${name}`);
    case 'aws_iam_role':
      return `arn:aws:iam::${ACCOUNT}:role/${name}`;
    case 'aws_iam_role_policy':
      return `arn:aws:iam::${ACCOUNT}:role/${block['role']}`;
    case 'aws_kinesis_firehose_delivery_stream':
      return regional('firehose', `deliverystream/${name}`);
    case 'aws_kinesis_stream':
      return regional('kinesis', `stream/${name}`);
    case 'aws_kms_alias':
      return regional('kms', name);
    case 'aws_kms_key':
      return PIPELINE_KEY;
    case 'aws_lambda_function':
    case 'aws_lambda_permission':
      return regional('lambda', `function:${block['function_name']}`);
    case 'aws_pipes_pipe':
      return regional('pipes', `pipe/${name}`);
    case 'aws_sns_topic_policy':
      return String(block['arn']);
    case 'aws_sns_topic':
      return regional('sns', name);
    case 'aws_sqs_queue':
      return regional('sqs', name);
    default:
      if (type.startsWith('aws_s3_bucket')) return `arn:aws:s3:::${block['bucket']}`;
      throw new Error(`${type}: say here how its ARN is formed.`);
  }
}
