/** Forgets change records when their 24 hours have passed, oldest first. It reads no further than what is due. */

import type { Mover, Outcome, Ports } from '../../ports.ts';
import { type Change, describedStreams, shardLog } from '../../store/changes.ts';
import { ends, read, trim } from '../../store/log.ts';
import type { Tx } from '../../store/store.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html */
const RETENTION_MS = 86_400_000;
/** Bounds one unit of work. */
const TRIM_RECORDS_MAX = 500;

export function retention({ store, clock }: Ports): Mover {
  return {
    name: 'stream/retention',
    listensTo: [],
    async step(): Promise<Outcome> {
      const now = clock.now();
      const { trimmed, next } = await store.transact((tx) => trimDue(tx, now));
      // Whatever is appended from now on is due later than `next`.
      return trimmed > 0 ? { kind: 'delivered', records: trimmed } : { kind: 'idle', wakeAt: next };
    },
  };
}

function trimDue(tx: Tx, now: number): { trimmed: number; next: number } {
  let trimmed = 0;
  let next = now + RETENTION_MS;
  for (const { arn, shards } of describedStreams(tx)) {
    for (const shard of shards) {
      const log = shardLog(arn, shard);
      const { tail } = ends(tx, log);
      const first = read<Change>(tx, log, tail, 1)[0];
      if (!first) continue;
      if (first.value.at + RETENTION_MS > now) {
        next = Math.min(next, first.value.at + RETENTION_MS);
        continue;
      }
      const oldest = read<Change>(tx, log, tail, TRIM_RECORDS_MAX - trimmed);
      const kept = oldest.findIndex(({ value }) => value.at + RETENTION_MS > now);
      trimmed += trim(tx, log, tail + (kept < 0 ? oldest.length : kept), TRIM_RECORDS_MAX);
      if (trimmed >= TRIM_RECORDS_MAX) break;
    }
  }
  return { trimmed, next };
}
