/** What lies in the lake, read through S3: the objects under a prefix as JSON lines. */

import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { type Clients, LAKE } from './laptop.ts';

export type Line = Record<string, unknown>;

export async function keysUnder({ s3 }: Pick<Clients, 's3'>, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: LAKE,
        Prefix: prefix,
        ...(ContinuationToken ? { ContinuationToken } : {}),
      }),
    );
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  return keys;
}

/** Every line of every object under `prefix`, gzip or plain. */
export async function linesUnder(clients: Pick<Clients, 's3'>, prefix: string): Promise<Line[]> {
  const lines: Line[] = [];
  for (const Key of await keysUnder(clients, prefix)) {
    const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: LAKE, Key }));
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    const text = (Key.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    for (const line of text.split('\n')) if (line !== '') lines.push(JSON.parse(line) as Line);
  }
  return lines;
}
