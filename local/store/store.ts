/**
 * The engine's one durable store: an LMDB environment under the data directory. A unit of work reads and writes
 * through a `Tx`; what it wrote commits whole, together with the other work of the same turn (group commit), and is
 * on disk when its promise settles. That is what lets a hop's checkpoint and its output commit together, and what an
 * acknowledged write means here.
 *
 *     hops → [store] → LMDB
 *
 * It knows nothing of AWS: keys are lists of strings and numbers, values are plain data.
 */

import { mkdirSync } from 'node:fs';
import { type Database, open } from 'lmdb';

/** Sorted part by part; the first part names the collection (`item`, `log`, `object`, …). */
export type Key = readonly (string | number | Uint8Array)[];

export type Range = {
  /** First key, inclusive. */
  from: Key;
  /** Last key, exclusive. */
  to: Key;
  /** From the last key down to the first. */
  reverse?: boolean;
  /** Most entries that are returned. */
  limit?: number;
};

export type Entry<T> = { key: Key; value: T };

export type Read = {
  get<T>(key: Key): T | undefined;
  range<T>(range: Range): Entry<T>[];
};

export type Tx = Read & {
  /** `get` sees what this work put; `range` sees only what stood before this work began. */
  put(key: Key, value: unknown): void;
  remove(key: Key): void;
  /** Wakes whoever listens to `topic`, once this work is on disk. */
  signal(topic: string): void;
  /** Calls `then` once this work is on disk; never, when it fails. */
  committed(then: () => void): void;
};

export type Store = Read & {
  /** `work` must be synchronous. When it throws, nothing that it put is kept and the promise rejects with it. */
  transact<T>(work: (tx: Tx) => T): Promise<T>;
  /** Calls `wake` after each commit in which `topic` was signalled; the answer stops that. */
  listen(topic: string, wake: () => void): () => void;
  close(): Promise<void>;
};

/** Address space alone, taken once: each time that LMDB has to grow its map, the old one stays in memory beside it. */
const MAP_BYTES = 64 * 1024 ** 3;

/** Bounds how long one commit keeps the event loop: at 64 requests in flight a turn seldom holds more. */
const COMMIT_WORKS_MAX = 512;

type Pending = {
  work: (tx: Tx) => unknown;
  resolve: (value: never) => void;
  reject: (reason: unknown) => void;
};
/** What follows once a commit is on disk. */
type Told = { topics: Set<string>; calls: (() => void)[] };
type Settled = { pending: Pending; outcome: { ok: true; value: unknown } | { ok: false; reason: unknown } };

