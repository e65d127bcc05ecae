/**
 * An object as the lake keeps it: a file (the truth) and, in the store, what the file cannot say of itself (etag,
 * content type, metadata, checksum). What is kept counts only while the file has the size and the time of change it
 * was kept for: a file that a person put or changed there is an object with nothing but an etag, made on first sight.
 *
 * A write keeps the new version's description beside the current one before the file is renamed into place, so that
 * at every moment, a crash's too, the file that is there finds its own.
 */

import { createHash } from 'node:crypto';
import { type BigIntStats, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { objectPath } from '../../store/files.ts';
import type { Lake } from './buckets.ts';
import type { Checksum } from './checksum.ts';
import { type Metadata, NO_METADATA } from './metadata.ts';
import { place, removeFile } from './place.ts';
import type { Received } from './receive.ts';

type Description = {
  /** Bytes of the file, and its time of change in nanoseconds, as decimal digits: what it was kept for. */
  size: number;
  changed: string;
  /** Without its quotes. */
  etag: string;
  metadata: Metadata;
  checksum?: Checksum;
};

export type StoredObject = { path: string; description: Description; lastModified: Date };

/** What a write adds to the bytes. */
export type Version = Pick<Description, 'etag' | 'metadata'> & { checksum?: Checksum | undefined };

const topicOf = (bucket: string): string => `bucket:${bucket}`;

const MICROSECONDS_PER_MILLISECOND = 1000n;
const NANOSECONDS_PER_MICROSECOND = 1000n;
const NANOSECONDS_PER_MILLISECOND = MICROSECONDS_PER_MILLISECOND * NANOSECONDS_PER_MICROSECOND;
const MICROSECONDS_PER_SECOND = 1e6;

/** The object, its file open so that a write meanwhile changes nothing of what is read. The caller closes it. */
export async function openObject(
  lake: Lake,
  bucket: string,
  key: string,
): Promise<(StoredObject & { file: FileHandle }) | undefined> {
  let path = '';
  for (;;) {
    const found = objectPath(lake.directory, bucket, key);
    // A write of `a/b` may move the file of `a` between the look and the open: look again until both agree.
    if (found === path) return undefined;
    path = found;
    const file = await open(path, 'r').catch((reason: NodeJS.ErrnoException) => absent(reason));
    if (!file) continue;
    const stats = await file.stat({ bigint: true });
    if (stats.isFile()) return { ...(await describe(lake, bucket, key, stats, file)), path, file };
    await file.close();
  }
}

export async function findObject(lake: Lake, bucket: string, key: string): Promise<StoredObject | undefined> {
  const opened = await openObject(lake, bucket, key);
  await opened?.file.close();
  return opened;
}

/**
 * Makes `received` the object. `check` sees the object that it replaces and may throw; nothing comes between that
 * look and the replacement.
 */
export function publish(
  lake: Lake,
  bucket: string,
  key: string,
  received: Pick<Received, 'path' | 'file'>,
  version: Version,
  check: (current: StoredObject | undefined) => void,
): Promise<{ lastModified: Date }> {
  return lake.exclusive(`${bucket}/${key}`, async () => {
    const current = await findObject(lake, bucket, key);
    check(current);
    await setTime(received, changeTime(lake, current?.description));
    await received.file.sync();
    const stats = await received.file.stat({ bigint: true });
    const { checksum, ...rest } = version;
    const description: Description = { ...stamp(stats), ...rest, ...(checksum ? { checksum } : {}) };
    const versions = [description, ...(current ? [current.description] : [])];
    await lake.ports.store.transact((tx) => tx.put(['object', bucket, key], versions));
    for (const directory of place(lake.directory, bucket, key, received.path)) await syncDirectory(directory);
    await lake.ports.store.transact((tx) => tx.signal(topicOf(bucket)));
    lake.wrote();
    return { lastModified: timeOf(stats) };
  });
}

/** Whether there was one. */
export function removeObject(
  lake: Lake,
  bucket: string,
  key: string,
  check: (current: StoredObject | undefined) => void,
): Promise<boolean> {
  return lake.exclusive(`${bucket}/${key}`, async () => {
    const current = await findObject(lake, bucket, key);
    check(current);
    if (!current) return false;
    await syncDirectory(removeFile(lake.directory, bucket, key));
    await lake.ports.store.transact((tx) => {
      tx.remove(['object', bucket, key]);
      tx.signal(topicOf(bucket));
    });
    return true;
  });
}

export async function syncDirectory(path: string): Promise<void> {
  // The last object in it may have gone meanwhile, and the directory with it.
  const directory = await open(path, 'r').catch((reason: NodeJS.ErrnoException) => absent(reason));
  try {
    await directory?.sync();
  } finally {
    await directory?.close();
  }
}

/** Removes a file that is no object (a part, a temporary file) if it is there. */
export function discard(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

async function describe(
  lake: Lake,
  bucket: string,
  key: string,
  stats: BigIntStats,
  file: FileHandle,
): Promise<Omit<StoredObject, 'path'>> {
  const { size, changed } = stamp(stats);
  const lastModified = timeOf(stats);
  const matching = (versions: Description[] | undefined) =>
    versions?.find((version) => version.size === size && version.changed === changed);
  const kept = matching(lake.ports.store.get<Description[]>(['object', bucket, key]));
  if (kept) return { description: kept, lastModified };
  const md5 = createHash('md5');
  for await (const chunk of file.createReadStream({ start: 0, autoClose: false })) md5.update(chunk);
  const made: Description = { size, changed, etag: md5.digest('hex'), metadata: NO_METADATA };
  await lake.ports.store.transact((tx) => {
    const versions = tx.get<Description[]>(['object', bucket, key]) ?? [];
    // The first place is a write's that may be under way; a file seen before it needs only the second.
    if (!matching(versions)) tx.put(['object', bucket, key], [...versions.slice(0, 1), made]);
  });
  return { description: made, lastModified };
}

function stamp(stats: BigIntStats): Pick<Description, 'size' | 'changed'> {
  return { size: Number(stats.size), changed: String(stats.mtimeNs) };
}

function timeOf(stats: BigIntStats): Date {
  return new Date(Number(stats.mtimeNs / NANOSECONDS_PER_MILLISECOND));
}

/**
 * The engine's own time, in microseconds, moved on by one when the current version has the same: two versions of one
 * size within a millisecond must still be told apart.
 */
function changeTime(lake: Lake, current: Description | undefined): bigint {
  const now = BigInt(lake.ports.clock.now()) * MICROSECONDS_PER_MILLISECOND;
  const before = current ? BigInt(current.changed) / NANOSECONDS_PER_MICROSECOND : 0n;
  const sameMillisecond = now / MICROSECONDS_PER_MILLISECOND === before / MICROSECONDS_PER_MILLISECOND;
  return sameMillisecond ? before + 1n : now;
}

async function setTime({ file }: Pick<Received, 'file'>, microseconds: bigint): Promise<void> {
  // Half a microsecond more, since a number of seconds holds no microsecond exactly and the rest is cut off.
  const seconds = (Number(microseconds) + 0.5) / MICROSECONDS_PER_SECOND;
  await file.utimes(seconds, seconds);
}

function absent(reason: NodeJS.ErrnoException): undefined {
  if (reason.code === 'ENOENT' || reason.code === 'ENOTDIR' || reason.code === 'ENAMETOOLONG')
    return undefined;
  throw reason;
}
