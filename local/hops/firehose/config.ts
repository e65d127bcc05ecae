/**
 * Reads `aws_kinesis_firehose_delivery_stream` with the destination `extended_s3`, fed by a Kinesis stream or by
 * PutRecord.
 *
 * Not here: other destinations and sources, dynamic partitioning, conversion to Parquet or ORC, backup of source
 * records, ZIP and Snappy. Each is refused by name.
 */

import { EngineError } from '../../aws-error.ts';
import type { Block, ResourceKind } from '../../stack/stack.ts';
import { isTimeZone } from './java-date.ts';
import { type Prefixes, parsePrefixes } from './prefix.ts';

export type StreamSource = { kind: 'kinesis'; streamArn: string; roleArn: string } | { kind: 'direct-put' };

export type LambdaProcessor = {
  functionArn: string;
  /** Source bytes of one invocation. */
  batchBytes: number;
  /** Invocations after the first that failed. */
  retries: number;
};

export type DeliveryStreamConfig = {
  name: string;
  source: StreamSource;
  roleArn: string;
  bucket: string;
  prefixes: Prefixes;
  timeZone: string;
  /** Bytes after processing and before compression. */
  bufferBytes: number;
  bufferMs: number;
  compression: 'GZIP' | 'UNCOMPRESSED';
  extension: string;
  lambda?: LambdaProcessor;
  /** Written after each record. */
  delimiter?: string;
  /** As the stack says it, for DescribeDeliveryStream. */
  described: {
    prefix?: string;
    errorPrefix?: string;
    processors: { Type: string; Parameters: { ParameterName: string; ParameterValue: string }[] }[];
  };
};

const MEGABYTE = 1024 * 1024;
/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html */
const BUFFER_MEGABYTES = { least: 1, default: 5, most: 128 };
const BUFFER_SECONDS = { least: 0, default: 300, most: 900 };
/** https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html */
const LAMBDA_BUFFER_MEGABYTES = { least: 0.2, default: 1, most: 3 };
/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_ProcessorParameter.html */
const LAMBDA_RETRIES = { least: 0, default: 3, most: 300 };

export const deliveryStream: ResourceKind<DeliveryStreamConfig> = {
  type: 'aws_kinesis_firehose_delivery_stream',
  computed(block, { account, region }) {
    const arn = `arn:aws:firehose:${region}:${account}:deliverystream/${block.string('name')}`;
    return { arn, id: arn, destination_id: 'destinationId-000000000001', version_id: '1' };
  },
  parse(block) {
    if (block.string('destination') !== 'extended_s3')
      block.refuse('destination', 'the engine delivers to extended_s3.');
    if (block.has('msk_source_configuration'))
      block.refuse('msk_source_configuration', 'the source is a Kinesis stream or PutRecord.');
    block.inert('tags', 'tags_all', 'timeouts', 'server_side_encryption', 'destination_id', 'version_id');
    const s3 = block.block('extended_s3_configuration');
    if (!s3) throw invalid(block, 'extended_s3_configuration is missing');
    refuseUnsupported(s3);
    s3.inert('cloudwatch_logging_options', 'kms_key_arn');
    return { name: block.string('name'), source: sourceOf(block), ...destination(s3) };
  },
};

function sourceOf(block: Block): StreamSource {
  const kinesis = block.block('kinesis_source_configuration');
  if (!kinesis) return { kind: 'direct-put' };
  return {
    kind: 'kinesis',
    streamArn: kinesis.string('kinesis_stream_arn'),
    roleArn: kinesis.string('role_arn'),
  };
}

function refuseUnsupported(s3: Block): void {
  if ((s3.optionalString('s3_backup_mode') ?? 'Disabled') !== 'Disabled')
    s3.refuse('s3_backup_mode', 'source records are not backed up; the Kinesis stream keeps them.');
  if (s3.has('s3_backup_configuration')) s3.refuse('s3_backup_configuration', 'there is no backup.');
  for (const name of ['data_format_conversion_configuration', 'dynamic_partitioning_configuration']) {
    const conversion = s3.block(name);
    if (conversion?.boolean('enabled', name === 'data_format_conversion_configuration'))
      s3.refuse(name, 'the engine writes the records as they are, under one prefix.');
    conversion?.inert(
      ...['retry_duration', 'input_format_configuration', 'output_format_configuration'],
      'schema_configuration',
    );
  }
}

