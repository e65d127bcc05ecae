/**
 * What each hop of an environment takes, and what one order asks of it: hop by hop in the data's order, each limit from
 * the environment's own numbers or from AWS's quotas. All loads grow with the orders in proportion, so that the rate at
 * which a limit is met is one division.
 */

import type { HopName } from '../../schemas/hops.ts';
import type { Environment } from '../../stacks/environments.ts';
import type { OrderLife } from './order-life.ts';
import { QUOTAS, type QuotaName, quota } from './quotas.ts';

export type Constraint = {
  hop: HopName;
  what: string;
  unit: string;
  limit: number;
  /** What one order asks for; of a limit `a second`, one order a second does. */
  anOrder: number;
  per: 'second' | 'event';
  /** The environment's number that decides, by its path; or the quota that does. */
  decides: string;
  standing: 'published' | 'assumed' | 'ours';
};

const MEGABYTE = 1024 ** 2;

/** A table on demand has as many partitions as its warm throughput needs, and the four of a new one at least. */
export function partitionsOf(warmWriteUnits: number): number {
  const units = Math.max(warmWriteUnits, quota('table-new-write-units'));
  return Math.ceil(units / quota('partition-write-units'));
}

/**
 * The share of a shard's records that the shards carry evenly before the fullest of them is full: keys fall by chance,
 * and the fullest of n shards gets its mean and √(2 · mean · ln n) more.
 */
export function evenShare(shards: number): number {
  const spread = Math.sqrt(2 * Math.log(shards));
  const most = quota('shard-records');
  const root = (-spread + Math.sqrt(spread ** 2 + 4 * most)) / 2;
  return root ** 2 / most;
}

/** How long the transform works on one change, and on a call beside its records. */
export function transformSeconds(environment: Environment): { aRecord: number; aCall: number } {
  const vcpus = Math.min(1, environment.transform.memoryMegabytes / quota('lambda-vcpu-megabytes'));
  return {
    aRecord: 1 / (quota('transform-records-a-vcpu') * vcpus),
    aCall: quota('transform-call-seconds'),
  };
}

/** How large a transform's batch may be at most, as its request is larger than what it carries. */
export function bufferHintMegabytesMax(life: OrderLife): number {
  const fits = quota('lambda-payload-bytes') / life.requestBlowUp / MEGABYTE;
  return Math.min(quota('transform-buffer-megabytes'), Math.floor(fits * 10) / 10);
}

export function constraintsOf(
  environment: Environment,
  life: OrderLife,
  warmWriteUnits: number,
): readonly Constraint[] {
  return [
    ...table(environment, life, warmWriteUnits),
    ...pipe(environment, life, partitionsOf(warmWriteUnits)),
    ...kinesis(environment, life),
    ...transform(environment, life),
    ...lake(environment, life),
  ];
}

function table(environment: Environment, life: OrderLife, warmWriteUnits: number): Constraint[] {
  const unit = 'write units/s';
  const anOrder = life.writeUnitsAnOrder;
  const partitions = partitionsOf(warmWriteUnits);
  return [
    {
      ...own('table.writeUnitsPerSecondMax', environment.table.writeUnitsPerSecondMax),
      ...{ hop: 'table', what: 'the stack’s own maximum', unit, anOrder },
    },
    {
      ...fromQuota('table-new-write-units', Math.max(warmWriteUnits, quota('table-new-write-units'))),
      ...{ hop: 'table', what: 'warm throughput', unit, anOrder },
      decides: 'warm throughput',
    },
    { ...fromQuota('table-write-units'), ...{ hop: 'table', what: 'quota of a table', unit, anOrder } },
    {
      ...fromQuota('stream-shards-a-partition', partitions * quota('partition-write-units')),
      ...{ hop: 'stream', what: `${partitions} shards, one a partition`, unit: 'changes/s' },
      anOrder: life.writeUnitsAnOrder,
    },
  ];
}

