/**
 * What to set, and what to ask AWS for, so that an environment carries a profile's peak with something to spare. It
 * changes nothing: the numbers are for stacks/environments.ts, the quotas for a person to request.
 */

import type { HopName } from '../../schemas/hops.ts';
import type { Environment } from '../../stacks/environments.ts';
import { bufferHintMegabytesMax, evenShare, executionsAnOrder, partitionsOf } from './constraints.ts';
import type { OrderLife } from './order-life.ts';
import { ordersOf, type Profile } from './profiles.ts';
import { QUOTAS, type QuotaName, quota } from './quotas.ts';

export type Advice = {
  hop: HopName;
  /** The number's path in environments.ts, or what is to be set by hand. */
  setting: string;
  now: number;
  wanted: number;
  enough: boolean;
  how: string;
};

export type Request = {
  quota: QuotaName;
  now: number;
  wanted: number;
  standing: 'published' | 'assumed';
  where: string;
  daysBefore: number;
};

/** What is set is a quarter more than the peak: a forecast is never that good. */
export const MARGIN = 1.25;
const MEGABYTE = 1024 ** 2;
const ROUND_UNITS = 1_000;
const IN_ENVIRONMENT = 'stacks/environments.ts';

export type Wanted = {
  writeUnits: number;
  shards: number;
  parallelBatches: number;
  pipeExecutions: number;
  executions: number;
};

/** The numbers that carry the peak and the margin. */
function wantedFor(environment: Environment, profile: Profile, life: OrderLife): Wanted {
  const peak = profile.ordersPerSecondPeak * MARGIN;
  const changes = peak * life.changesAnOrder;
  const writeUnits = Math.ceil((peak * life.writeUnitsAnOrder) / ROUND_UNITS) * ROUND_UNITS;
  const underWay = (changes * quota('pipe-batch-seconds')) / environment.pipe.batchRecords;
  return {
    writeUnits,
    shards: shardsFor(changes, changes * life.changeBytes),
    parallelBatches: Math.max(1, Math.ceil(underWay / partitionsOf(writeUnits))),
    pipeExecutions: Math.ceil(underWay),
    executions: Math.ceil(peak * executionsAnOrder(environment, life)),
  };
}

/** The fewest shards of which not even the fullest is full. */
export function shardsFor(records: number, bytes: number): number {
  const least = Math.max(records / quota('shard-records'), bytes / quota('shard-write-bytes'));
  let shards = Math.max(1, Math.ceil(least));
  while (shards * evenShare(shards) < least) shards++;
  return shards;
}

export function adviceFor(
  environment: Environment,
  profile: Profile,
  life: OrderLife,
  warmWriteUnits: number,
): readonly Advice[] {
  const wanted = wantedFor(environment, profile, life);
  const { table, pipe, kinesis, firehose, athena } = environment;
  const hint = bufferHintMegabytesMax(life);
  const scanned = Math.ceil(
    (ordersOf(profile) * life.changesAnOrder * life.rowGzipBytes * MARGIN) / MEGABYTE,
  );
  const least = (hop: HopName, setting: string, now: number, most: number, how: string): Advice => ({
    ...{ hop, setting, now, wanted: most, how },
    enough: now >= most,
  });
  return [
    least(
      'table',
      'table.writeUnitsPerSecondMax',
      table.writeUnitsPerSecondMax,
      wanted.writeUnits,
      IN_ENVIRONMENT,
    ),
    least(
      'table',
      'warm throughput',
      Math.max(warmWriteUnits, quota('table-new-write-units')),
      wanted.writeUnits,
      'update-table --warm-throughput, the day before',
    ),
    least('pipe', 'pipe.parallelBatches', pipe.parallelBatches, wanted.parallelBatches, IN_ENVIRONMENT),
    least('kinesis', 'kinesis.shards', kinesis.shards, wanted.shards, growth(kinesis.shards, wanted.shards)),
    {
      ...{ hop: 'firehose', setting: 'firehose.transformBufferMegabytes' },
      now: firehose.transformBufferMegabytes,
      wanted: Math.min(hint, firehose.transformBufferMegabytes),
      enough: firehose.transformBufferMegabytes <= hint,
      how: `${IN_ENVIRONMENT}; at most 6 MB ÷ ${life.requestBlowUp.toFixed(2)}`,
    },
    least(
      'athena',
      'athena.scannedBytesMax (MB)',
      athena.scannedBytesMax / MEGABYTE,
      scanned,
      IN_ENVIRONMENT,
    ),
  ];
}

/** A stream at most doubles at once, so many times a day. */
function growth(now: number, wanted: number): string {
  if (wanted <= now) return IN_ENVIRONMENT;
  const steps = Math.ceil(Math.log2(wanted / now) / Math.log2(quota('shard-growth-factor')));
  const days = Math.ceil(steps / quota('shard-updates-a-day'));
  if (steps === 1) return IN_ENVIRONMENT;
  return `${IN_ENVIRONMENT}, doubled ${steps} times${days > 1 ? ` over ${days} days` : ''}`;
}

/** The quotas that are below what is wanted, to be asked for in good time. */
export function requestsFor(environment: Environment, profile: Profile, life: OrderLife): readonly Request[] {
  const wanted = wantedFor(environment, profile, life);
  const asked: readonly [QuotaName, number][] = [
    ['table-write-units', wanted.writeUnits],
    ['pipe-executions', wanted.pipeExecutions],
    ['kinesis-shards', wanted.shards],
    ['lambda-executions', wanted.executions],
  ];
  return asked
    .filter(([name, most]) => most > quota(name))
    .map(([name, most]) => ({
      ...{ quota: name, now: quota(name), wanted: most, standing: QUOTAS.quotas[name].standing },
      where: QUOTAS.quotas[name].raise ?? QUOTAS.quotas[name].page,
      daysBefore: quota('quota-request-days'),
    }));
}
