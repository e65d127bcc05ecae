/** Reads `aws_pipes_pipe`: a DynamoDB stream as source, a Kinesis stream as target, and nothing in between. */

import { compilePath, type JsonPath } from '../../event-pattern/json-path.ts';
import { compilePattern, type EventPattern } from '../../event-pattern/pattern.ts';
import type { Block, ResourceKind } from '../../stack/stack.ts';
import { compileTemplate, type Template } from './template.ts';

export type DesiredState = 'RUNNING' | 'STOPPED';

export type PipeConfig = {
  name: string;
  description: string | undefined;
  desiredState: DesiredState;
  roleArn: string;
  sourceArn: string;
  targetArn: string;
  source: SourceConfig;
  filters: { text: string; matches: EventPattern }[];
  /** As the stack wrote it, and what it means: the same text for each record, or a path into it. */
  partitionKey: { text: string; path: JsonPath | undefined };
  template: { text: string; render: Template } | undefined;
};

type SourceConfig = {
  startingPosition: 'TRIM_HORIZON' | 'LATEST';
  batchSize: number;
  batchingWindowSeconds: number;
  /** -1 stands for no limit, in AWS's API as here. */
  recordAgeSecondsMax: number;
  retryAttemptsMax: number;
  parallelizationFactor: number;
  bisect: boolean;
  deadLetterArn: string | undefined;
};

/** What the target takes at once; AWS refuses a larger batch at the source.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html */
export const BATCH_RECORDS_MAX = 500;

/** https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_PipeSourceDynamoDBStreamParameters.html */
const LIMITS = {
  batch_size: { missing: 100, min: 1, max: BATCH_RECORDS_MAX },
  maximum_batching_window_in_seconds: { missing: 0, min: 0, max: 300 },
  maximum_record_age_in_seconds: { missing: -1, min: -1, max: 604_800 },
  maximum_retry_attempts: { missing: -1, min: -1, max: 10_000 },
  parallelization_factor: { missing: 1, min: 1, max: 10 },
} as const;

export const pipeKind: ResourceKind<PipeConfig> = {
  type: 'aws_pipes_pipe',
  computed(block, { account, region }) {
    const name = block.string('name');
    return { arn: `arn:aws:pipes:${region}:${account}:pipe/${name}`, id: name, name };
  },
  parse(block) {
    block.inert('arn', 'id', 'kms_key_identifier', 'log_configuration', 'tags', 'tags_all', 'timeouts');
    for (const name of ['enrichment', 'enrichment_parameters'])
      if (block.has(name)) block.refuse(name, 'the engine’s pipes carry records as they are.');
    const sourceParameters = block.block('source_parameters');
    return {
      name: parseName(block),
      description: block.optionalString('description'),
      desiredState: parseDesiredState(block),
      roleArn: block.string('role_arn'),
      sourceArn: parseArn(block, 'source', /^arn:aws:dynamodb:[^:]+:\d{12}:table\/[^/]+\/stream\/.+$/),
      targetArn: parseArn(block, 'target', /^arn:aws:kinesis:[^:]+:\d{12}:stream\/.+$/),
      source: parseSource(block, sourceParameters),
      filters: parseFilters(sourceParameters?.block('filter_criteria')),
      ...parseTarget(block),
    };
  },
};

function parseName(block: Block): string {
  if (block.has('name_prefix')) block.refuse('name_prefix', 'a pipe here has the same name at every start.');
  const name = block.string('name');
  return /^[.\-_A-Za-z0-9]{1,64}$/.test(name)
    ? name
    : block.refuse('name', 'AWS takes 1 to 64 letters, digits, ".", "-" and "_".');
}

function parseDesiredState(block: Block): DesiredState {
  const state = block.optionalString('desired_state') ?? 'RUNNING';
  if (state === 'RUNNING' || state === 'STOPPED') return state;
  return block.refuse('desired_state', 'AWS knows RUNNING and STOPPED.');
}

function parseArn(block: Block, name: 'source' | 'target', form: RegExp): string {
  const arn = block.string(name);
  if (form.test(arn)) return arn;
  const wanted = name === 'source' ? 'the stream of a DynamoDB table' : 'a Kinesis data stream';
  return block.refuse(name, `here a pipe's ${name} is ${wanted}.`);
}

