/**
 * The names of deployed things, from one function of environment and base name. The base names are those of the
 * system this pipeline comes from, so that what is written about it can be followed here. It imports nothing, so
 * that scripts may ask for a name without loading CDKTF.
 */

export const ENVIRONMENT_NAMES = ['local', 'dev', 'staging', 'prod'] as const;
export type EnvironmentName = (typeof ENVIRONMENT_NAMES)[number];

export const BASE_NAMES = {
  table: 'ordertable',
  pipe: 'dynamodb-to-kinesis-eventbridge-pipe-cdc',
  deadLetters: 'dynamodb-to-kinesis-dead-letters',
  stream: 'kinesis-sales-order-stream',
  deliveryStream: 'kinesis-to-s3-delivery',
  transform: 'stream_transformation',
  lake: 'sales-data-projection-dynamodb',
  crawler: 'amazon-sales-data-crawler',
  crawled: 'amazon-sales-data-crawled',
  crawlFailed: 'amazon-sales-data-crawl-failed',
  database: 'amazon_sales_database',
  workgroup: 'amazon-sales-workgroup',
  results: 'sales-data-projection-athena-results',
  publishViews: 'publish_views',
  viewsHourly: 'amazon-sales-views-hourly',
  key: 'sales-order-pipeline',
  alarms: 'sales-order-pipeline-alarms',
  dashboard: 'sales-order-pipeline',
  state: 'sales-order-pipeline-state',
  planRole: 'sales-order-pipeline-plan',
  applyRole: 'sales-order-pipeline-apply',
  loadRole: 'sales-order-pipeline-load',
  boundary: 'sales-order-pipeline-boundary',
} as const;
export type BaseName = (typeof BASE_NAMES)[keyof typeof BASE_NAMES];

/** Every table that the crawler makes starts with it; the orders under `orders/` become `projection_orders`. */
export const TABLE_PREFIX = 'projection_';
export const ORDERS_TABLE = 'projection_orders';

/** The environment follows the base name, joined as the base name is: Athena wants quotes around `database-dev`. */
export function nameIn(environment: EnvironmentName, base: BaseName): string {
  if (environment === 'local') return base;
  return `${base}${base.includes('_') ? '_' : '-'}${environment}`;
}

/** What no role of the environment's pipeline may exceed. The bootstrap makes it, before any role that names it. */
export function boundaryArn(environment: EnvironmentName, account: string): string {
  return `arn:aws:iam::${account}:policy/${nameIn(environment, BASE_NAMES.boundary)}`;
}

/** Bucket names are one namespace for all of AWS, so they end in the account's id. */
export function bucketNameIn(environment: EnvironmentName, base: BaseName, account: string): string {
  const name = nameIn(environment, base);
  return environment === 'local' ? name : `${name}-${account}`;
}
