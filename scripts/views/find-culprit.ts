/**
 * Which file of the lake made the crawler give a column another type than the contract's: looks through the table's
 * objects, the newest first, for a row whose value is not what the schema says. It reads some objects and no more, so
 * that a lake of a year does not make a plan wait.
 */

import { gunzipSync } from 'node:zlib';
import type { Table } from '@aws-sdk/client-glue';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { CONTRACT } from '../../lambdas/publish-views/contract.ts';
import { objectsUnder } from '../objects.ts';

const OBJECTS_READ_MAX = 200;
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

export type Culprit = { address: string; line: number; value: string };

/** The newest object with such a row; undefined when none of those that were read has one. */
export async function findCulprit(s3: S3Client, table: Table, column: string): Promise<Culprit | undefined> {
  const type = CONTRACT.find(({ name }) => name === column)?.type;
  const location = table.StorageDescriptor?.Location;
  if (!type || !location) return undefined;
  const objects = [...(await objectsUnder(s3, location))].sort(([, a], [, b]) => b - a);
  for (const [address] of objects.slice(0, OBJECTS_READ_MAX)) {
    const found = inLines(await read(s3, address), column, type);
    if (found) return { address, ...found };
  }
  return undefined;
}

function inLines(text: string, column: string, type: string): Omit<Culprit, 'address'> | undefined {
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const value = valueIn(line, column);
    if (value !== undefined && !fits(value, type)) return { line: index + 1, value: value.slice(0, 80) };
  }
  return undefined;
}

/** The value's own text, so that `27` is told from `27.0`; undefined where the row has none or null. */
function valueIn(line: string, column: string): string | undefined {
  let row: Record<string, unknown>;
  try {
    row = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return line;
  }
  const key = Object.keys(row).find((each) => each.toLowerCase() === column);
  if (key === undefined || row[key] === null) return undefined;
  if (typeof row[key] !== 'number') return JSON.stringify(row[key]);
  const digits = new RegExp(
    `${JSON.stringify(key).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*:\\s*(-?[0-9.eE+-]+)`,
  );
  return digits.exec(line)?.[1] ?? String(row[key]);
}

function fits(value: string, type: string): boolean {
  switch (type) {
    case 'string':
      return value.startsWith('"');
    case 'integer':
      return /^-?\d+$/.test(value);
    default:
      // A whole number without a point is what makes a crawler say int.
      return /^-?\d+\.\d+$/.test(value);
  }
}

async function read(s3: S3Client, address: string): Promise<string> {
  const [, , Bucket = '', ...key] = address.split('/');
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: key.join('/') }));
  const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
  return (bytes.subarray(0, 2).equals(GZIP_MAGIC) ? gunzipSync(bytes) : bytes).toString();
}
