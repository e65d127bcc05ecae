/**
 * The store object that dynalite's actions take, over one unit of work or over what is committed. It is made anew for
 * each call; an item that an action puts or deletes goes to `write`, which keeps it and records the change.
 */

import { EventEmitter } from 'node:events';
import { AwsError } from '../../aws-error.ts';
import type { Attributes } from '../../store/attributes.ts';
import type { Entry, Key, Range, Read } from '../../store/store.ts';
import { itemBytes } from './attributes.ts';
import { ITEM_BYTES_MAX } from './dynalite.ts';
import { after, entryText, indexKey, itemKey, LAST } from './keys.ts';
import type { Table, Tables } from './tables.ts';
import { readUnits } from './throughput.ts';

export type Write = (
  table: Table,
  key: string,
  old: Attributes | undefined,
  item: Attributes | undefined,
) => void;

type Done<T> = (error: unknown, result?: T) => void;

/** The range that dynalite asks for, in key texts. */
type Bounds = { gt?: string; gte?: string; lt?: string; lte?: string; reverse?: boolean; limit?: number };

type ReadRequest = { ConsistentRead?: boolean; ExclusiveStartKey?: Attributes; IndexName?: string };

/** A page holds at most 64 of the largest items (26 MB); a query stops after 1 MB, most often within one page. */
const PAGE_ITEMS_MAX = 64;

const QUERY_BOUND = /^[0-9a-f]{6}\//;

export type ItemStore = {
  /** The item that was last looked up, which is what a failed condition was about. */
  seen(): Attributes | undefined;
  /** Lets the streams that dynalite listens to flow. */
  pump(): void;
};

export function itemStore(
  tables: Tables,
  read: Read,
  access: { kind: 'write'; write: Write } | { kind: 'read'; request: ReadRequest },
): ItemStore {
  let seen: Attributes | undefined;
  const flows: (() => void)[] = [];
  const consistent = access.kind === 'read' && access.request.ConsistentRead === true;

  function get(table: Table, key: string, done: Done<Attributes>): void {
    try {
      table.meter.admit(access.kind, key);
    } catch (throttled) {
      done(throttled);
      return;
    }
    seen = read.get<Attributes>(itemKey(table.name, key));
    if (access.kind === 'read')
      table.meter.charge('read', key, readUnits(seen ? itemBytes(seen) : 0, consistent));
    done(null, seen);
  }

  function put(table: Table, key: string, item: Attributes | undefined, done: Done<void>): void {
    if (access.kind === 'read') throw new Error('A read does not write.');
    try {
      access.write(table, key, seen, item);
    } catch (error) {
      done(error);
      return;
    }
    done(null);
  }

  /** `place` makes a store key of a key text; `start` replaces dynalite's bound for the page before. */
  function valueStream(
    table: Table,
    bounds: Bounds,
    place: (text: string) => Key,
    start?: string,
  ): EventEmitter {
    const stream = new OldStyleStream();
    const range = rangeOf(bounds, place, start);
    const first = bounds.gte ?? bounds.gt ?? '';
    // A query stays in one partition, a scan passes through them.
    const partition = QUERY_BOUND.test(first) ? first : undefined;
    table.meter.admit('read', partition);
    flows.push(() => {
      const bytes = flow(read, range, bounds.limit, stream);
      table.meter.charge('read', partition, readUnits(bytes, consistent));
    });
    return stream;
  }

  return {
    ...NO_INDEX_WRITES,
    options: { maxItemSize: ITEM_BYTES_MAX },
    seen: () => seen,
    pump() {
      for (const each of flows.splice(0)) each();
    },
    getTable(name: string, ...rest: unknown[]) {
      const done = rest.at(-1) as Done<Table['schema']>;
      const table = tables.get(name);
      if (table) done(null, table.schema);
      else done(tableNotFound());
    },
    getItemDb(name: string) {
      const table = tables.get(name)!;
      return {
        // A unit of work is never interrupted.
        lock: (_key: string, locked: (release: (done: unknown) => unknown) => void) => locked((done) => done),
        get: (key: string, done: Done<Attributes>) => get(table, key, done),
        put: (key: string, item: Attributes, done: Done<void>) => put(table, key, item, done),
        del: (key: string, done: Done<void>) => put(table, key, undefined, done),
        createValueStream: (bounds: Bounds) => valueStream(table, bounds, (text) => itemKey(name, text)),
      };
    },
    getIndexDb(_kind: string, name: string, indexName: string) {
      const table = tables.get(name)!;
      const index = table.indexes.find(({ IndexName }) => IndexName === indexName)!;
      const from = access.kind === 'read' ? access.request.ExclusiveStartKey : undefined;
      return {
        ...NO_INDEX_WRITES,
        createValueStream: (bounds: Bounds) =>
          valueStream(
            table,
            bounds,
            (text) => indexKey(name, indexName, text),
            from && entryText(from, table, index),
          ),
      };
    },
  } as ItemStore;
}

/** Indexes are kept by whoever writes the item, with keys that cannot collide; dynalite's own upkeep falls silent. */
const NO_INDEX_WRITES = {
  put: (_key: string, _item: unknown, done: Done<void>) => done(null),
  del: (_key: string, done: Done<void>) => done(null),
};

export function tableNotFound(): AwsError {
  return new AwsError('ResourceNotFoundException', 'Requested resource not found');
}

function rangeOf(bounds: Bounds, place: (text: string) => Key, start: string | undefined): Range {
  const { gt, gte, lt, lte, reverse = false } = bounds;
  let from = gte ?? (gt === undefined ? '' : after(gt));
  let to = lt ?? (lte === undefined ? LAST : after(lte));
  if (start !== undefined) {
    if (reverse) to = start;
    else from = after(start);
  }
  return { from: place(from), to: place(to), reverse };
}

/** Emits the range's values page by page until the listener has enough; answers how many bytes it read. */
function flow(read: Read, range: Range, limit: number | undefined, stream: OldStyleStream): number {
  let wanted = limit === undefined || limit < 0 ? Number.POSITIVE_INFINITY : limit;
  let { from, to } = range;
  let bytes = 0;
  while (wanted > 0 && !stream.destroyed) {
    const page: Entry<Attributes>[] = read.range({
      ...range,
      from,
      to,
      limit: Math.min(wanted, PAGE_ITEMS_MAX),
    });
    for (const { value } of page) {
      if (stream.destroyed) break;
      bytes += itemBytes(value);
      stream.emit('data', value);
    }
    const last = page.at(-1)?.key;
    if (!last || page.length < PAGE_ITEMS_MAX) break;
    wanted -= page.length;
    if (range.reverse) to = last;
    else from = [...last.slice(0, -1), after(last.at(-1) as string)];
  }
  stream.emit('end');
  return bytes;
}

/**
 * What dynalite's lazy lists listen to. The list first listens by itself and dynalite then has it forget `readable`
 * and listens again; a source that speaks when told, as this one, must forget the first listener instead, or every
 * item would come twice.
 */
class OldStyleStream extends EventEmitter {
  destroyed = false;

  override removeAllListeners(): this {
    return super.removeAllListeners('data');
  }

  destroy(): void {
    this.destroyed = true;
  }
}
