/**
 * The crawler's block in the stack. Targets are S3 paths; its Configuration JSON and policies are read whole, and
 * what the engine cannot honour is refused rather than passed over.
 */

import { nextCron } from '../../cron/cron.ts';
import type { Block, ResourceKind } from '../../stack/stack.ts';
import { globPattern } from './glob.ts';
import { membersOf } from './members.ts';

export type Target = {
  path: string;
  bucket: string;
  /** Ends with `/`, or is empty for the whole bucket. */
  prefix: string;
  exclusions: string[];
  /** Objects that are read in each folder; absent: all. */
  sampleSize?: number;
};

export type CrawlerConfig = {
  name: string;
  role: string;
  database: string;
  description?: string;
  tablePrefix: string;
  classifiers: string[];
  schedule?: string;
  configuration?: string;
  targets: Target[];
  recrawl: 'CRAWL_EVERYTHING' | 'CRAWL_NEW_FOLDERS_ONLY';
  updateBehavior: 'UPDATE_IN_DATABASE' | 'LOG';
  deleteBehavior: 'LOG' | 'DELETE_FROM_DATABASE' | 'DEPRECATE_IN_DATABASE';
  output: OutputConfig;
};

/** What the Configuration JSON says: https://docs.aws.amazon.com/glue/latest/dg/crawler-configuration.html */
export type OutputConfig = {
  /** Partitions take the table's columns instead of their own. */
  inheritFromTable: boolean;
  /** Columns are added, never changed or removed. */
  mergeNewColumns: boolean;
  combineCompatibleSchemas: boolean;
  /** Folders at this level are tables; the bucket is level 1. */
  tableLevel?: number;
};

/** https://docs.aws.amazon.com/glue/latest/webapi/API_S3Target.html */
const SAMPLE_SIZE_MAX = 249;
const OTHER_TARGETS = [
  'catalog_target',
  'delta_target',
  'dynamodb_target',
  'hudi_target',
  'iceberg_target',
  'jdbc_target',
  'mongodb_target',
];

export const glueCrawler: ResourceKind<CrawlerConfig> = {
  type: 'aws_glue_crawler',
  computed(block, { account, region }) {
    const name = block.string('name');
    return { arn: `arn:aws:glue:${region}:${account}:crawler/${name}`, id: name };
  },
  parse(block) {
    block.inert('id', 'lineage_configuration', 'security_configuration', 'tags', 'tags_all');
    for (const other of OTHER_TARGETS)
      if (block.has(other)) block.refuse(other, 'the crawler looks at S3 alone');
    const lakeFormation = block.block('lake_formation_configuration');
    lakeFormation?.inert('account_id');
    if (lakeFormation?.boolean('use_lake_formation_credentials', false))
      lakeFormation.refuse('use_lake_formation_credentials', 'there is no Lake Formation');
    const description = block.optionalString('description');
    const configuration = block.optionalString('configuration');
    const schedule = scheduleOf(block);
    const targets = block.blocks('s3_target').map(targetOf);
    if (targets.length === 0) block.refuse('s3_target', 'a crawler needs an S3 target');
    return {
      name: block.string('name'),
      role: block.string('role'),
      database: block.string('database_name').toLowerCase(),
      tablePrefix: block.optionalString('table_prefix') ?? '',
      classifiers: block.strings('classifiers'),
      targets,
      ...policiesOf(block),
      output: outputOf(block, configuration),
      ...(description === undefined ? {} : { description }),
      ...(configuration === undefined ? {} : { configuration }),
      ...(schedule === undefined ? {} : { schedule }),
    };
  },
};

function scheduleOf(block: Block): string | undefined {
  const schedule = block.optionalString('schedule');
  // Read once here, so that a schedule that cannot be read stops the start and not a crawl.
  if (schedule !== undefined) nextCron(schedule, 0);
  return schedule;
}