function pipe({ pipe }: Environment, life: OrderLife, partitions: number): Constraint[] {
  const batches = life.changesAnOrder / pipe.batchRecords;
  const lanes = partitions * pipe.parallelBatches;
  return [
    {
      ...fromQuota('pipe-batch-seconds', lanes * (pipe.batchRecords / quota('pipe-batch-seconds'))),
      ...{ hop: 'pipe', what: `${lanes} batches of ${pipe.batchRecords} at once`, unit: 'changes/s' },
      decides: 'pipe.parallelBatches',
      anOrder: life.changesAnOrder,
    },
    {
      ...fromQuota('pipe-executions'),
      ...{ hop: 'pipe', what: 'executions of the account', unit: 'at once' },
      anOrder: batches * quota('pipe-batch-seconds'),
    },
  ];
}

function kinesis({ kinesis: { shards } }: Environment, life: OrderLife): Constraint[] {
  const even = evenShare(shards);
  const count = `${shards} ${shards === 1 ? 'shard' : 'shards'}`;
  const bytes = life.changesAnOrder * life.changeBytes;
  const decided = { decides: 'kinesis.shards' };
  return [
    {
      ...fromQuota('shard-records', shards * quota('shard-records') * even),
      ...{ hop: 'kinesis', what: `records of ${count}, until the fullest is full`, unit: 'records/s' },
      ...decided,
      anOrder: life.changesAnOrder,
    },
    {
      ...fromQuota('shard-write-bytes', (shards * quota('shard-write-bytes') * even) / MEGABYTE),
      ...{ hop: 'kinesis', what: `bytes of ${count}, until the fullest is full`, unit: 'MB/s' },
      ...decided,
      anOrder: bytes / MEGABYTE,
    },
    {
      ...fromQuota('shard-read-bytes', (shards * quota('shard-read-bytes')) / MEGABYTE),
      ...{ hop: 'firehose', what: `reads of ${count}`, unit: 'MB/s' },
      ...decided,
      anOrder: bytes / MEGABYTE,
    },
  ];
}

/** Executions at once that an order a second keeps busy. */
export function executionsAnOrder(environment: Environment, life: OrderLife): number {
  const { aRecord, aCall } = transformSeconds(environment);
  const calls =
    (life.changesAnOrder * life.changeBytes) / (environment.firehose.transformBufferMegabytes * MEGABYTE);
  return life.changesAnOrder * aRecord + calls * aCall;
}

function transform(environment: Environment, life: OrderLife): Constraint[] {
  const anOrder = executionsAnOrder(environment, life);
  const { shards } = environment.kinesis;
  return [
    {
      ...fromQuota('transform-calls-a-shard', shards * quota('transform-calls-a-shard')),
      ...{
        hop: 'transform',
        what: `calls of ${shards} ${shards === 1 ? 'shard' : 'shards'}`,
        unit: 'at once',
      },
      decides: 'kinesis.shards',
      anOrder,
    },
    {
      ...fromQuota('lambda-executions'),
      ...{ hop: 'transform', what: 'executions of the account', unit: 'at once', anOrder },
    },
  ];
}

function lake({ firehose, athena }: Environment, life: OrderLife): Constraint[] {
  const objects = (life.changesAnOrder * life.rowBytes) / (firehose.bufferMegabytes * MEGABYTE);
  return [
    {
      ...fromQuota('prefix-puts'),
      ...{ hop: 'lake', what: 'objects put under a prefix', unit: 'objects/s', anOrder: objects },
    },
    {
      ...fromQuota('crawl-objects'),
      ...{ hop: 'crawler', what: 'new objects that a crawl gets through', unit: 'objects/s' },
      anOrder: objects,
    },
    {
      ...own('athena.scannedBytesMax', athena.scannedBytesMax / MEGABYTE),
      ...{ hop: 'athena', what: 'a query over the whole event', unit: 'MB' },
      per: 'event',
      anOrder: (life.changesAnOrder * life.rowGzipBytes) / MEGABYTE,
    },
  ];
}

type Deciding = Pick<Constraint, 'limit' | 'decides' | 'standing' | 'per'>;

function own(decides: string, limit: number): Deciding {
  return { limit, decides, standing: 'ours', per: 'second' };
}

function fromQuota(name: QuotaName, limit = quota(name)): Deciding {
  return { limit, decides: name, standing: QUOTAS.quotas[name].standing, per: 'second' };
}
