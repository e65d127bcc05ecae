/**
 * The delivery plan: what is written to the store before an object is put, so that a delivery which a crash cut short
 * is done again with the same records under the same key, and overwrites itself. A checkpoint per shard says what no
 * plan has to carry any more.
 */

import type { Chance } from '../../clock.ts';
import type { Read, Tx } from '../../store/store.ts';
import type { DeliveryStreamConfig } from './config.ts';
import type { RecordFailure } from './error-record.ts';
import { objectKey } from './prefix.ts';
import type { Processed } from './processor.ts';
import type { Source, SourceRecord } from './source.ts';

export type Plan = {
  key: string;
  errorKey: string;
  /** The last sequence number of each shard; the first is the one after its checkpoint. */
  until: Record<string, string>;
  /** Whether there are rows: then an object may lie under `key`, and whoever does this again puts one there, too. */
  rows: boolean;
  /** Records that failed, so that a later try does not write them a second time as rows. */
  failures: Record<string, RecordFailure>;
};

const COLLECTION = 'firehose';

/** Error objects are plain JSON lines, whatever the stream's compression. */
const ERROR_EXTENSION = '';

export function makePlan(config: DeliveryStreamConfig, chance: Chance, taken: readonly Processed[]): Plan {
  let oldest = Number.POSITIVE_INFINITY;
  const until: Plan['until'] = {};
  for (const { record } of taken) {
    oldest = Math.min(oldest, record.arrivedAt);
    until[record.shard] = record.sequenceNumber;
  }
  const values = { at: oldest, timeZone: config.timeZone, chance };
  return {
    key: objectKey(config.prefixes.data, values, config.name, config.extension),
    errorKey: objectKey(config.prefixes.error, values, config.name, ERROR_EXTENSION),
    until,
    rows: hasRows(taken),
    failures: failuresOf(taken),
  };
}

/** The plan once more, with what became of its records this time. */
export function makePlanAgain(plan: Plan, processed: readonly Processed[]): Plan {
  return { ...plan, rows: plan.rows || hasRows(processed), failures: failuresOf(processed) };
}

function hasRows(processed: readonly Processed[]): boolean {
  return processed.some(({ result }) => result.kind === 'ok');
}

function failuresOf(processed: readonly Processed[]): Plan['failures'] {
  const failures: Plan['failures'] = {};
  for (const { record, result } of processed)
    if (result.kind === 'failed') failures[placeOf(record)] = result.failure;
  return failures;
}

export function failureIn(plan: Plan, record: SourceRecord): RecordFailure | undefined {
  return plan.failures[placeOf(record)];
}

function placeOf({ shard, sequenceNumber }: SourceRecord): string {
  return `${shard}/${sequenceNumber}`;
}

export function readPlan(read: Read, stream: string): Plan | undefined {
  return read.get<Plan>([COLLECTION, stream, 'plan']);
}

export function writePlan(tx: Tx, stream: string, plan: Plan): void {
  tx.put([COLLECTION, stream, 'plan'], plan);
}

export function checkpoint(read: Read, stream: string, shard: string): string | undefined {
  return read.get<string>([COLLECTION, stream, 'checkpoint', shard]);
}

/** The plan is carried out: its records are never read again. */
export function settlePlan(tx: Tx, stream: string, plan: Plan, source: Source): void {
  for (const [shard, until] of Object.entries(plan.until)) {
    tx.put([COLLECTION, stream, 'checkpoint', shard], until);
    source.settle(tx, shard, until);
  }
  tx.remove([COLLECTION, stream, 'plan']);
}
