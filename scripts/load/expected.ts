/** What a run is about to do, before it does: orders, changes, target, and what AWS would charge for them. */

import { changesAnOrder } from '../../loadtest/orders.ts';
import { ordersOf, type Profile } from '../../loadtest/profile.ts';
import { ENVIRONMENTS } from '../../stacks/environments.ts';
import type { EnvironmentName } from '../../stacks/names.ts';
import { type Resource, usageOf } from '../prices/usage.ts';

const MILLION = 1_000_000;

/** Dollars for the orders of a run, by list prices; what stands by the hour runs anyway. */
export function dollarsOf(profile: Profile, environment: EnvironmentName): number {
  const { memoryMegabytes } = ENVIRONMENTS[environment].transform;
  const chain: Resource[] = [
    'aws_dynamodb_table.table',
    'aws_pipes_pipe.pipe',
    'aws_kinesis_stream.kinesis',
    'aws_kinesis_firehose_delivery_stream.firehose',
    'aws_lambda_function.transform',
    'aws_s3_bucket.lake',
  ].map((address) => ({
    address,
    type: address.split('.')[0] ?? '',
    values: { memory_size: memoryMegabytes, architectures: ['arm64'] },
  }));
  const million = usageOf(chain).reduce((sum, { dollars }) => sum + dollars, 0);
  return (million * ordersOf(profile)) / MILLION;
}

export function expectedText(
  profile: Profile,
  environment: EnvironmentName,
  where: string,
  table: string,
): string {
  const orders = ordersOf(profile);
  const dollars = dollarsOf(profile, environment);
  const cost =
    environment === 'local'
      ? `nothing here; $${dollars.toFixed(2)} on AWS`
      : `about $${dollars.toFixed(2)} on AWS, by list prices`;
  return [
    `${profile.name}: up to ${count(profile.peak)} orders a second for ${profile.seconds} s`,
    `  ${count(orders)} orders, about ${count(Math.round(orders * changesAnOrder()))} changes`,
    `  into ${table} at ${where}`,
    `  it costs ${cost}`,
  ].join('\n');
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
