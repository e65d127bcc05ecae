/**
 * Watches the lake through the S3 API while a benchmark writes: when each object was first listed, and afterwards
 * which changes it holds.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { BUCKET, SETTINGS } from './processes.ts';
import { changeOf, GONE } from './requests.ts';

const LIST_INTERVAL_MS = 20;
const PREFIX = 'orders/';

export type SeenObject = { key: string; seenAt: number; bytes: number; changes: string[] };

export type LakeWatch = {
  /** Stops watching and answers every object that appeared, with the changes in it. */
  end(): Promise<SeenObject[]>;
};

export function watchLake(endpoint: string): LakeWatch {
  const s3 = new S3Client({ ...SETTINGS, endpoint, forcePathStyle: true });
  const seen = new Map<string, number>();
  let ended = false;
  const list = async () => {
    let after: string | undefined;
    do {
      const page = await s3.send(
        new ListObjectsV2Command({ Bucket: BUCKET, Prefix: PREFIX, ContinuationToken: after }),
      );
      const now = Date.now();
      for (const { Key } of page.Contents ?? []) if (Key && !seen.has(Key)) seen.set(Key, now);
      after = page.NextContinuationToken;
    } while (after !== undefined);
  };
  const watching = (async () => {
    while (!ended) {
      await list();
      await pause(LIST_INTERVAL_MS);
    }
    await list();
  })();
  return {
    async end() {
      ended = true;
      await watching;
      const objects = await Promise.all([...seen].map(([key, seenAt]) => readObject(s3, key, seenAt)));
      s3.destroy();
      return objects;
    },
  };
}

async function readObject(s3: S3Client, key: string, seenAt: number): Promise<SeenObject> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
  const text = gunzipSync((await Body?.transformToByteArray()) ?? new Uint8Array());
  const lines = text.toString().trimEnd().split('\n');
  return { key, seenAt, bytes: text.length, changes: lines.map((line) => changeIn(JSON.parse(line))) };
}

type Row = { orderid: string; event_name: string; status: string | null };

/** An order of the four original fields has no status; it is placed and nothing else. */
function changeIn({ orderid, event_name, status }: Row): string {
  return changeOf(orderid, event_name === 'REMOVE' ? GONE : (status ?? 'PLACED'));
}

/** Milliseconds from each change's acknowledgement until it was seen in the lake. */
export function waitsOf(
  acknowledgedAt: readonly [change: string, at: number][],
  objects: readonly SeenObject[],
): number[] {
  const seenAt = new Map<string, number>();
  for (const object of objects) for (const change of object.changes) seenAt.set(change, object.seenAt);
  return acknowledgedAt.map(([change, at]) => (seenAt.get(change) ?? Number.POSITIVE_INFINITY) - at);
}
