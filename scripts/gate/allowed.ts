/**
 * What a stack may hold, as data: everything that is not named here is refused. The lists follow what stacks/ uses
 * today. Whoever needs more widens a list in a change of its own, which is merged first: the gate that judges a pull
 * request is the one on main, never the pull request's.
 */

/** The sections at the top of a cdk.tf.json. `//` is CDKTF's own, which Terraform does not read. */
export const SECTIONS: ReadonlySet<string> = new Set([
  '//',
  'terraform',
  'provider',
  'data',
  'resource',
  'output',
  'moved',
  'removed',
]);

export const PROVIDER = {
  name: 'aws',
  /** The same registry address, from its shortest form to its whole. */
  sources: ['aws', 'hashicorp/aws', 'registry.terraform.io/hashicorp/aws'],
  version: '5.100.0',
  arguments: ['region', 'default_tags'],
} as const;

/** The whole backend; `npm run plan` adds the bucket and the key of the account. */
export const BACKEND = { key: 'pipeline.tfstate', encrypt: true, use_lockfile: true } as const;

export const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

export const RESOURCE_TYPES: ReadonlySet<string> = new Set([
  'aws_athena_workgroup',
  'aws_cloudwatch_dashboard',
  'aws_cloudwatch_event_rule',
  'aws_cloudwatch_event_target',
  'aws_cloudwatch_log_group',
  'aws_cloudwatch_log_stream',
  'aws_cloudwatch_metric_alarm',
  'aws_dynamodb_table',
  'aws_glue_catalog_database',
  'aws_glue_crawler',
  'aws_iam_role',
  'aws_iam_role_policy',
  'aws_kinesis_firehose_delivery_stream',
  'aws_kinesis_stream',
  'aws_kms_alias',
  'aws_kms_key',
  'aws_lambda_function',
  'aws_lambda_permission',
  'aws_pipes_pipe',
  'aws_s3_bucket',
  'aws_s3_bucket_lifecycle_configuration',
  'aws_s3_bucket_ownership_controls',
  'aws_s3_bucket_policy',
  'aws_s3_bucket_public_access_block',
  'aws_s3_bucket_server_side_encryption_configuration',
  'aws_s3_bucket_versioning',
  'aws_sns_topic',
  'aws_sns_topic_policy',
  'aws_sqs_queue',
]);

/** A data source is read while planning, with the plan role's rights: one that reads contents (an object, a secret, a
 * parameter, a Lambda's answer) would carry them into a plan that anyone with a pull request made. */
export const DATA_TYPES: ReadonlySet<string> = new Set(['aws_caller_identity']);

/** Refused wherever they stand and however they are spelt: they run something, or make one block many. */
export const FORBIDDEN_KEYS: ReadonlyMap<string, string> = new Map([
  ['provisioner', 'runs a program on the machine that applies'],
  ['connection', 'opens a connection for a provisioner'],
  ['dynamic', 'makes blocks that are not in the file'],
  ['count', 'makes one address many'],
  ['for_each', 'makes one address many'],
  ['precondition', 'computes an expression of its own'],
  ['postcondition', 'computes an expression of its own'],
]);

export const LIFECYCLE: ReadonlySet<string> = new Set([
  'prevent_destroy',
  'create_before_destroy',
  'ignore_changes',
  'replace_triggered_by',
]);

/** Where a Lambda's code could come from besides a zip of the bundle, whose digest is sealed. */
export const CODE_FROM_ELSEWHERE: ReadonlySet<string> = new Set([
  's3_bucket',
  's3_key',
  's3_object_version',
  'image_uri',
  'image_config',
  'package_type',
  'layers',
]);

/** An argument whose value Terraform opens as a file. `source` is one too, save on a pipe, where it is an ARN. */
export const FILE_ARGUMENT = /^source$|(^|_)(file|files|filename|filenames|filepath|file_path|file_paths)$/i;
export const SOURCE_IS_NO_FILE: ReadonlySet<string> = new Set(['aws_pipes_pipe']);

export const ASSET = /^assets\/[a-z0-9-]+\.zip$/;
export const FILES: ReadonlySet<string> = new Set(['cdk.tf.json', '.terraform.lock.hcl']);

/** Far above the real ones (50,000 characters, 12 levels), far below what makes a parser slow. */
export const STACK_CHARACTERS_MAX = 2_000_000;
export const DEPTH_MAX = 40;
export const FINDINGS_MAX = 100;