function parseSource(pipe: Block, parameters: Block | undefined): SourceConfig {
  refuseOthers(parameters, 'source', [
    'activemq_broker_parameters',
    'kinesis_stream_parameters',
    'managed_streaming_kafka_parameters',
    'rabbitmq_broker_parameters',
    'self_managed_kafka_parameters',
    'sqs_queue_parameters',
  ]);
  const block = parameters?.block('dynamodb_stream_parameters');
  if (!block) return pipe.refuse('source_parameters', 'a DynamoDB stream needs dynamodb_stream_parameters.');
  const startingPosition = block.string('starting_position');
  if (startingPosition !== 'TRIM_HORIZON' && startingPosition !== 'LATEST')
    return block.refuse('starting_position', 'AWS knows TRIM_HORIZON and LATEST.');
  const onFailure = block.optionalString('on_partial_batch_item_failure');
  if (onFailure !== undefined && onFailure !== 'AUTOMATIC_BISECT')
    return block.refuse('on_partial_batch_item_failure', 'AWS knows AUTOMATIC_BISECT.');
  const deadLetters = block.block('dead_letter_config');
  const deadLetterArn = deadLetters?.optionalString('arn');
  if (deadLetterArn !== undefined && !deadLetterArn.startsWith('arn:aws:sqs:'))
    return (deadLetters as Block).refuse('arn', 'dead letters go to an SQS queue here, not to a topic.');
  return {
    startingPosition,
    batchSize: bounded(block, 'batch_size'),
    batchingWindowSeconds: bounded(block, 'maximum_batching_window_in_seconds'),
    recordAgeSecondsMax: bounded(block, 'maximum_record_age_in_seconds'),
    retryAttemptsMax: bounded(block, 'maximum_retry_attempts'),
    parallelizationFactor: bounded(block, 'parallelization_factor'),
    bisect: onFailure !== undefined,
    deadLetterArn,
  };
}

function bounded(block: Block, name: keyof typeof LIMITS): number {
  const { missing, min, max } = LIMITS[name];
  const value = block.optionalNumber(name) ?? missing;
  return Number.isInteger(value) && value >= min && value <= max
    ? value
    : block.refuse(name, `AWS takes ${min} to ${max} for a pipe into a Kinesis stream.`);
}

function parseFilters(criteria: Block | undefined): PipeConfig['filters'] {
  return (criteria?.blocks('filter') ?? []).map((filter) => {
    const text = filter.string('pattern');
    return { text, matches: compilePattern(text) };
  });
}

function parseTarget(pipe: Block): Pick<PipeConfig, 'partitionKey' | 'template'> {
  const parameters = pipe.block('target_parameters');
  refuseOthers(parameters, 'target', [
    'batch_job_parameters',
    'cloudwatch_logs_parameters',
    'ecs_task_parameters',
    'eventbridge_event_bus_parameters',
    'http_parameters',
    'lambda_function_parameters',
    'redshift_data_parameters',
    'sagemaker_pipeline_parameters',
    'sqs_queue_parameters',
    'step_function_state_machine_parameters',
  ]);
  const block = parameters?.block('kinesis_stream_parameters');
  if (!parameters || !block)
    return pipe.refuse('target_parameters', 'a Kinesis stream needs kinesis_stream_parameters.');
  const text = block.string('partition_key');
  const path = text.startsWith('$') ? compilePath(text) : undefined;
  if (text.startsWith('$') && !path)
    return block.refuse('partition_key', 'a path has the form $.name, $.a.b or $.list[0].');
  const template = parameters.optionalString('input_template');
  const render = template === undefined ? undefined : compileTemplate(template);
  if (typeof render === 'string') return parameters.refuse('input_template', render);
  return {
    partitionKey: { text, path },
    template: template === undefined || !render ? undefined : { text: template, render },
  };
}

function refuseOthers(block: Block | undefined, end: 'source' | 'target', names: readonly string[]): void {
  for (const name of names)
    if (block?.has(name)) block.refuse(name, `it does not belong to a pipe with this ${end}.`);
}
