/**
 * The form of a sealed bundle, byte for byte. All numbers are big-endian.
 *
 *     8 bytes   magic     "SEALPLAN"
 *     1 byte    version   1
 *     4 bytes   length of the header, then the header: UTF-8 JSON (manifest.ts)
 *     2 bytes   length of the wrapped data key, then the wrapped data key (data-keys.ts)
 *     12 bytes  nonce
 *     …         ciphertext: AES-256-GCM of a zip (archive.ts)
 *     16 bytes  tag
 *
 * All that stands before the ciphertext is the cipher's additional data, so no byte anywhere can change unseen, and
 * nothing can follow the tag: what is last is the tag. The data key is used for this one bundle, so a random nonce
 * cannot repeat under it. This file knows the form only; seal.ts and open.ts know the cipher.
 */

import { BundleRefused, PLAN_AGAIN } from './bundle-refused.ts';

const MAGIC = Buffer.from('SEALPLAN', 'latin1');
const VERSION = 1;
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;

/** Far above what a plan of this pipeline and its Lambdas weighs (about one MB). */
export const BUNDLE_BYTES_MAX = 64 * 1024 * 1024;
const HEADER_BYTES_MAX = 16 * 1024;
/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html (CiphertextBlob) */
const WRAPPED_KEY_BYTES_MAX = 6144;

/** What stands before the header, and the most that must be read to have it whole. */
const HEADER_AT = MAGIC.length + 1 + 4;
export const HEADER_READ_BYTES = HEADER_AT + HEADER_BYTES_MAX;

export type Container = {
  header: Uint8Array;
  wrappedKey: Uint8Array;
  nonce: Uint8Array;
  /** Everything before the ciphertext. */
  additionalData: Uint8Array;
  ciphertext: Uint8Array;
  tag: Uint8Array;
};

/** The beginning of a bundle, which the cipher is given as additional data. */
export function beginning(header: Uint8Array, wrappedKey: Uint8Array, nonce: Uint8Array): Uint8Array {
  if (header.length > HEADER_BYTES_MAX)
    throw new RangeError(`A header has ${HEADER_BYTES_MAX} bytes at most.`);
  if (wrappedKey.length > WRAPPED_KEY_BYTES_MAX)
    throw new RangeError('A wrapped key of that length is none.');
  const lengths = Buffer.alloc(6);
  lengths.writeUInt32BE(header.length, 0);
  lengths.writeUInt16BE(wrappedKey.length, 4);
  return Buffer.concat([
    MAGIC,
    Uint8Array.of(VERSION),
    lengths.subarray(0, 4),
    header,
    lengths.subarray(4),
    wrappedKey,
    nonce,
  ]);
}

/** The header alone, from the first HEADER_READ_BYTES of a bundle or all of it. Nothing is authenticated yet. */
export function headerBytes(bytes: Uint8Array): Uint8Array {
  return header(reader(bytes));
}

export function readContainer(bytes: Uint8Array): Container {
  if (bytes.length > BUNDLE_BYTES_MAX)
    throw new BundleRefused(
      `The file has ${bytes.length} bytes, and a sealed bundle has ${BUNDLE_BYTES_MAX} at most.`,
      'Give the file that npm run plan wrote.',
    );
  const read = reader(bytes);
  const headerPart = header(read);
  const wrappedKey = read.take(read.limited(read.number(2), WRAPPED_KEY_BYTES_MAX));
  const nonce = read.take(NONCE_BYTES);
  const additionalData = bytes.subarray(0, read.at());
  const rest = read.take(bytes.length - read.at());
  if (rest.length <= TAG_BYTES) throw truncated();
  return {
    header: headerPart,
    wrappedKey,
    nonce,
    additionalData,
    ciphertext: rest.subarray(0, rest.length - TAG_BYTES),
    tag: rest.subarray(rest.length - TAG_BYTES),
  };
}

function header(read: Reader): Uint8Array {
  if (!MAGIC.equals(read.take(MAGIC.length)))
    throw new BundleRefused('The file is no sealed bundle.', 'Give the file that npm run plan wrote.');
  const version = read.number(1);
  if (version !== VERSION)
    throw new BundleRefused(
      `The bundle has format ${version}, and ${VERSION} is the one that is read here.`,
      PLAN_AGAIN,
    );
  return read.take(read.limited(read.number(4), HEADER_BYTES_MAX));
}

type Reader = ReturnType<typeof reader>;

function reader(bytes: Uint8Array) {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const take = (length: number): Uint8Array => {
    if (at + length > buffer.length) throw truncated();
    at += length;
    return bytes.subarray(at - length, at);
  };
  return {
    take,
    at: () => at,
    number: (length: number): number => {
      take(length);
      return buffer.readUIntBE(at - length, length);
    },
    limited: (length: number, max: number): number => {
      if (length <= max) return length;
      throw new BundleRefused(
        `The bundle was altered: a part of it would have ${length} bytes, and ${max} is the most.`,
        PLAN_AGAIN,
      );
    },
  };
}

function truncated(): BundleRefused {
  return new BundleRefused(
    'The bundle is cut off: it ends before its tag.',
    'Fetch or make it again, whole.',
  );
}