function targetOf(block: Block): Target {
  for (const other of ['connection_name', 'dlq_event_queue_arn', 'event_queue_arn'])
    if (block.has(other)) block.refuse(other, 'the crawler lists the bucket itself');
  const path = block.string('path');
  const [, bucket, rest = ''] = /^(?:s3:\/\/)?([^/]+)(?:\/(.*))?$/s.exec(path) ?? [];
  if (bucket === undefined) return block.refuse('path', 'it is not s3://<bucket>/<folder>/');
  const exclusions = block.strings('exclusions');
  if (exclusions.some((glob) => globPattern(glob) === undefined))
    block.refuse('exclusions', 'a glob has a bracket that is not closed');
  const sampleSize = block.optionalNumber('sample_size');
  if (sampleSize !== undefined && (sampleSize < 1 || sampleSize > SAMPLE_SIZE_MAX))
    block.refuse('sample_size', `it must be between 1 and ${SAMPLE_SIZE_MAX}`);
  return {
    path,
    bucket,
    prefix: rest === '' || rest.endsWith('/') ? rest : `${rest}/`,
    exclusions,
    ...(sampleSize === undefined ? {} : { sampleSize }),
  };
}

function policiesOf(block: Block): Pick<CrawlerConfig, 'recrawl' | 'updateBehavior' | 'deleteBehavior'> {
  const recrawlPolicy = block.block('recrawl_policy');
  const recrawl = recrawlPolicy?.optionalString('recrawl_behavior') ?? 'CRAWL_EVERYTHING';
  if (recrawl !== 'CRAWL_EVERYTHING' && recrawl !== 'CRAWL_NEW_FOLDERS_ONLY')
    return (recrawlPolicy ?? block).refuse('recrawl_behavior', 'there are no S3 events to crawl by');
  const change = block.block('schema_change_policy');
  const updateBehavior = change?.optionalString('update_behavior') ?? 'UPDATE_IN_DATABASE';
  const deleteBehavior = change?.optionalString('delete_behavior') ?? 'DEPRECATE_IN_DATABASE';
  if (updateBehavior !== 'UPDATE_IN_DATABASE' && updateBehavior !== 'LOG')
    return (change ?? block).refuse('update_behavior', 'Glue knows UPDATE_IN_DATABASE and LOG');
  if (
    deleteBehavior !== 'LOG' &&
    deleteBehavior !== 'DELETE_FROM_DATABASE' &&
    deleteBehavior !== 'DEPRECATE_IN_DATABASE'
  )
    return (change ?? block).refuse(
      'delete_behavior',
      'Glue knows LOG, DELETE_FROM_DATABASE and DEPRECATE_IN_DATABASE',
    );
  // https://docs.aws.amazon.com/glue/latest/dg/incremental-crawls.html
  if (recrawl === 'CRAWL_NEW_FOLDERS_ONLY' && (updateBehavior !== 'LOG' || deleteBehavior !== 'LOG'))
    return (recrawlPolicy ?? block).refuse(
      'recrawl_behavior',
      'AWS wants update_behavior and delete_behavior to be LOG with it',
    );
  return { recrawl, updateBehavior, deleteBehavior };
}

function outputOf(block: Block, text: string | undefined): OutputConfig {
  const refuse = (what: string): never => block.refuse('configuration', what);
  const root = membersOf(text === undefined ? { Version: 1 } : parseJson(text, refuse), '', refuse);
  if (root.take('Version') !== 1) refuse('its Version must be 1.0');
  root.take('CreatePartitionIndex');
  const output = root.inner('CrawlerOutput');
  const partitions = output.inner('Partitions').choice('AddOrUpdateBehavior', 'InheritFromTable');
  const tables = output.inner('Tables').choice('AddOrUpdateBehavior', 'MergeNewColumns');
  const grouping = root.inner('Grouping');
  const policy = grouping.choice('TableGroupingPolicy', 'CombineCompatibleSchemas');
  const tableLevel = grouping.take('TableLevelConfiguration');
  if (tableLevel !== undefined && !(Number.isInteger(tableLevel) && (tableLevel as number) >= 1))
    refuse('its TableLevelConfiguration must be a whole number from 1');
  root.finish();
  return {
    inheritFromTable: partitions,
    mergeNewColumns: tables,
    combineCompatibleSchemas: policy,
    ...(tableLevel === undefined ? {} : { tableLevel: tableLevel as number }),
  };
}

function parseJson(text: string, refuse: (what: string) => never): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse('it is not JSON');
  }
}
