/**
 * The files of a bundle as one zip: the same files give the same bytes. Reading one trusts nothing: every entry's name
 * and size is judged before anything is unpacked, so that no name leads out of a folder, none comes twice, and what
 * unpacks to more than a bundle can be is not unpacked at all.
 */

import { unzipSync, zipSync } from 'fflate';
import { BundleRefused, PLAN_AGAIN } from './bundle-refused.ts';
import { isBundleFile, MANIFEST_FILE } from './manifest.ts';

/** The first moment a zip can tell. It is read in local time, so it is given in local time. */
const ZIP_EPOCH = new Date(1980, 0, 1);

export const FILES_MAX = 64;
const UNPACKED_BYTES_MAX = 256 * 1024 * 1024;

export function pack(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  for (const name of files.keys()) if (!isOwn(name)) throw foreign(name);
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  return zipSync(Object.fromEntries(sorted), { level: 6, mtime: ZIP_EPOCH });
}

export function unpack(
  zip: Uint8Array,
  limits: { files: number; bytes: number } = { files: FILES_MAX, bytes: UNPACKED_BYTES_MAX },
): Map<string, Uint8Array> {
  const names = new Set<string>();
  let bytes = 0;
  const files = unzipped(zip, ({ name, originalSize, size }) => {
    if (!isOwn(name)) throw foreign(name);
    if (names.has(name)) throw refused(`it holds ${name} twice`);
    names.add(name);
    bytes += Math.max(originalSize, size);
    if (names.size > limits.files) throw refused(`it holds more than ${limits.files} files`);
    if (bytes > limits.bytes) throw refused(`it unpacks to more than ${limits.bytes} bytes`);
    return true;
  });
  return new Map(Object.entries(files));
}

type Entry = { name: string; originalSize: number; size: number };

function unzipped(zip: Uint8Array, filter: (entry: Entry) => boolean): Record<string, Uint8Array> {
  try {
    return unzipSync(zip, { filter });
  } catch (error) {
    if (error instanceof BundleRefused) throw error;
    throw refused('what it holds is no whole zip');
  }
}

const isOwn = (name: string): boolean => name === MANIFEST_FILE || isBundleFile(name);

function foreign(name: string): BundleRefused {
  return refused(`it holds ${JSON.stringify(name.slice(0, 100))}, which is no name of a bundle's file`);
}

function refused(reason: string): BundleRefused {
  return new BundleRefused(`The bundle is refused: ${reason}.`, PLAN_AGAIN);
}
