/**
 * Opens a sealed bundle, or refuses: plan → seal → store → [open] → apply. What it gives back is what was sealed, to
 * the byte: the header was authenticated with the ciphertext, the manifest says the same as the header, and every file
 * has the digest that the manifest names, none missing, none more. Whether it may be applied here and now is the
 * question of refusals.ts.
 */

import { createDecipheriv } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { unpack } from './archive.ts';
import { BundleRefused, PLAN_AGAIN } from './bundle-refused.ts';
import { type Container, headerBytes, readContainer, TAG_BYTES } from './container.ts';
import type { DataKeys } from './data-keys.ts';
import {
  type Header,
  headerOf,
  MANIFEST_FILE,
  type Manifest,
  REQUIRED_FILES,
  readHeaderJson,
  readManifestJson,
  sha256Hex,
} from './manifest.ts';

export type OpenedBundle = {
  manifest: Manifest;
  /** Without the manifest. */
  files: ReadonlyMap<string, Uint8Array>;
};

export async function openBundle(bytes: Uint8Array, keys: DataKeys): Promise<OpenedBundle> {
  const container = readContainer(bytes);
  const header = readHeaderJson(container.header);
  const { environment, tree } = header;
  const key = await keys.unwrap(container.wrappedKey, { environment, tree });
  let files: Map<string, Uint8Array>;
  try {
    files = unpack(decrypted(container, key));
  } finally {
    key.fill(0);
  }
  const manifestBytes = files.get(MANIFEST_FILE);
  if (!manifestBytes) throw refused(`it holds no ${MANIFEST_FILE}`);
  files.delete(MANIFEST_FILE);
  const manifest = readManifestJson(manifestBytes);
  if (!isDeepStrictEqual(headerOf(manifest), header)) throw refused('its manifest is not the header’s');
  checkDigests(manifest, files);
  return { manifest, files };
}

/** For a cheap look at what a bundle is for; only `openBundle` knows whether it is true. The first HEADER_READ_BYTES
 * of the bundle are enough. */
export function readHeader(bytes: Uint8Array): Header {
  return readHeaderJson(headerBytes(bytes));
}

function decrypted({ nonce, additionalData, ciphertext, tag }: Container, key: Uint8Array): Uint8Array {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(additionalData)
    .setAuthTag(tag);
  const zip = decipher.update(ciphertext);
  try {
    decipher.final();
  } catch {
    zip.fill(0);
    throw refused('it is not what was sealed: a part of it was altered');
  }
  return zip;
}

function checkDigests({ files: digests }: Manifest, files: ReadonlyMap<string, Uint8Array>): void {
  for (const name of REQUIRED_FILES) if (!files.has(name)) throw refused(`it holds no ${name}`);
  for (const name of Object.keys(digests))
    if (!files.has(name)) throw refused(`its manifest names ${name}, which it does not hold`);
  for (const [name, bytes] of files) {
    const digest = Object.hasOwn(digests, name) ? digests[name] : undefined;
    if (digest === undefined) throw refused(`it holds ${name}, which its manifest does not name`);
    if (sha256Hex(bytes) !== digest) throw refused(`its ${name} has another digest than its manifest names`);
  }
}

function refused(reason: string): BundleRefused {
  return new BundleRefused(`The bundle is refused: ${reason}.`, PLAN_AGAIN);
}
