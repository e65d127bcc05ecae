/**
 * Reads a delivery stream's source into its buffer, as far ahead as there is room: shard by shard in turns, each no
 * more often than a shard may be read. It keeps the places up to which it read; how far records are delivered is the
 * checkpoint's to say (`plan.ts`).
 */

import { AwsError } from '../../aws-error.ts';
import type { Ports } from '../../ports.ts';
import type { DeliveryBuffer } from './buffer.ts';
import type { DeliveryMeasure } from './metrics.ts';
import { failureIn, type Plan } from './plan.ts';
import type { Processed } from './processor.ts';
import type { Source, SourceRecord } from './source.ts';

export type Reader = {
  shards(): number;
  /** Reads each shard that may be read while there is `room`; says whether some were left for want of it. */
  fill(buffer: DeliveryBuffer, room: () => boolean): Promise<boolean>;
  /** Reads again what a plan covers, and goes on behind it. */
  reread(buffer: DeliveryBuffer, plan: Plan): Promise<void>;
  /** When there may be something to read, signal or no signal. */
  readableAt(): number[];
};

/** A shard serves five reads a second: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html */
export const READ_INTERVAL_MS = 200;
/** After a read that was throttled. */
const THROTTLED_READ_INTERVAL_MS = 1_000;

type Place = {
  after: string | undefined;
  readableAt: number;
  /** There may be records that were not read. */
  unsure: boolean;
};

export async function openReader(
  source: Source,
  { clock, quotas }: Pick<Ports, 'clock' | 'quotas'>,
  measure: DeliveryMeasure,
  checkpoint: (shard: string) => string | undefined,
): Promise<Reader> {
  const interval = quotas === 'lifted' ? 0 : READ_INTERVAL_MS;
  const places = new Map<string, Place>();
  for (const shard of await source.shards())
    places.set(shard, { after: checkpoint(shard), readableAt: 0, unsure: true });

  function noteRead(records: readonly SourceRecord[], behindMs: number): void {
    if (source.kinesisArn !== undefined) measureRead(measure, records, behindMs);
  }

  async function readShard(shard: string, place: Place, buffer: DeliveryBuffer): Promise<void> {
    // The shard that was read goes to the end of the map: next time others come first.
    places.delete(shard);
    places.set(shard, place);
    place.readableAt = clock.now() + interval;
    place.unsure = true;
    try {
      const { records, behind, behindMs } = await source.read(shard, place.after);
      buffer.add(records);
      noteRead(records, behindMs);
      place.after = records.at(-1)?.sequenceNumber ?? place.after;
      place.unsure = behind;
    } catch (error) {
      if (!isThrottled(error)) throw error;
      measure('ThrottledGetRecords', 1);
      place.readableAt = clock.now() + THROTTLED_READ_INTERVAL_MS;
    }
  }

  return {
    shards: () => places.size,
    async fill(buffer, room) {
      const now = clock.now();
      for (const [shard, place] of [...places]) {
        if (place.readableAt > now) place.unsure = true;
        else if (room()) await readShard(shard, place, buffer);
        else return true;
      }
      return false;
    },
    async reread(buffer, plan) {
      for (const [shard, until] of Object.entries(plan.until)) {
        await rereadShard(source, buffer, plan, shard, checkpoint(shard), noteRead);
        places.set(shard, { after: until, readableAt: 0, unsure: true });
      }
    },
    readableAt: () => [...places.values()].flatMap(({ unsure, readableAt }) => (unsure ? [readableAt] : [])),
  };
}

function measureRead(measure: DeliveryMeasure, records: readonly SourceRecord[], behindMs: number): void {
  measure('ThrottledGetRecords', 0);
  measure('KinesisMillisBehindLatest', behindMs);
  measure('DataReadFromKinesisStream.Records', records.length);
  measure(
    'DataReadFromKinesisStream.Bytes',
    records.reduce((sum, { data }) => sum + data.byteLength, 0),
  );
}

async function rereadShard(
  source: Source,
  buffer: DeliveryBuffer,
  plan: Plan,
  shard: string,
  from: string | undefined,
  noteRead: (records: readonly SourceRecord[], behindMs: number) => void,
): Promise<void> {
  const until = plan.until[shard] as string;
  let after = from;
  for (;;) {
    const { records, behind, behindMs } = await source.read(shard, after);
    const planned = records.filter(({ sequenceNumber }) => BigInt(sequenceNumber) <= BigInt(until));
    noteRead(planned, behindMs);
    buffer.add(planned.filter((record) => !failureIn(plan, record)));
    buffer.addProcessed(planned.flatMap((record) => knownFailure(plan, record)));
    after = records.at(-1)?.sequenceNumber ?? after;
    if (planned.length < records.length || after === until || (records.length === 0 && !behind)) return;
  }
}

/** A record that failed before is not asked about again: its row must not appear beside its error. */
function knownFailure(plan: Plan, record: SourceRecord): Processed[] {
  const failure = failureIn(plan, record);
  return failure ? [{ record, result: { kind: 'failed', failure } }] : [];
}

function isThrottled(error: unknown): boolean {
  return error instanceof AwsError && error.code === 'ProvisionedThroughputExceededException';
}
