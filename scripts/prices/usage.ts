/**
 * What a million orders cost on their way through the pipeline, hop by hop, where usage decides. What an order is like
 * is an assumption, and stands with the figure; the storage of what stays, logs, KMS requests, point-in-time recovery,
 * the pipe's reads of the stream and the queries are not in it.
 */

import { changesAnOrder } from '../../loadtest/orders.ts';
import type { JsonObject } from '../terraform/plan-json.ts';
import { costOfUnits, PRICE_LIST, type PriceName } from './price-list.ts';

/** The generator's: changes are what is paid for, and an order is placed, paid, shipped, … */
const CHANGES_AN_ORDER = changesAnOrder();
/** Table items of up to so much are one write unit; the change with both images is then one unit everywhere. */
const ITEM_KILOBYTES_MAX = 1;
const FIREHOSE_RECORD_BYTES = 5 * 1024;
/** Three megabytes of changes, or what comes in ten seconds. */
const CHANGES_A_TRANSFORM_CALL = 500;
const TRANSFORM_CALL_SECONDS = 0.2;
const CHANGES_AN_OBJECT = 5_000;
const GIBIBYTE = 1024 ** 3;
const MILLION = 1_000_000;

export const USAGE_ASSUMPTIONS: readonly string[] = [
  `${CHANGES_AN_ORDER.toFixed(2)} changes an order`,
  `orders up to ${ITEM_KILOBYTES_MAX} KB, changes up to 5 KB`,
  `${CHANGES_A_TRANSFORM_CALL} changes a call of the transform, ${TRANSFORM_CALL_SECONDS * 1_000} ms each`,
  `${CHANGES_AN_OBJECT.toLocaleString('en-US')} changes an object in the lake`,
];

const { prices } = PRICE_LIST;
export const NOT_IN_USAGE =
  `storage, point-in-time recovery (${prices['dynamodb-point-in-time-recovery-gb-month'].price} USD a GB-month), logs ` +
  `(${prices['cloudwatch-logs-gb'].price} USD a GB), KMS requests, the pipe’s reads of the stream and queries ` +
  `(${prices['athena-tb'].price} USD a TB scanned) come on top`;

export type UsageLine = { what: string; dollars: number };
/** A resource as it is before, or after, a plan. */
export type Resource = { address: string; type: string; values: JsonObject };

/** For a million orders, by these resources; a hop that is not there costs nothing. */
export function usageOf(resources: readonly Resource[]): UsageLine[] {
  const changes = MILLION * CHANGES_AN_ORDER;
  const find = (type: string) => resources.find((each) => each.type === type)?.values;
  const lines: UsageLine[] = [];
  const add = (what: string, name: PriceName, units: number) =>
    void lines.push({ what, dollars: costOfUnits(name, units) });

  const table = find('aws_dynamodb_table');
  if (table && table['billing_mode'] !== 'PROVISIONED')
    add('table: writes', 'dynamodb-write-request-units', changes);
  if (find('aws_pipes_pipe')) add('pipe: requests', 'pipe-requests', changes);
  if (find('aws_kinesis_stream')) add('kinesis: PUT units', 'kinesis-put-payload-units', changes);
  if (find('aws_kinesis_firehose_delivery_stream'))
    add('firehose: 5 KB a record', 'firehose-gb', (changes * FIREHOSE_RECORD_BYTES) / GIBIBYTE);
  const transform = resources.find(({ address }) => address === 'aws_lambda_function.transform')?.values;
  if (transform)
    lines.push({ what: 'transform: calls and time', dollars: transformCost(transform, changes) });
  if (find('aws_s3_bucket')) add('lake: requests', 's3-put-requests', changes / CHANGES_AN_OBJECT);
  return lines;
}

function transformCost(values: JsonObject, changes: number): number {
  const calls = changes / CHANGES_A_TRANSFORM_CALL;
  const gigabytes = Number(values['memory_size'] ?? 128) / 1024;
  const arm = Array.isArray(values['architectures']) && values['architectures'].includes('arm64');
  const name: PriceName = arm ? 'lambda-arm-gb-seconds' : 'lambda-x86-gb-seconds';
  return (
    costOfUnits('lambda-requests', calls) + costOfUnits(name, calls * TRANSFORM_CALL_SECONDS * gigabytes)
  );
}
