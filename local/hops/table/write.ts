/**
 * The one place where an item changes: the item, its index entries, the table's size and the change record are put
 * in one unit of work. A write that changes nothing leaves no record, as in DynamoDB.
 *
 *     PutItem, UpdateItem, … → [write] → items, indexes, the stream's log
 */

import { AwsError } from '../../aws-error.ts';
import type { Clock } from '../../clock.ts';
import type { Attributes } from '../../store/attributes.ts';
import { appendChange, type Change, type StreamDescription } from '../../store/changes.ts';
import type { Tx } from '../../store/store.ts';
import { itemBytes, sameAttributes } from './attributes.ts';
import type { IndexUnits } from './capacity.ts';
import type { SecondaryIndex } from './config.ts';
import { ITEM_BYTES_MAX } from './dynalite.ts';
import { entryText, indexKey, itemKey } from './keys.ts';
import { keepPeaks, type Table } from './tables.ts';
import { rangeOf, writeUnits } from './throughput.ts';

export type TableSize = { items: number; bytes: number };

/** Counted since the engine started. */
export type WriteCounts = { writes: number; changes: number };

export type Writer = (
  tx: Tx,
  table: Table,
  key: string,
  old: Attributes | undefined,
  item: Attributes | undefined,
  unitsFactor?: number,
) => IndexUnits;

export function createWriter(clock: Clock, counts: WriteCounts): Writer {
  return (tx, table, key, old, item, unitsFactor = 1) => {
    const bytes = item ? itemBytes(item) : 0;
    const oldBytes = old ? itemBytes(old) : 0;
    if (bytes > ITEM_BYTES_MAX)
      throw new AwsError('ValidationException', 'Item size to update has exceeded the maximum allowed size');
    table.meter.charge('write', key, writeUnits(Math.max(bytes, oldBytes)) * unitsFactor);
    keepPeaks(tx, table);
    counts.writes += 1;
    if (old && item ? sameAttributes(old, item) : !old && !item) return {};

    if (item) tx.put(itemKey(table.name, key), item);
    else tx.remove(itemKey(table.name, key));
    const indexUnits: IndexUnits = {};
    for (const index of table.indexes) {
      const units = keepEntry(tx, table, index, old, item) * unitsFactor;
      if (units > 0) indexUnits[index.IndexName] = units;
    }
    resize(tx, table.name, (item ? 1 : 0) - (old ? 1 : 0), bytes - oldBytes);
    if (!table.stream) return indexUnits;
    counts.changes += 1;
    appendChange(
      tx,
      table.stream,
      rangeOf(key, table.stream.shards.length),
      changeOf(clock.now(), table.stream, { item: old, bytes: oldBytes }, { item, bytes }),
    );
    return indexUnits;
  };
}

export function sizeOf(tx: Pick<Tx, 'get'>, table: string): TableSize {
  return tx.get<TableSize>(['table-size', table]) ?? { items: 0, bytes: 0 };
}

function resize(tx: Tx, table: string, items: number, bytes: number): void {
  const size = sizeOf(tx, table);
  tx.put(['table-size', table], { items: size.items + items, bytes: size.bytes + bytes });
}

/** Answers the write units that the index took: none when what it holds of the item is unchanged, one entry's units
 * when it is put or removed, both when it moves. */
function keepEntry(
  tx: Tx,
  table: Table,
  index: SecondaryIndex,
  old: Attributes | undefined,
  item: Attributes | undefined,
): number {
  const before = old && entryText(old, table, index);
  const now = item && entryText(item, table, index);
  const gone = old && before !== undefined ? projected(old, table, index) : undefined;
  const held = item && now !== undefined ? projected(item, table, index) : undefined;
  if (before === now && (!gone || !held || sameAttributes(gone, held))) return 0;
  let units = 0;
  if (gone && before !== undefined && before !== now) {
    tx.remove(indexKey(table.name, index.IndexName, before));
    units += writeUnits(itemBytes(gone));
  }
  if (held && now !== undefined) {
    tx.put(indexKey(table.name, index.IndexName, now), held);
    units += writeUnits(itemBytes(held));
  }
  return units;
}

function projected(item: Attributes, table: Table, index: SecondaryIndex): Attributes {
  const { ProjectionType, NonKeyAttributes = [] } = index.Projection;
  if (ProjectionType === 'ALL') return item;
  const keys = [...index.KeySchema, ...table.schema.KeySchema].map(({ AttributeName }) => AttributeName);
  return picked(item, [...keys, ...NonKeyAttributes]);
}

function picked(item: Attributes, names: readonly string[]): Attributes {
  return Object.fromEntries(names.filter((name) => item[name] != null).map((name) => [name, item[name]]));
}

type Sized = { item: Attributes | undefined; bytes: number };

function changeOf(at: number, stream: StreamDescription, before: Sized, now: Sized): Change {
  const keys = picked(
    now.item ?? before.item ?? {},
    stream.keySchema.map(({ AttributeName }) => AttributeName),
  );
  const newImage = keepsNew(stream) ? now : undefined;
  const oldImage = keepsOld(stream) ? before : undefined;
  return {
    at,
    name: !before.item ? 'INSERT' : now.item ? 'MODIFY' : 'REMOVE',
    keys,
    ...(newImage?.item ? { newImage: newImage.item } : {}),
    ...(oldImage?.item ? { oldImage: oldImage.item } : {}),
    bytes: itemBytes(keys) + (newImage?.bytes ?? 0) + (oldImage?.bytes ?? 0),
  };
}

function keepsNew({ viewType }: StreamDescription): boolean {
  return viewType === 'NEW_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES';
}

function keepsOld({ viewType }: StreamDescription): boolean {
  return viewType === 'OLD_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES';
}
