/**
 * Seals a plan: plan → [seal] → store → open → apply. The plan file holds the state, and with it secrets, so it leaves
 * this process only inside a bundle: encrypted with a data key of its own, authenticated with the header in front. The
 * form stands in container.ts. It does not judge what it seals; whoever calls it has let gate, lock and review speak.
 */

import { createCipheriv, randomBytes } from 'node:crypto';
import { UsageError } from '../command.ts';
import { pack } from './archive.ts';
import { BUNDLE_BYTES_MAX, beginning, NONCE_BYTES } from './container.ts';
import type { DataKeys } from './data-keys.ts';
import {
  headerOf,
  jsonBytes,
  MANIFEST_FILE,
  type Manifest,
  REQUIRED_FILES,
  readManifestJson,
  sha256Hex,
} from './manifest.ts';

export async function seal(
  { manifest: stated, files }: { manifest: Omit<Manifest, 'files'>; files: ReadonlyMap<string, Uint8Array> },
  keys: DataKeys,
): Promise<Uint8Array> {
  const missing = REQUIRED_FILES.filter((name) => !files.has(name));
  if (missing.length > 0) throw new RangeError(`A bundle needs ${missing.join(' and ')}.`);
  const digests = [...files].map(([name, bytes]) => [name, sha256Hex(bytes)] as const).sort();
  const manifest: Manifest = { ...stated, files: Object.fromEntries(digests) };
  const manifestBytes = jsonBytes(manifest);
  // What could not be read again is not sealed.
  readManifestJson(manifestBytes);
  const header = jsonBytes(headerOf(manifest));
  const zip = pack(new Map([...files, [MANIFEST_FILE, manifestBytes]]));
  const { environment, tree } = manifest;
  const { plaintext: key, wrapped } = await keys.generate({ environment, tree });
  try {
    const nonce = randomBytes(NONCE_BYTES);
    const additionalData = beginning(header, wrapped, nonce);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(additionalData);
    const sealed = Buffer.concat([additionalData, cipher.update(zip), cipher.final(), cipher.getAuthTag()]);
    if (sealed.length <= BUNDLE_BYTES_MAX) return sealed;
    throw new UsageError(
      `The bundle would have ${sealed.length} bytes, and ${BUNDLE_BYTES_MAX} is the most.`,
      'Make the Lambdas smaller, or raise BUNDLE_BYTES_MAX in scripts/sealed-bundle/container.ts.',
    );
  } finally {
    key.fill(0);
    zip.fill(0);
  }
}
