/**
 * A crawled table's files on this disk, without an engine around them: changes of the order model as lines of the lake,
 * in gzip files of a given number of rows, and the lookup that Athena's code asks for tables and files. `deliver` adds
 * one more file at a time, as Firehose does.
 */

import { createHash } from 'node:crypto';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { inOrder } from '../../lambdas/publish-views/dependencies.ts';
import { type Attribute, type OrderModel, placedAt, type Write, writesAt } from '../../loadtest/orders.ts';
import { sha256Bytes } from '../../loadtest/sha256-in-node.ts';
import type { GlueTable, TableFile } from '../../local/hops/athena/external-table.ts';
import type { Lookup } from '../../local/hops/athena/lookup.ts';
import { viewInput } from '../../local/hops/athena/view-text.ts';
import { CHANGE_FIELDS } from '../../schemas/lake-row.gen.ts';
import { ORDER_FIELDS } from '../../schemas/order.gen.ts';
import { ORDERS_TABLE } from '../../stacks/names.ts';
import { readViews } from '../views/read-views.ts';

export const DATABASE = 'sales';
/** What a crawler makes of the contract's types. */
const GLUE_TYPES: Readonly<Record<string, string>> = { string: 'string', integer: 'int', number: 'double' };
/** Two million changes are one Prime Day. */
const MODEL: OrderModel = {
  seed: 7,
  startsAt: Date.UTC(2026, 6, 7, 4),
  ordersPerSecond: 8.2,
  dayMs: 86_400_000,
  originalShare: 0.1,
};
/** No order changes once so many others were placed. */
const ORDERS_IN_MOTION = 200;
/** Firehose's own level is not documented; the lowest makes the lake in half the time. */
const GZIP = { level: 1 };

type Item = Record<string, Attribute>;

export type LakeOnDisk = {
  lookup: Lookup;
  /** The views of `sql/`, each after those that it reads. */
  views: readonly string[];
  /** Rows that were delivered so far. */
  rows(): number;
  /** One more file with the changes that come next. */
  deliver(rows: number): void;
};

export async function lakeOnDisk(directory: string): Promise<LakeOnDisk> {
  mkdirSync(directory, { recursive: true });
  const files: TableFile[] = [];
  const lines = changes();
  let rows = 0;
  const table: GlueTable = {
    Name: ORDERS_TABLE,
    DatabaseName: DATABASE,
    TableType: 'EXTERNAL_TABLE',
    StorageDescriptor: {
      Columns: [...ORDER_FIELDS, ...CHANGE_FIELDS].map(({ name, type }) => ({
        Name: name,
        Type: GLUE_TYPES[type] ?? 'string',
      })),
      SerdeInfo: { SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
    },
    PartitionKeys: [
      { Name: 'dt', Type: 'string' },
      { Name: 'hour', Type: 'string' },
    ],
  };
  const views = inOrder(await readViews(), ORDERS_TABLE);
  const published = new Map<string, GlueTable>(
    views.map(({ name, sql }) => [name, viewInput(name, DATABASE, sql, []) as unknown as GlueTable]),
  );
  return {
    lookup: {
      table: async (_, name) => (name === ORDERS_TABLE ? table : published.get(name)),
      hasSchema: async (schema) => schema === DATABASE,
      files: async () => files,
    },
    views: views.map(({ name }) => name),
    rows: () => rows,
    deliver(count) {
      const some = Array.from({ length: count }, () => lines.next().value);
      const at = new Date(some.at(-1)?.at ?? 0).toISOString();
      const path = join(directory, `${files.length}.json.gz`);
      writeFileSync(path, gzipSync(some.map(({ line }) => line).join(''), GZIP));
      const values = [at.slice(0, 10), at.slice(11, 13)];
      const uri = `s3://lake/orders/dt=${values[0]}/hour=${values[1]}/${files.length}.json.gz`;
      files.push({ path, uri, bytes: statSync(path).size, modifiedAt: new Date(at), values });
      rows += count;
    },
  };
}

type Line = { at: number; line: string };

/** Without end, in the order in which the table took them. */
function* changes(): Generator<Line, never> {
  const items = new Map<string, Item>();
  let sequence = 400_000_000_000_000_000_000n;
  for (let i = 0; ; i++) {
    const at = Math.floor(placedAt(MODEL, i) / 1000) * 1000;
    for (const write of writesAt(MODEL, i, sha256Bytes)) {
      const before = items.get(write.orderid);
      const item = afterOf(write, before) ?? before;
      if (!item) throw new Error(`${write.orderid} changes before it is placed.`);
      items.delete(write.orderid);
      if (write.kind !== 'delete') items.set(write.orderid, item);
      sequence += 1n;
      yield { at, line: lineOf(item, EVENT_NAMES[write.kind], at, sequence) };
    }
    // A Map keeps the order in which keys were put: the first are those that did not change for longest.
    if (items.size > 2 * ORDERS_IN_MOTION)
      for (const key of [...items.keys()].slice(0, ORDERS_IN_MOTION)) items.delete(key);
  }
}

const EVENT_NAMES = { place: 'INSERT', advance: 'MODIFY', delete: 'REMOVE' } as const;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function afterOf(write: Write, before: Item | undefined): Item | undefined {
  switch (write.kind) {
    case 'place':
      return write.item;
    case 'advance':
      return before && { ...before, status: { S: write.status } };
    case 'delete':
      return before;
  }
}

function lineOf(item: Item, name: string, at: number, sequence: bigint): string {
  const fields = ORDER_FIELDS.map(({ name: field }) => `"${field}":${valueText(item[field])}`);
  const id = sha256(String(sequence)).slice(0, 32);
  return `{${fields.join(',')},"event_id":"${id}","event_name":"${name}","changed_at":"${new Date(at).toISOString()}","sequence_number":"${sequence}"}\n`;
}

function valueText(attribute: Attribute | undefined): string {
  if (!attribute) return 'null';
  return 'S' in attribute ? JSON.stringify(attribute.S) : attribute.N;
}
