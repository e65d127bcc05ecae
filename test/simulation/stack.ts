/** The stack of a scenario: the chain as `stacks/` asks for it, with the scenario's numbers. */

import { STREAM_LABEL } from '../../local/store/changes.ts';
import { testStack } from '../../local/testing/ports.ts';
import { TABLE } from './requests.ts';
import type { Scenario } from './scenario.ts';

const ACCOUNT = 'us-east-2:000000000000';
const ROLE = 'arn:aws:iam::000000000000:role/simulation';

export const STREAM_ARN = `arn:aws:dynamodb:${ACCOUNT}:table/${TABLE}/stream/${STREAM_LABEL}`;
export const PIPE = 'cdc';
export const LETTERS = 'letters';
export const BUCKET = 'lake';
export const BUFFER_BYTES = 1_048_576;
const KINESIS_ARN = `arn:aws:kinesis:${ACCOUNT}:stream/orders`;
const FUNCTION_ARN = `arn:aws:lambda:${ACCOUNT}:function:transform`;

export function stackOf({ tableUnitsMax, kinesisShards, pipe, firehose }: Scenario) {
  const parameters = {
    LambdaArn: FUNCTION_ARN,
    BufferSizeInMBs: String(firehose.lambdaMegabytes),
    NumberOfRetries: String(firehose.retries),
  };
  return testStack({
    'aws_dynamodb_table.table': {
      name: TABLE,
      billing_mode: 'PAY_PER_REQUEST',
      hash_key: 'orderid',
      attribute: [{ name: 'orderid', type: 'S' }],
      stream_enabled: true,
      stream_view_type: 'NEW_AND_OLD_IMAGES',
      ...(tableUnitsMax === undefined
        ? {}
        : { on_demand_throughput: { max_write_request_units: tableUnitsMax } }),
    },
    'aws_sqs_queue.letters': { name: LETTERS },
    'aws_pipes_pipe.pipe': {
      name: PIPE,
      role_arn: ROLE,
      source: STREAM_ARN,
      target: KINESIS_ARN,
      source_parameters: {
        dynamodb_stream_parameters: {
          starting_position: 'TRIM_HORIZON',
          batch_size: pipe.batchSize,
          maximum_batching_window_in_seconds: pipe.windowSeconds,
          parallelization_factor: pipe.lanes,
          maximum_retry_attempts: pipe.retries,
          maximum_record_age_in_seconds: pipe.ageSecondsMax,
          ...(pipe.bisect ? { on_partial_batch_item_failure: 'AUTOMATIC_BISECT' } : {}),
          dead_letter_config: { arn: `arn:aws:sqs:${ACCOUNT}:${LETTERS}` },
        },
      },
      target_parameters: { kinesis_stream_parameters: { partition_key: '$.eventID' } },
    },
    'aws_kinesis_stream.kinesis': { name: 'orders', shard_count: kinesisShards },
    'aws_kinesis_firehose_delivery_stream.firehose': {
      name: 'delivery',
      destination: 'extended_s3',
      kinesis_source_configuration: { kinesis_stream_arn: KINESIS_ARN, role_arn: ROLE },
      extended_s3_configuration: {
        role_arn: ROLE,
        bucket_arn: `arn:aws:s3:::${BUCKET}`,
        prefix: 'orders/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/',
        error_output_prefix: 'errors/!{firehose:error-output-type}/',
        compression_format: 'GZIP',
        buffering_size: BUFFER_BYTES / 1_048_576,
        buffering_interval: firehose.bufferSeconds,
        processing_configuration: {
          enabled: true,
          processors: [
            {
              type: 'Lambda',
              parameters: Object.entries(parameters).map(([parameter_name, parameter_value]) => ({
                parameter_name,
                parameter_value,
              })),
            },
          ],
        },
      },
    },
    'aws_s3_bucket.lake': { bucket: BUCKET },
  });
}
