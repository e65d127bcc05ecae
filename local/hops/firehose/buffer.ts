/**
 * What a delivery stream holds in memory: records read ahead of the checkpoint, batches that are being processed, and
 * processed records that wait for the object to fill. It is a cache of the source and of the transform: a crash loses
 * it and nothing else.
 */

import type { Batch, Processed, Processor } from './processor.ts';
import type { SourceRecord } from './source.ts';

export type DeliveryBuffer = {
  add(records: readonly SourceRecord[]): void;
  /** Adds a record whose fate is known. */
  addProcessed(processed: readonly Processed[]): void;
  /** The oldest batches that are formed, so many at `most` and one beyond so many bytes; `flush` forms them of whatever
   * is pending. */
  batches(processor: Processor, flush: boolean, most: { batches: number; bytes: number }): OpenBatch[];
  /** Moves the batches that are done to the processed records, in order, up to the first that is not. */
  settle(): void;
  /** The oldest processed records, up to and including the one with which they reach `bytes`. */
  take(bytes: number): Processed[];
  /** Bytes read and not yet processed. */
  pendingBytes(): number;
  /** Bytes that would be written. */
  processedBytes(): number;
  /** Arrival of the oldest record that is held. */
  oldestAt(): number | undefined;
};

export type OpenBatch = Batch & { done?: Processed[] };

export function createBuffer(): DeliveryBuffer {
  let pending: SourceRecord[] = [];
  let open: OpenBatch[] = [];
  let processed: Processed[] = [];
  let pendingBytes = 0;
  let processedBytes = 0;
  let oldestAt: number | undefined;

  function seen(record: SourceRecord): void {
    oldestAt = Math.min(oldestAt ?? record.arrivedAt, record.arrivedAt);
  }

  function addProcessed(added: readonly Processed[]): void {
    for (const each of added) {
      processed.push(each);
      processedBytes += sizeOf(each);
      seen(each.record);
    }
  }

  return {
    add(records) {
      for (const record of records) {
        pending.push(record);
        pendingBytes += record.data.byteLength;
        seen(record);
      }
    },
    addProcessed,
    batches(processor, flush, most) {
      let bytes = open.reduce((sum, { records }) => sum + bytesOf(records), 0);
      while (open.length < most.batches && bytes < most.bytes) {
        const records = processor.nextBatch(pending, flush);
        if (!records) break;
        pending = pending.slice(records.length);
        open.push({ records, attempts: 0 });
        bytes += bytesOf(records);
      }
      return open;
    },
    settle() {
      for (;;) {
        const first = open[0];
        if (!first?.done) return;
        open = open.slice(1);
        pendingBytes -= bytesOf(first.records);
        addProcessed(first.done);
      }
    },
    take(bytes) {
      let count = 0;
      let size = 0;
      while (count < processed.length && size < bytes) size += sizeOf(processed[count++] as Processed);
      const taken = processed.slice(0, count);
      processed = processed.slice(count);
      processedBytes -= size;
      oldestAt = undefined;
      for (const { record } of processed) seen(record);
      for (const { records } of open) for (const record of records) seen(record);
      for (const record of pending) seen(record);
      return taken;
    },
    pendingBytes: () => pendingBytes,
    processedBytes: () => processedBytes,
    oldestAt: () => oldestAt,
  };
}

function bytesOf(records: readonly SourceRecord[]): number {
  return records.reduce((sum, { data }) => sum + data.byteLength, 0);
}

function sizeOf({ result }: Processed): number {
  return result.kind === 'ok' ? result.data.byteLength : 0;
}
