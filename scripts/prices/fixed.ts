/**
 * What a resource costs a month whether or not an order comes. What is paid by use alone is in usage.ts; a type that is
 * in neither is not priced, and its name is said: zero would be a claim.
 */

import type { JsonObject } from '../terraform/plan-json.ts';
import { costOfUnits, MONTH_HOURS } from './price-list.ts';
import { runsAMonth } from './schedule.ts';

export type Monthly =
  | { kind: 'priced'; dollars: number; what: string }
  /** Nothing by itself, or by use alone. */
  | { kind: 'free' }
  | { kind: 'not-priced'; why: string };

const EXTENDED_FROM_HOURS = 24;
const LONG_TERM_FROM_HOURS = 7 * 24;
const HIGH_RESOLUTION_BELOW_SECONDS = 60;
/** Glue does not say how many it gives a crawl; bills show two. */
const CRAWL_DPUS = 2;
/** The least that a crawl is billed. */
const CRAWL_HOURS_MIN = 10 / 60;

const FREE: Monthly = { kind: 'free' };

const PRICED: Readonly<Record<string, (values: JsonObject) => Monthly>> = {
  aws_kinesis_stream: stream,
  aws_glue_crawler: crawler,
  aws_cloudwatch_metric_alarm: alarm,
  aws_cloudwatch_composite_alarm: () =>
    priced(costOfUnits('cloudwatch-composite-alarm-month', 1), 'an alarm'),
  aws_cloudwatch_dashboard: () => priced(costOfUnits('cloudwatch-dashboard-month', 1), 'a dashboard'),
  aws_kms_key: () =>
    priced(costOfUnits('kms-key-month', 1), 'a key (each of its first two rotations adds as much)'),
};

/** What costs by use alone, or nothing at all. */
const WITHOUT_FIXED_COST: ReadonlySet<string> = new Set([
  'aws_athena_named_query',
  'aws_athena_workgroup',
  'aws_cloudwatch_event_rule',
  'aws_cloudwatch_event_target',
  'aws_cloudwatch_log_group',
  'aws_cloudwatch_log_stream',
  'aws_dynamodb_table',
  'aws_glue_catalog_database',
  'aws_glue_catalog_table',
  'aws_glue_classifier',
  'aws_iam_openid_connect_provider',
  'aws_iam_policy',
  'aws_iam_role',
  'aws_iam_role_policy',
  'aws_iam_role_policy_attachment',
  'aws_kinesis_firehose_delivery_stream',
  'aws_kms_alias',
  'aws_lambda_function',
  'aws_lambda_permission',
  'aws_pipes_pipe',
  'aws_s3_bucket',
  'aws_s3_bucket_lifecycle_configuration',
  'aws_s3_bucket_notification',
  'aws_s3_bucket_ownership_controls',
  'aws_s3_bucket_policy',
  'aws_s3_bucket_public_access_block',
  'aws_s3_bucket_server_side_encryption_configuration',
  'aws_s3_bucket_versioning',
  'aws_sns_topic',
  'aws_sns_topic_policy',
  'aws_sns_topic_subscription',
  'aws_sqs_queue',
  'aws_sqs_queue_policy',
]);

export function monthlyOf(type: string, values: JsonObject): Monthly {
  const price = Object.hasOwn(PRICED, type) ? PRICED[type] : undefined;
  if (price) return price(values);
  if (type === 'aws_dynamodb_table' && values['billing_mode'] === 'PROVISIONED')
    return { kind: 'not-priced', why: 'capacity is provisioned, and only requests are priced here' };
  return WITHOUT_FIXED_COST.has(type)
    ? FREE
    : { kind: 'not-priced', why: `no price of ${type} is known here` };
}

function priced(dollars: number, what: string): Monthly {
  return { kind: 'priced', dollars, what };
}

function stream(values: JsonObject): Monthly {
  const [mode] = (values['stream_mode_details'] ?? []) as readonly JsonObject[];
  if (mode?.['stream_mode'] === 'ON_DEMAND')
    return priced(
      costOfUnits('kinesis-on-demand-stream-hour', MONTH_HOURS),
      'a stream on demand, without its GB',
    );
  const shards = values['shard_count'];
  const retention = values['retention_period'] ?? EXTENDED_FROM_HOURS;
  if (typeof shards !== 'number' || typeof retention !== 'number')
    return { kind: 'not-priced', why: 'its shards are known only after the apply' };
  const hours = shards * MONTH_HOURS;
  const extended = retention > EXTENDED_FROM_HOURS ? hours : 0;
  const beyond = retention > LONG_TERM_FROM_HOURS ? ', without the GB of the days beyond the seventh' : '';
  return priced(
    costOfUnits('kinesis-shard-hour', hours) + costOfUnits('kinesis-extended-retention-shard-hour', extended),
    `${shards} ${shards === 1 ? 'shard' : 'shards'}, ${retention} h of retention${beyond}`,
  );
}

function crawler(values: JsonObject): Monthly {
  const { schedule } = values;
  if (schedule === null || schedule === undefined || schedule === '') return FREE;
  const runs = typeof schedule === 'string' ? runsAMonth(schedule) : undefined;
  if (runs === undefined)
    return { kind: 'not-priced', why: `how often ${String(schedule)} fires is not known here` };
  const dollars = costOfUnits('glue-dpu-hour', runs * CRAWL_DPUS * CRAWL_HOURS_MIN);
  return priced(dollars, `${Math.round(runs)} crawls`);
}

/** https://aws.amazon.com/cloudwatch/pricing/: an anomaly detector counts as three metrics. */
function alarm(values: JsonObject): Monthly {
  const queries = (values['metric_query'] ?? []) as readonly JsonObject[];
  const metrics = Math.max(
    1,
    queries.filter(({ metric }) => Array.isArray(metric) && metric.length > 0).length,
  );
  const counted = values['threshold_metric_id'] ? metrics * 3 : metrics;
  const period = Number(values['period'] ?? HIGH_RESOLUTION_BELOW_SECONDS);
  const high = period < HIGH_RESOLUTION_BELOW_SECONDS;
  const name = high ? 'cloudwatch-high-resolution-alarm-month' : 'cloudwatch-alarm-month';
  return priced(costOfUnits(name, counted), high ? 'an alarm of high resolution' : 'an alarm');
}
