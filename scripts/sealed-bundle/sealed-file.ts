/**
 * A sealed bundle as a file on disk. It is encrypted, yet readable by its owner alone, and it is written whole or not
 * at all.
 */

import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { UsageError } from '../command.ts';
import { BundleRefused } from './bundle-refused.ts';
import { BUNDLE_BYTES_MAX } from './container.ts';

const OWNER_ALONE = 0o600;

export function writeSealedFile(path: string, bytes: Uint8Array): void {
  const draft = `${path}.part`;
  rmSync(draft, { force: true });
  try {
    const file = openSync(draft, 'wx', OWNER_ALONE);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw new UsageError(`The bundle cannot be written: ${(error as Error).message}.`, 'Give another place.');
  }
}

export function readSealedFile(path: string): Uint8Array {
  try {
    const { size } = statSync(path);
    if (size <= BUNDLE_BYTES_MAX) return readFileSync(path);
  } catch (error) {
    throw new UsageError(
      `The bundle cannot be read: ${(error as Error).message}.`,
      'Give the file that npm run plan wrote, with --bundle.',
    );
  }
  throw new BundleRefused(
    `${path} is larger than the ${BUNDLE_BYTES_MAX} bytes that a sealed bundle has at most.`,
    'Give the file that npm run plan wrote, with --bundle.',
  );
}
