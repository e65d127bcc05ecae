/**
 * Reads `aws_lambda_function`: a zip of Node code with its handler, memory, time limit and environment. Who may invoke
 * it (`aws_lambda_permission`) is read by identity, not here.
 *
 * Not here: container images, code in S3, layers, file systems and runtimes other than Node. Each is refused by name.
 */

import type { Block, ResourceKind } from '../../stack/stack.ts';

export type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';

export type FunctionConfig = {
  name: string;
  description: string;
  role: string;
  runtime: string;
  /** `index.handler`: a module of the bundle and the export in it. */
  handler: string;
  /** The zip, relative to the stack's directory or absolute. */
  filename: string;
  memoryMb: number;
  timeoutSeconds: number;
  variables: Record<string, string>;
  /** Absent: the function shares the account's concurrency. */
  reservedConcurrency?: number;
  architectures: string[];
  ephemeralStorageMb: number;
  /** Queue for asynchronous invocations that failed for good. */
  deadLetterArn?: string;
  log: { group: string; format: 'Text' | 'JSON'; applicationLevel: LogLevel; systemLevel: LogLevel };
  tracing: string;
  tags: Record<string, string>;
};

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
const NODE_RUNTIME = /^nodejs\d+\.x$/;
const MEMORY_DEFAULT_MB = 128;
const TIMEOUT_DEFAULT_SECONDS = 3;
const EPHEMERAL_STORAGE_DEFAULT_MB = 512;
/** Terraform's way to say that no concurrency is reserved. */
const UNRESERVED = -1;

export const lambdaFunction: ResourceKind<FunctionConfig> = {
  type: 'aws_lambda_function',
  computed(block, { account, region }) {
    const name = block.string('function_name');
    const arn = `arn:aws:lambda:${region}:${account}:function:${name}`;
    const invoke = (of: string) =>
      `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${of}/invocations`;
    return {
      arn,
      id: name,
      version: '$LATEST',
      qualified_arn: `${arn}:$LATEST`,
      invoke_arn: invoke(arn),
      qualified_invoke_arn: invoke(`${arn}:$LATEST`),
    };
  },
  parse(block) {
    refuseOtherCode(block);
    block.inert(
      ...[
        'code_signing_config_arn',
        'kms_key_arn',
        'publish',
        'skip_destroy',
        'snap_start',
        'source_code_hash',
      ],
      ...['tags_all', 'timeouts', 'vpc_config', 'replace_security_groups_on_destroy'],
      'replacement_security_group_ids',
    );
    const runtime = block.string('runtime');
    if (!NODE_RUNTIME.test(runtime)) block.refuse('runtime', 'the engine runs functions in Node workers.');
    const name = block.string('function_name');
    const reserved = block.optionalNumber('reserved_concurrent_executions') ?? UNRESERVED;
    const deadLetterArn = deadLetters(block);
    const architectures = block.strings('architectures');
    return {
      name,
      description: block.optionalString('description') ?? '',
      role: block.string('role'),
      runtime,
      handler: block.string('handler'),
      filename: block.string('filename'),
      memoryMb: block.optionalNumber('memory_size') ?? MEMORY_DEFAULT_MB,
      timeoutSeconds: block.optionalNumber('timeout') ?? TIMEOUT_DEFAULT_SECONDS,
      variables: block.block('environment')?.map('variables') ?? {},
      ...(reserved === UNRESERVED ? {} : { reservedConcurrency: reserved }),
      architectures: architectures.length > 0 ? architectures : ['x86_64'],
      ephemeralStorageMb:
        block.block('ephemeral_storage')?.optionalNumber('size') ?? EPHEMERAL_STORAGE_DEFAULT_MB,
      ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
      log: logging(block, name),
      tracing: block.block('tracing_config')?.string('mode') ?? 'PassThrough',
      tags: block.map('tags'),
    };
  },
};

function refuseOtherCode(block: Block): void {
  const packageType = block.optionalString('package_type') ?? 'Zip';
  if (packageType !== 'Zip')
    block.refuse('package_type', 'the engine runs zips of Node code, no containers.');
  for (const name of ['image_uri', 'image_config', 's3_bucket', 's3_key', 's3_object_version'])
    if (block.has(name)) block.refuse(name, 'the code is a zip beside the stack; name it with "filename".');
  if (block.strings('layers').length > 0)
    block.refuse('layers', 'bundle what the function needs into its zip.');
  if (block.has('file_system_config')) block.refuse('file_system_config', 'there is no EFS.');
}

function deadLetters(block: Block): string | undefined {
  const config = block.block('dead_letter_config');
  const arn = config?.string('target_arn');
  if (arn !== undefined && !arn.startsWith('arn:aws:sqs:'))
    config?.refuse('target_arn', 'failed events can go to an SQS queue only.');
  return arn;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html */
function logging(block: Block, name: string): FunctionConfig['log'] {
  const config = block.block('logging_config');
  const format = config?.string('log_format') ?? 'Text';
  return {
    group: config?.optionalString('log_group') ?? `/aws/lambda/${name}`,
    format: format === 'JSON' ? 'JSON' : 'Text',
    applicationLevel: (config?.optionalString('application_log_level') ?? 'INFO') as LogLevel,
    systemLevel: (config?.optionalString('system_log_level') ?? 'INFO') as LogLevel,
  };
}
