/**
 * What the table must hold and which changes its stream must tell, by what was committed and in the order in which it
 * was: DynamoDB's writes once more, in a few lines, to hold the engine against.
 */

import { isDeepStrictEqual } from 'node:util';
import type { Attribute } from '../../loadtest/orders.ts';

export type Item = Record<string, Attribute>;

/** One item's part of a request. */
export type ItemWrite =
  | { kind: 'put'; orderid: string; item: Item }
  | { kind: 'update'; orderid: string; set: Item }
  | { kind: 'delete'; orderid: string };

export type ExpectedChange = { name: 'INSERT' | 'MODIFY' | 'REMOVE'; newImage?: Item; oldImage?: Item };

export type Ledger = {
  items: ReadonlyMap<string, Item>;
  /** By order, in order. */
  changes: ReadonlyMap<string, ExpectedChange[]>;
  /** Everything that was written, once it is on disk. */
  committed(writes: readonly ItemWrite[]): void;
};

export function createLedger(): Ledger {
  const items = new Map<string, Item>();
  const changes = new Map<string, ExpectedChange[]>();

  function apply(write: ItemWrite): void {
    const before = items.get(write.orderid);
    const now = after(write, before);
    if (isDeepStrictEqual(before, now)) return;
    if (now) items.set(write.orderid, now);
    else items.delete(write.orderid);
    const list = changes.get(write.orderid) ?? [];
    changes.set(write.orderid, list);
    list.push({
      name: !before ? 'INSERT' : now ? 'MODIFY' : 'REMOVE',
      ...(now ? { newImage: now } : {}),
      ...(before ? { oldImage: before } : {}),
    });
  }

  return { items, changes, committed: (writes) => writes.forEach(apply) };
}

function after(write: ItemWrite, before: Item | undefined): Item | undefined {
  switch (write.kind) {
    case 'put':
      return asKept(write.item);
    case 'update':
      return { orderid: { S: write.orderid }, ...before, ...asKept(write.set) };
    case 'delete':
      return undefined;
  }
}

/** DynamoDB keeps the number and not its text: 25.00 comes back as 25. */
function asKept(item: Item): Item {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      'N' in value ? { N: String(Number(value.N)) } : value,
    ]),
  );
}
