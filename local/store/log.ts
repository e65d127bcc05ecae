/**
 * An append-only log in the store: what a stream's shard and a Kinesis shard both are. Offsets start at 0 and never
 * repeat, also after a trim and a restart. Readers keep their own place (a checkpoint is theirs to store).
 */

import type { Read, Tx } from './store.ts';

export type LogRecord<T> = { offset: number; value: T };

type LogEnds = { tail: number; head: number };

/** Adds `value` at the head and signals the log's topic; returns its offset. */
export function append(tx: Tx, log: string, value: unknown): number {
  const { tail, head } = ends(tx, log);
  tx.put(['log', log, head], value);
  tx.put(['log-ends', log], { tail, head: head + 1 });
  tx.signal(topicOf(log));
  return head;
}

/**
 * Up to `limit` records at or after `from`, oldest first. What the same unit of work appended is not seen.
 * A log is read far behind its head on a busy day, so this walks no more than `limit` entries.
 */
export function read<T>(tx: Read, log: string, from: number, limit: number): LogRecord<T>[] {
  return tx
    .range<T>({ from: ['log', log, from], to: ['log', log, Number.MAX_SAFE_INTEGER], limit })
    .map(({ key, value }) => ({ offset: key[2] as number, value }));
}

/** `tail` is the oldest offset that is kept, `head` the one that the next append gets. */
export function ends(tx: Read, log: string): LogEnds {
  return tx.get<LogEnds>(['log-ends', log]) ?? { tail: 0, head: 0 };
}

/** Forgets up to `limit` records below `before`; returns how many. */
export function trim(tx: Tx, log: string, before: number, limit: number): number {
  const { tail, head } = ends(tx, log);
  const until = Math.min(before, head, tail + limit);
  for (let offset = tail; offset < until; offset++) tx.remove(['log', log, offset]);
  if (until > tail) tx.put(['log-ends', log], { tail: until, head });
  return Math.max(0, until - tail);
}

/** The topic that an append signals; a mover that reads the log listens to it. */
export function topicOf(log: string): string {
  return `log:${log}`;
}