function destination(s3: Block): Omit<DeliveryStreamConfig, 'name' | 'source'> {
  const prefix = s3.optionalString('prefix');
  const errorPrefix = s3.optionalString('error_output_prefix');
  const timeZone = s3.optionalString('custom_time_zone') ?? 'UTC';
  if (!isTimeZone(timeZone)) throw invalid(s3, `custom_time_zone "${timeZone}" is no time zone`);
  const compression = s3.optionalString('compression_format') ?? 'UNCOMPRESSED';
  if (compression !== 'GZIP' && compression !== 'UNCOMPRESSED')
    return s3.refuse('compression_format', 'the engine writes GZIP or UNCOMPRESSED.');
  const megabytes = within(s3, 'buffering_size', s3.optionalNumber('buffering_size'), BUFFER_MEGABYTES);
  const seconds = within(s3, 'buffering_interval', s3.optionalNumber('buffering_interval'), BUFFER_SECONDS);
  return {
    roleArn: s3.string('role_arn'),
    bucket: s3.string('bucket_arn').replace(/^arn:aws:s3:::/, ''),
    prefixes: prefixesOf(s3, prefix, errorPrefix),
    timeZone,
    bufferBytes: megabytes * MEGABYTE,
    bufferMs: seconds * 1000,
    compression,
    extension: s3.optionalString('file_extension') ?? (compression === 'GZIP' ? '.gz' : ''),
    ...processing(s3, {
      ...(prefix === undefined ? {} : { prefix }),
      ...(errorPrefix === undefined ? {} : { errorPrefix }),
    }),
  };
}

function prefixesOf(s3: Block, prefix: string | undefined, errorPrefix: string | undefined): Prefixes {
  try {
    return parsePrefixes(prefix, errorPrefix);
  } catch (error) {
    throw invalid(s3, (error as Error).message);
  }
}

type Processing = Pick<DeliveryStreamConfig, 'lambda' | 'delimiter' | 'described'>;

function processing(s3: Block, described: Omit<DeliveryStreamConfig['described'], 'processors'>): Processing {
  const configuration = s3.block('processing_configuration');
  const processors = configuration?.blocks('processors') ?? [];
  const found: Processing = { described: { ...described, processors: [] } };
  const enabled = configuration?.boolean('enabled', false) ?? false;
  for (const processor of processors) {
    const type = processor.string('type');
    const parameters = new Map(
      processor
        .blocks('parameters')
        .map((each) => [each.string('parameter_name'), each.string('parameter_value')] as const),
    );
    if (type !== 'Lambda' && type !== 'AppendDelimiterToRecord')
      processor.refuse('type', 'the engine processes by Lambda and AppendDelimiterToRecord.');
    if (!enabled) continue;
    if (type === 'Lambda') found.lambda = lambdaOf(processor, parameters);
    // The stack writes the delimiter as Firehose wants it: an escape in text.
    else found.delimiter = (parameters.get('Delimiter') ?? '\\n').replaceAll('\\n', '\n');
    found.described.processors.push({
      Type: type,
      Parameters: [...parameters].map(([ParameterName, ParameterValue]) => ({
        ParameterName,
        ParameterValue,
      })),
    });
  }
  return found;
}

/** BufferIntervalInSeconds and RoleArn change nothing here: a buffer that is due flushes the function's too, and the
 * stream's own role invokes. */
function lambdaOf(processor: Block, parameters: ReadonlyMap<string, string>): LambdaProcessor {
  const functionArn = parameters.get('LambdaArn');
  if (functionArn === undefined) throw invalid(processor, 'the parameter LambdaArn is missing');
  const number = (name: string): number | undefined =>
    parameters.has(name) ? Number(parameters.get(name)) : undefined;
  const megabytes = within(processor, 'BufferSizeInMBs', number('BufferSizeInMBs'), LAMBDA_BUFFER_MEGABYTES);
  return {
    functionArn,
    batchBytes: megabytes * MEGABYTE,
    retries: within(processor, 'NumberOfRetries', number('NumberOfRetries'), LAMBDA_RETRIES),
  };
}

type Bounds = { least: number; default: number; most: number };

function within(block: Block, name: string, value: number | undefined, bounds: Bounds): number {
  const chosen = value ?? bounds.default;
  if (chosen >= bounds.least && chosen <= bounds.most) return chosen;
  throw invalid(block, `${name} is ${chosen}, not between ${bounds.least} and ${bounds.most}`);
}

function invalid(block: Block, problem: string): EngineError {
  return new EngineError(`${block.address}: ${problem}.`, 'Correct it in the stack and synthesize again.');
}
