/** What lies in the lake at the end, read as files: rows under `orders/`, error records under `errors/`. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { BUCKET } from './stack.ts';

export type Row = {
  key: string;
  event_id: string;
  event_name: string;
  orderid: string;
  sequence_number: string;
  price?: unknown;
  status?: unknown;
  write?: unknown;
};
export type ErrorRecord = { key: string; eventID: string };

export type LakeObject = {
  key: string;
  /** Uncompressed. */
  bytes: number;
  /** Of the last record. */
  lastBytes: number;
  rows: Row[];
  errors: ErrorRecord[];
};

export function lakeObjects(directory: string): LakeObject[] {
  const root = join(directory, 's3', BUCKET);
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readObject(root, join(entry.parentPath, entry.name).slice(root.length + 1)));
}

function readObject(root: string, key: string): LakeObject {
  const file = readFileSync(join(root, key));
  const text = (key.endsWith('.gz') ? gunzipSync(file) : file).toString();
  const lines = text.split('\n').filter((line) => line !== '');
  const parsed = lines.map((line) => JSON.parse(line) as Record<string, string>);
  const isError = key.startsWith('errors/');
  return {
    key,
    bytes: Buffer.byteLength(text),
    lastBytes: Buffer.byteLength(`${lines.at(-1) ?? ''}\n`),
    rows: isError ? [] : parsed.map((row) => ({ ...row, key }) as unknown as Row),
    errors: isError ? parsed.map((line) => ({ key, eventID: eventIdOf(line['rawData'] as string) })) : [],
  };
}

function eventIdOf(rawData: string): string {
  return (JSON.parse(Buffer.from(rawData, 'base64').toString()) as { eventID: string }).eventID;
}
