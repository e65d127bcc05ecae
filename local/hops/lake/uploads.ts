/**
 * A multipart upload while it is open: what was said at its beginning and which parts have come. Records lie in the
 * store, bytes in `<s3>/.incoming/<upload id>/`, one file a part.
 */

import type { Read } from '../../store/store.ts';
import type { Lake } from './buckets.ts';
import type { Checksum, ChecksumAlgorithm, ChecksumType } from './checksum.ts';
import { noSuchUpload } from './errors.ts';
import { type Input, integer, readBucket, readKey, text } from './input.ts';
import type { Metadata } from './metadata.ts';
import { incomingDirectory } from './receive.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const PART_NUMBER_MAX = 10_000;
export const PART_BYTES_MIN = 5 * 1024 ** 2;
export const OBJECT_BYTES_MAX = 5 * 1024 ** 4;

export type Upload = {
  id: string;
  bucket: string;
  key: string;
  initiated: number;
  metadata: Metadata;
  checksum?: { algorithm: ChecksumAlgorithm; type: ChecksumType };
};

export type Part = {
  number: number;
  size: number;
  /** MD5 in hexadecimal. */
  etag: string;
  modified: number;
  /** Its file's name in the upload's directory. */
  file: string;
  checksum?: Checksum;
};

export type UploadName = { bucket: string; key: string; uploadId: string };

export const uploadKey = (uploadId: string) => ['upload', uploadId] as const;
export const partKey = (uploadId: string, part: number) => ['upload-part', uploadId, part] as const;
export const uploadDirectory = (lake: Lake, uploadId: string) => `${incomingDirectory(lake)}/${uploadId}`;

export function readUploadName(lake: Lake, input: Input): UploadName {
  return {
    bucket: readBucket(input, lake.ports.account),
    key: readKey(input),
    uploadId: text(input, 'UploadId') ?? '',
  };
}

export function readPartNumber(input: Input): number {
  const message = 'Part number must be an integer between 1 and 10000, inclusive';
  const bounds = { min: 1, max: PART_NUMBER_MAX, message };
  return integer({ PartNumber: input['PartNumber'] ?? '' }, 'PartNumber', bounds) as number;
}

export function findUpload(store: Read, uploadId: string): Upload | undefined {
  return uploadId === '' ? undefined : store.get<Upload>(uploadKey(uploadId));
}

/** The upload, if it is open and of this bucket and key. */
export function uploadOf(store: Read, { bucket, key, uploadId }: UploadName): Upload {
  const upload = findUpload(store, uploadId);
  if (upload?.bucket !== bucket || upload.key !== key) throw noSuchUpload(uploadId);
  return upload;
}

export function partsOf(store: Read, uploadId: string): Part[] {
  return store
    .range<Part>({ from: partKey(uploadId, 1), to: partKey(uploadId, PART_NUMBER_MAX + 1) })
    .map(({ value }) => value);
}

/** Forgets the upload and its parts. Their files are the caller's to discard, once this is on disk. */
export async function closeUpload(lake: Lake, uploadId: string): Promise<void> {
  await lake.ports.store.transact((tx) => {
    for (const part of partsOf(tx, uploadId)) tx.remove(partKey(uploadId, part.number));
    tx.remove(uploadKey(uploadId));
  });
}
