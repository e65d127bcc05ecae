/**
 * Walks a bucket's files in S3's order of keys: by the bytes of the whole key, in which `a-b` comes before `a/b`.
 * A directory sorts as its name with the slash, so its keys stand together and are read only when it is their turn.
 * It begins at the prefix's directory and after the key where the last page ended: a page costs its own directories.
 * Links are passed over: one to a directory could lead in a circle.
 */

import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { objectKey, plainPath, readName } from '../../store/files.ts';

export type Place = {
  prefix: string;
  /** Only keys after this one. */
  after: string;
  /** Keys that begin with this are passed over; looked at anew before each, so that a listing can skip a group. */
  skip: () => string | undefined;
};

/** One segment's worth of a directory: an object, or all the objects below. `sortsAs` of the latter ends in a slash. */
type Entry = { sortsAs: string; path: string; kind: 'object' | 'directory' };

/** The keys of the objects in the bucket's directory `root`. */
export async function* walk(root: string, place: Place): AsyncGenerator<string> {
  const directory = place.prefix.slice(0, place.prefix.lastIndexOf('/') + 1);
  // `a/b/` lies in the directory that the key `a/b` would have.
  const path = directory === '' ? '' : `${plainPath(directory.slice(0, -1))}/`;
  yield* within(root, path, directory, place);
}

async function* within(root: string, path: string, above: string, place: Place): AsyncGenerator<string> {
  const entries = (await entriesOf(root, path, '')).filter(({ sortsAs, kind }) => {
    const key = above + sortsAs;
    const inPrefix = key.startsWith(place.prefix) || (kind === 'directory' && place.prefix.startsWith(key));
    const ahead = compareKeys(key, place.after) > 0 || (kind === 'directory' && place.after.startsWith(key));
    return inPrefix && ahead;
  });
  entries.sort((one, other) => compareKeys(one.sortsAs, other.sortsAs));
  let last: string | undefined;
  for (const { sortsAs, path: entryPath, kind } of entries) {
    const key = above + sortsAs;
    const skip = place.skip();
    // By hand one key may have two files, the plain one and the one beside a directory.
    if (key === last || (skip !== undefined && key.startsWith(skip))) continue;
    last = key;
    if (kind === 'object') yield key;
    else yield* within(root, `${entryPath}/`, key, place);
  }
}

/** The entries of a directory; the rest of segments too long for one name lie in directories of their own. */
async function entriesOf(root: string, path: string, beginning: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const file of await read(`${root}/${path}`)) {
    const entryPath = path + file.name;
    const { segment, begun } = readName(file.name);
    const whole = beginning + segment;
    if (begun) {
      if (file.isDirectory()) entries.push(...(await entriesOf(root, `${entryPath}/`, whole)));
      continue;
    }
    // A name without a mark needs no second look: it is the segment.
    const canonical = segment === file.name || objectKey(entryPath) !== undefined;
    if (!canonical) continue;
    if (file.isDirectory()) entries.push({ sortsAs: `${whole}/`, path: entryPath, kind: 'directory' });
    else if (file.isFile()) entries.push({ sortsAs: whole, path: entryPath, kind: 'object' });
  }
  return entries;
}

async function read(directory: string): Promise<Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (reason) {
    const { code } = reason as NodeJS.ErrnoException;
    // Not there, a file, or longer than the system allows: no key has this prefix.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return [];
    throw reason;
  }
}

/** By UTF-8 bytes. JavaScript compares UTF-16 units, in which surrogate pairs come before U+E000 to U+FFFF. */
export function compareKeys(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) {
    const a = one.charCodeAt(index);
    const b = other.charCodeAt(index);
    if (a !== b) return aboveSurrogates(a) - aboveSurrogates(b);
  }
  return one.length - other.length;
}

const aboveSurrogates = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
