/**
 * The `local` stack with other numbers, for what a laptop's own would not show: fewer shards, smaller objects. It
 * changes the synthesized file, so that the engine runs a stack as it would be deployed.
 */

import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Environment } from '../../stacks/environments.ts';
import { synthesize } from '../synth.ts';

type Stack = {
  resource: {
    aws_kinesis_stream: { kinesis: { shard_count: number } };
    aws_kinesis_firehose_delivery_stream: {
      firehose: { extended_s3_configuration: { buffering_interval: number; buffering_size: number } };
    };
  };
};

/** Writes it into an empty directory, its assets beside it, and answers its file. */
export async function changedStack({ kinesis, firehose }: Environment, directory: string): Promise<string> {
  const { stackFile } = await synthesize('local');
  cpSync(dirname(stackFile), directory, { recursive: true });
  const file = join(directory, 'cdk.tf.json');
  const stack = JSON.parse(readFileSync(file, 'utf8')) as Stack;
  stack.resource.aws_kinesis_stream.kinesis.shard_count = kinesis.shards;
  const buffer = stack.resource.aws_kinesis_firehose_delivery_stream.firehose.extended_s3_configuration;
  buffer.buffering_interval = firehose.bufferSeconds;
  buffer.buffering_size = firehose.bufferMegabytes;
  writeFileSync(file, JSON.stringify(stack));
  return file;
}
