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

type Write = (table: Table, key: string, old: Attributes | undefined, item: Attributes | undefined) => void;

type Done<T> = (error: unknown, result?: T) => void;

/** The range that dynalite asks for, in key texts. */
type Bounds = { gt?: string; gte?: string; lt?: string; lte?: string; reverse?: boolean; limit?: number };

type ReadRequest = { ConsistentRead?: boolean; ExclusiveStartKey?: Attributes; IndexName?: string };

/** A page holds at most 64 of the largest items (26 MB); a query stops after 1 MB, most often within one page. */
const PAGE_ITEMS_MAX = 64;

const QUERY_BOUND = /^[0-9a-f]{6}\//;

type Access = { kind: 'write'; write: Write } | { kind: 'read'; request: ReadRequest };

/** dynalite's store object; it calls the members that answer by `done`. A class, as one is made for every call. */
export class ItemStore {
  readonly options = { maxItemSize: ITEM_BYTES_MAX };
  readonly tables: Tables;
  readonly read: Read;
  readonly access: Access;
  #seen: Attributes | undefined;
  readonly #flows: (() => void)[] = [];

  constructor(tables: Tables, read: Read, access: Access) {
    this.tables = tables;
    this.read = read;
    this.access = access;
  }

  /** The item that was last looked up, which is what a failed condition was about. */
  seen(): Attributes | undefined {
    return this.#seen;
  }

  /** Lets the streams that dynalite listens to flow. */
  pump(): void {
    for (const each of this.#flows.splice(0)) each();
  }

  getTable(name: string, ...rest: unknown[]): void {
    const done = rest.at(-1) as Done<Table['schema']>;
    const table = this.tables.get(name);
    if (table) done(null, table.schema);
    else done(tableNotFound());
  }

  getItemDb(name: string): ItemDb {
    return new ItemDb(this, this.#table(name));
  }

  getIndexDb(_kind: string, name: string, indexName: string): object {
    const table = this.#table(name);
    const index = table.indexes.find(({ IndexName }) => IndexName === indexName);
    const from = this.access.kind === 'read' ? this.access.request.ExclusiveStartKey : undefined;
    const place = (text: string) => indexKey(name, indexName, text);
    return {
      // Indexes are kept by whoever writes the item, with keys that cannot collide; dynalite's own upkeep falls silent.
      put: (_key: string, _item: unknown, done: Done<void>) => done(null),
      del: (_key: string, done: Done<void>) => done(null),
      createValueStream: (bounds: Bounds) =>
        this.stream(table, bounds, place, from && index && entryText(from, table, index)),
    };
  }

  get(table: Table, key: string): Attributes | undefined {
    table.meter.admit(this.access.kind, key);
    this.#seen = this.read.get<Attributes>(itemKey(table.name, key));
    if (this.access.kind === 'read')
      table.meter.charge('read', key, readUnits(this.#seen ? itemBytes(this.#seen) : 0, this.#consistent()));
    return this.#seen;
  }

  put(table: Table, key: string, item: Attributes | undefined): void {
    if (this.access.kind === 'read') throw new Error('A read does not write.');
    this.access.write(table, key, this.#seen, item);
  }

  /** `place` makes a store key of a key text; `start` replaces dynalite's bound for the page before. */
  stream(table: Table, bounds: Bounds, place: (text: string) => Key, start?: string): EventEmitter {
    const stream = new OldStyleStream();
    const range = rangeOf(bounds, place, start);
    const first = bounds.gte ?? bounds.gt ?? '';
    // A query stays in one partition, a scan passes through them.
    const partition = QUERY_BOUND.test(first) ? first : undefined;
    table.meter.admit('read', partition);
    this.#flows.push(() => {
      const bytes = flow(this.read, range, bounds.limit, stream);
      table.meter.charge('read', partition, readUnits(bytes, this.#consistent()));
    });
    return stream;
  }

  #consistent(): boolean {
    return this.access.kind === 'read' && this.access.request.ConsistentRead === true;
  }

  #table(name: string): Table {
    const table = this.tables.get(name);
    if (!table) throw tableNotFound();
    return table;
  }
}

/** What dynalite calls an item database: the items of one table. */
class ItemDb {
  readonly #store: ItemStore;
  readonly #table: Table;

  constructor(store: ItemStore, table: Table) {
    this.#store = store;
    this.#table = table;
  }

  /** A unit of work is never interrupted, so there is nothing to lock. */
  lock(_key: string, locked: (release: (done: unknown) => unknown) => void): void {
    locked((done) => done);
  }

  get(key: string, done: Done<Attributes>): void {
    done(null, this.#store.get(this.#table, key));
  }

  put(key: string, item: Attributes, done: Done<void>): void {
    this.#store.put(this.#table, key, item);
    done(null);
  }

  del(key: string, done: Done<void>): void {
    this.#store.put(this.#table, key, undefined);
    done(null);
  }

  createValueStream(bounds: Bounds): EventEmitter {
    return this.#store.stream(this.#table, bounds, (text) => itemKey(this.#table.name, text));
  }
}

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
