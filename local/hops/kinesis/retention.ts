/** Forgets a stream's records once its retention has passed, and not before. It carries nothing to anyone. */

import type { Mover, Ports } from '../../ports.ts';
import { ends, trim } from '../../store/log.ts';
import type { Tx } from '../../store/store.ts';
import { firstSince } from './get-shard-iterator.ts';
import type { OpenStream, StoredRecord } from './streams.ts';

const HOUR_MS = 3_600_000;
/** Records that one commit forgets at most. */
const TRIM_RECORDS_MAX = 2000;

export function retentionMover(stream: OpenStream, ports: Ports): Mover {
  const retentionMs = stream.config.retentionHours * HOUR_MS;

  function forget(tx: Tx, now: number): number {
    let left = TRIM_RECORDS_MAX;
    for (const { log } of stream.shards) left -= trim(tx, log, firstSince(tx, log, now - retentionMs), left);
    return TRIM_RECORDS_MAX - left;
  }

  /** When the oldest record that is kept falls due. What arrives later falls due later, so no signal is needed. */
  function nextDue(tx: Tx, now: number): number {
    const oldest = stream.shards.map(
      ({ log }) => tx.get<StoredRecord>(['log', log, ends(tx, log).tail])?.at ?? now,
    );
    return Math.min(...oldest) + retentionMs + 1;
  }

  return {
    name: `kinesis/${stream.config.name}/retention`,
    listensTo: [],
    step: () =>
      ports.store.transact((tx) => {
        const now = ports.clock.now();
        const records = forget(tx, now);
        return records > 0 ? { kind: 'delivered', records } : { kind: 'idle', wakeAt: nextDue(tx, now) };
      }),
  };
}
