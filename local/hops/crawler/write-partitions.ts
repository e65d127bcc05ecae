/** Brings a table's partitions up to what the crawl found: new ones in, changed ones over, gone ones by policy. */

import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../../aws-error.ts';
import type { CrawlerConfig } from './config.ts';
import type { Summary } from './crawl-record.ts';
import { DEPRECATED, type PartitionInput, partitionInput, type TableInput } from './definition.ts';
import type { TablePlan } from './group.ts';

/** https://docs.aws.amazon.com/glue/latest/webapi/API_BatchCreatePartition.html */
const PARTITIONS_PER_WRITE_MAX = 100;
/** https://docs.aws.amazon.com/glue/latest/webapi/API_BatchDeletePartition.html */
const PARTITIONS_PER_DELETE_MAX = 25;

/** Calls a Glue operation as the crawler's role, inside the crawl's unit of work. */
export type Glue = <O>(operation: string, input: Record<string, unknown>) => O;

export function writePartitions(
  glue: Glue,
  config: CrawlerConfig,
  plan: TablePlan,
  table: TableInput,
  existing: readonly PartitionInput[],
  summary: Summary,
): void {
  const at = { DatabaseName: config.database, TableName: table.Name };
  const inherited = config.output.inheritFromTable ? table.StorageDescriptor : undefined;
  // Two folders can come to the same values (`a` and `dt=a`): the first is the partition.
  const wanted = new Map<string, PartitionInput>();
  for (const each of plan.partitions) {
    const id = idOf(each.values);
    if (!wanted.has(id)) wanted.set(id, partitionInput(config.name, each, inherited));
  }
  const standing = new Map(existing.map((each) => [idOf(each.Values), each]));

  const created = [...wanted].filter(([id]) => !standing.has(id)).map(([, each]) => each);
  for (const batch of batches(created, PARTITIONS_PER_WRITE_MAX))
    refuseErrors(glue('BatchCreatePartition', { ...at, PartitionInputList: batch }));
  summary.partitionsCreated += created.length;

  const updated = config.updateBehavior === 'LOG' ? [] : changed(wanted, standing);
  const gone = existing.filter(({ Values }) => !wanted.has(idOf(Values)));
  if (config.deleteBehavior === 'DEPRECATE_IN_DATABASE')
    for (const each of gone)
      if (each.Parameters[DEPRECATED] === undefined)
        updated.push({ ...each, Parameters: { ...each.Parameters, [DEPRECATED]: config.name } });
  for (const batch of batches(updated, PARTITIONS_PER_WRITE_MAX))
    refuseErrors(
      glue('BatchUpdatePartition', {
        ...at,
        Entries: batch.map((each) => ({ PartitionValueList: each.Values, PartitionInput: each })),
      }),
    );
  summary.partitionsUpdated += updated.length;

  if (config.deleteBehavior === 'DELETE_FROM_DATABASE') {
    deletePartitions(glue, config.database, table.Name, gone);
    summary.partitionsDeleted += gone.length;
  }
}

function changed(
  wanted: ReadonlyMap<string, PartitionInput>,
  standing: ReadonlyMap<string, PartitionInput>,
): PartitionInput[] {
  return [...wanted]
    .filter(([id, { Parameters, StorageDescriptor }]) => {
      const now = standing.get(id);
      if (!now) return false;
      return !isDeepStrictEqual(
        { Parameters: now.Parameters, StorageDescriptor: now.StorageDescriptor },
        { Parameters, StorageDescriptor },
      );
    })
    .map(([, each]) => each);
}

export function deletePartitions(
  glue: Glue,
  database: string,
  table: string,
  partitions: readonly PartitionInput[],
): void {
  for (const batch of batches(partitions, PARTITIONS_PER_DELETE_MAX))
    refuseErrors(
      glue('BatchDeletePartition', {
        DatabaseName: database,
        TableName: table,
        PartitionsToDelete: batch.map(({ Values }) => ({ Values })),
      }),
    );
}

type BatchAnswer = { Errors: { ErrorDetail: { ErrorCode: string; ErrorMessage: string } }[] };

function refuseErrors({ Errors: [first] }: BatchAnswer): void {
  if (first) throw new AwsError(first.ErrorDetail.ErrorCode, first.ErrorDetail.ErrorMessage);
}

function idOf(values: readonly string[]): string {
  return JSON.stringify(values);
}

function batches<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
