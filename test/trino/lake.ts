/**
 * A lake for both engines to read: four days of the order model, ending on a Black Friday, with repeats, changes out of
 * order, orders of four fields alone, prices without cents, an order that somebody else put there, and a partition
 * without a row. As gzip files under `orders/dt=…/hour=…/`, as Firehose writes them.
 */

import { createHash } from 'node:crypto';
import { mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Attribute, type OrderModel, placedAt, writesAt } from '../../loadtest/orders.ts';
import { sha256Bytes } from '../../loadtest/sha256-in-node.ts';
import type { GlueTable, TableFile } from '../../local/hops/athena/external-table.ts';
import { CHANGE_FIELDS } from '../../schemas/lake-row.gen.ts';
import { ORDER_FIELDS } from '../../schemas/order.gen.ts';

/** Midnight of the shop, three days before Black Friday 2026. */
const STARTS_AT = Date.parse('2026-11-24T05:00:00Z');
const MODEL: OrderModel = {
  seed: 7,
  startsAt: STARTS_AT,
  ordersPerSecond: 0.006,
  dayMs: 86_400_000,
  originalShare: 0.1,
};
/** To the middle of the fourth day. */
const ORDERS = Math.floor(0.006 * 86_400 * 3.55);
const DELIVERY_SECONDS = 7;

const HIVE: Record<string, string> = { string: 'string', integer: 'int', number: 'double' };
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

export const COLUMNS = [...ORDER_FIELDS, ...CHANGE_FIELDS].map(({ name, type }) => ({
  Name: name,
  Type: HIVE[type] ?? 'string',
}));

export type JudgedLake = { table: GlueTable; files: TableFile[]; partitions: string[][]; rows: number };

/** Writes the lake under `directory`. */
export function writeLake(directory: string, database: string): JudgedLake {
  const lines = linesByHour();
  const files: TableFile[] = [];
  const partitions: string[][] = [];
  let rows = 0;
  for (const [hour, texts] of lines) {
    const values = [hour.slice(0, 10), hour.slice(11)];
    partitions.push(values);
    const folder = join(directory, 'orders', `dt=${values[0]}`, `hour=${values[1]}`);
    mkdirSync(folder, { recursive: true });
    if (texts.length === 0) continue;
    rows += texts.length;
    const path = join(folder, 'delivery.json.gz');
    writeFileSync(path, gzipSync(texts.join('')));
    const modifiedAt = new Date(Date.parse(`${values[0]}T${values[1]}:59:59Z`) + DELIVERY_SECONDS * 1000);
    utimesSync(path, modifiedAt, modifiedAt);
    const uri = `local:///orders/dt=${values[0]}/hour=${values[1]}/delivery.json.gz`;
    files.push({ path, uri, bytes: statSync(path).size, modifiedAt, values });
  }
  const table: GlueTable = {
    Name: 'projection_orders',
    DatabaseName: database,
    TableType: 'EXTERNAL_TABLE',
    StorageDescriptor: {
      Columns: COLUMNS,
      SerdeInfo: { SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
    },
    PartitionKeys: [
      { Name: 'dt', Type: 'string' },
      { Name: 'hour', Type: 'string' },
    ],
  };
  return { table, files, partitions, rows };
}

type Image = Record<string, Attribute>;

function linesByHour(): Map<string, string[]> {
  const images = new Map<string, Image>();
  const hours = new Map<string, string[]>([['2026-11-23T00', []]]);
  let sequence = 400_000_000_000_000_000_000n;
  for (let i = 0; i < ORDERS; i++) {
    const at = Math.floor(placedAt(MODEL, i) / 1000) * 1000;
    for (const write of writesAt(MODEL, i, sha256Bytes)) {
      const before = images.get(write.orderid);
      sequence += 1n;
      const change = { at, sequence: String(sequence), id: sha256(String(sequence)).slice(0, 32) };
      if (write.kind === 'place') images.set(write.orderid, write.item);
      if (write.kind === 'advance' && before)
        images.set(write.orderid, { ...before, status: { S: write.status } });
      if (write.kind === 'delete') images.delete(write.orderid);
      const name = write.kind === 'place' ? 'INSERT' : write.kind === 'delete' ? 'REMOVE' : 'MODIFY';
      const image = images.get(write.orderid) ?? before;
      if (!image) continue;
      const hour = new Date(at).toISOString().slice(0, 13);
      const list = hours.get(hour) ?? [];
      hours.set(hour, list);
      const line = lineOf(image, name, change);
      // Every seventh change stands before the one that came before it, every eleventh is delivered twice.
      if (sequence % 7n === 0n) list.unshift(line);
      else list.push(line);
      if (sequence % 11n === 0n) list.push(line);
    }
  }
  hours.get('2026-11-25T12')?.push('{"orderid":"foreign","product_name":"Lamp","quantity":1,"price":1.5}\n');
  return hours;
}

function lineOf(
  image: Image,
  name: string,
  { at, sequence, id }: { at: number; sequence: string; id: string },
): string {
  const fields = ORDER_FIELDS.map(({ name: field }) => `"${field}":${valueText(image[field])}`);
  // DynamoDB drops the cents of 27.00, and the transform writes 27.0.
  return (
    `{${fields.join(',')},"event_id":"${id}","event_name":"${name}",` +
    `"changed_at":"${new Date(at).toISOString()}","sequence_number":"${sequence}"}\n`
  );
}

function valueText(attribute: Attribute | undefined): string {
  if (!attribute) return 'null';
  if ('S' in attribute) return JSON.stringify(attribute.S);
  return attribute.N.includes('.') ? attribute.N.replace(/0$/, '').replace(/\.0$/, '.0') : attribute.N;
}