export function openStore(directory: string): Store {
  mkdirSync(directory, { recursive: true });
  // A page of 8 KiB allows keys of 4,026 bytes, which DynamoDB's longest key (2,048 + 1,024 bytes) needs.
  // Overlapping sync acknowledges before the disk does; here an acknowledged write is on disk.
  const environment = open<unknown, (string | number | Uint8Array)[]>({
    path: `${directory}/orders.mdb`,
    pageSize: 8192,
    overlappingSync: false,
    mapSize: MAP_BYTES,
    // Maps rather than msgpackr's records: a record that is defined in each value costs more than it saves.
    encoder: { useRecords: false },
    noSubdir: true,
  });
  const listeners = new Map<string, Set<() => void>>();
  const pending: Pending[] = [];
  let scheduled = false;
  let closed = false;

  function commit(): void {
    scheduled = false;
    const batch = pending.splice(0, COMMIT_WORKS_MAX);
    if (pending.length > 0) schedule();
    const told: Told = { topics: new Set(), calls: [] };
    const settled: Settled[] = [];
    const counts = holdCounts(environment);
    try {
      environment.transactionSync(() => {
        for (const each of batch)
          settled.push({ pending: each, outcome: perform(environment, counts, each.work, told) });
        counts.flush();
      });
    } catch (error) {
      // LMDB calls a write that found no room an input/output error.
      const reason = new Error(
        `The store cannot write to its disk, which may be full: ${messageOf(error)}.`,
        {
          cause: error,
        },
      );
      for (const { reject } of batch) reject(reason);
      return;
    }
    for (const then of told.calls) then();
    for (const { pending: each, outcome } of settled) {
      if (outcome.ok) each.resolve(outcome.value as never);
      else each.reject(outcome.reason);
    }
    for (const topic of told.topics) for (const wake of listeners.get(topic) ?? []) wake();
  }

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(commit);
  }

  return {
    get: (key) => environment.get(key as never) as never,
    range: (range) => readRange(environment, range),
    transact(work) {
      return new Promise((resolve, reject) => {
        if (closed) return reject(new Error('The store is closed.'));
        pending.push({ work, resolve, reject });
        schedule();
      });
    },
    listen(topic, wake) {
      const set = listeners.get(topic) ?? new Set();
      listeners.set(topic, set.add(wake));
      return () => set.delete(wake);
    },
    async close() {
      closed = true;
      while (pending.length > 0) commit();
      await environment.close();
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Runs one work over a private write set, so that a work that throws leaves nothing in the shared commit. */
function perform(
  environment: Database,
  counts: HeldCounts,
  work: (tx: Tx) => unknown,
  told: Told,
): Settled['outcome'] {
  const writes = new Map<string, { key: Key; value: unknown }>();
  const signals: string[] = [];
  const calls: (() => void)[] = [];
  const tx: Tx = {
    get(key) {
      const text = writes.size > 0 || counts.any() ? keyText(key) : '';
      const own = writes.get(text);
      return (own ? own.value : (counts.get(text) ?? environment.get(key as never))) as never;
    },
    range(range) {
      counts.flush();
      return readRange(environment, range);
    },
    put: (key, value) => void writes.set(keyText(key), { key, value }),
    remove: (key) => void writes.set(keyText(key), { key, value: undefined }),
    signal: (topic) => void signals.push(topic),
    committed: (then) => void calls.push(then),
  };
  let value: unknown;
  try {
    value = work(tx);
  } catch (reason) {
    return { ok: false, reason };
  }
  for (const [text, { key, value: written }] of writes) {
    if (counts.take(text, key, written)) continue;
    if (written === undefined) environment.removeSync(key as never);
    else environment.putSync(key as never, written);
  }
  for (const topic of signals) told.topics.add(topic);
  for (const then of calls) told.calls.push(then);
  return { ok: true, value };
}

type HeldCounts = {
  any(): boolean;
  /** A copy, as the store gives: whoever reads it may change it. */
  get(text: string): Counts | undefined;
  /** Holds the value if it is made of numbers alone; one that is not is the caller's to write. */
  take(text: string, key: Key, value: unknown): boolean;
  flush(): void;
};
type Counts = Record<string, number>;

/**
 * The ends of logs and the sizes of tables change with every write, so within a commit they stay here and are written
 * once, at its end or before a range is read.
 */
function holdCounts(environment: Database): HeldCounts {
  const held = new Map<string, { key: Key; value: Counts }>();
  return {
    any: () => held.size > 0,
    get(text) {
      const found = held.get(text);
      return found && { ...found.value };
    },
    take(text, key, value) {
      if (!isCounts(value)) {
        held.delete(text);
        return false;
      }
      held.set(text, { key, value: { ...value } });
      return true;
    },
    flush() {
      for (const { key, value } of held.values()) environment.putSync(key as never, value);
      held.clear();
    },
  };
}

function isCounts(value: unknown): value is Counts {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value))
    return false;
  for (const each of Object.values(value)) if (typeof each !== 'number') return false;
  return true;
}

function readRange<T>(environment: Database, { from, to, reverse, limit }: Range): Entry<T>[] {
  // LMDB walks a reversed range from `start` down, exclusive of `end`; the bounds swap and shift with it.
  const bounds = reverse
    ? { start: to as never, end: from as never, reverse: true, exclusiveStart: true, inclusiveEnd: true }
    : { start: from as never, end: to as never };
  const entries: Entry<T>[] = [];
  for (const { key, value } of environment.getRange({ ...bounds, ...(limit === undefined ? {} : { limit }) }))
    entries.push({ key: key as Key, value: value as T });
  return entries;
}

function keyText(key: Key): string {
  return key
    .map((part) =>
      part instanceof Uint8Array ? `b${Buffer.from(part).toString('latin1')}` : `${typeof part}${part}`,
    )
    .join('\u0000');
}
