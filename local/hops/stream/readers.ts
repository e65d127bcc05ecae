/** How far the furthest reader of each shard has come since the engine started: what a stream's `waiting` means. */

import type { HopStatus } from '../../ports.ts';
import { type Change, describedStreams, shardLog } from '../../store/changes.ts';
import { ends, read } from '../../store/log.ts';
import type { Read } from '../../store/store.ts';

export type Readers = {
  /** A reader has everything before `offset`, of which `records` in this read. */
  passed(log: string, offset: number, records: number): void;
  status(read: Read, now: number): HopStatus;
};

export function createReaders(store: Read): Readers {
  const passed = new Map<string, number>();
  const headsAtStart = new Map(logsOf(store).map((log) => [log, ends(store, log).head]));
  let out = 0;

  return {
    passed(log, offset, records) {
      out += records;
      passed.set(log, Math.max(offset, passed.get(log) ?? 0));
    },
    status(tx, now) {
      let appended = 0;
      let ever = 0;
      let waiting = 0;
      let oldest = Number.POSITIVE_INFINITY;
      for (const log of logsOf(tx)) {
        const { tail, head } = ends(tx, log);
        // What was there at the start counts as read until a reader shows that it was not: readers keep their
        // places themselves.
        const from = Math.max(tail, passed.get(log) ?? headsAtStart.get(log) ?? 0);
        ever += head;
        appended += head - (headsAtStart.get(log) ?? 0);
        waiting += head - from;
        const first = head > from ? read<Change>(tx, log, from, 1)[0] : undefined;
        if (first) oldest = Math.min(oldest, first.value.at);
      }
      return {
        in: appended,
        out,
        waiting,
        ...(waiting > 0 ? { lagMs: Math.max(0, now - oldest) } : {}),
        failed: 0,
        ever,
      };
    },
  };
}

function logsOf(tx: Read): string[] {
  return describedStreams(tx).flatMap(({ arn, shards }) => shards.map((shard) => shardLog(arn, shard)));
}
