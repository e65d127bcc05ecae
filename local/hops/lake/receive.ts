/**
 * Takes a body into a file of its own under `<s3>/.incoming/`, counting and hashing on the way. Nothing there is an
 * object yet: whoever publishes it renames it, and a file that a crash left there is removed at the next start.
 */

import { createHash } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { AwsError } from '../../aws-error.ts';
import type { Lake } from './buckets.ts';
import { type Checksum, digestOf, type WantedChecksum, wrongChecksum } from './checksum.ts';
import { entityTooLarge, internalError, keyTooLong } from './errors.ts';
import { type Input, text } from './input.ts';

/** Of one PutObject and of one part. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const UPLOAD_BYTES_MAX = 5 * 1024 ** 3;

export type Body = string | Uint8Array | AsyncIterable<Uint8Array> | undefined;

/** A body on its way to be an object: written whole, not yet synced. */
export type Received = { path: string; file: FileHandle; size: number; md5: Buffer; checksum?: Checksum };

export type Expected = {
  md5?: Buffer | undefined;
  checksum?: WantedChecksum | undefined;
  bytesMax?: number;
};

const INCOMING = '.incoming';

export function incomingDirectory(lake: Lake): string {
  return `${lake.directory}/${INCOMING}`;
}

export function readContentMd5(input: Input): Buffer | undefined {
  const value = text(input, 'ContentMD5');
  if (value === undefined) return undefined;
  const md5 = Buffer.from(value, 'base64');
  if (md5.length !== 16) throw new AwsError('InvalidDigest', 'The Content-MD5 you specified was invalid.');
  return md5;
}

/**
 * Receives `body`, verifies it, and hands it to `publish`. Whatever goes wrong on the way, nothing of it stays; what
 * the file system refuses (a full disk, above all) is logged with its path and told as S3 tells its own faults.
 */
export async function receive<T>(
  lake: Lake,
  body: Body,
  expected: Expected,
  publish: (received: Received) => Promise<T>,
): Promise<T> {
  const path = `${incomingDirectory(lake)}/${lake.ports.chance.uuid()}`;
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'wx');
    return await publish({ path, file, ...(await take(body, file, expected)) });
  } catch (reason) {
    // Were it to stay, the next start would remove it: the reason for all this must not be lost over it.
    await rm(path, { force: true }).catch(() => {});
    throw told(lake, reason, path);
  } finally {
    await file?.close();
  }
}

async function take(
  body: Body,
  file: FileHandle,
  expected: Expected,
): Promise<Omit<Received, 'path' | 'file'>> {
  const md5 = createHash('md5');
  const wanted = expected.checksum;
  const sum = wanted && digestOf(wanted.algorithm);
  const bytesMax = expected.bytesMax ?? UPLOAD_BYTES_MAX;
  let size = 0;
  for await (const chunk of chunks(body)) {
    size += chunk.length;
    if (size > bytesMax) throw entityTooLarge(size, bytesMax);
    md5.update(chunk);
    sum?.update(chunk);
    await file.writeFile(chunk);
  }
  const taken = { size, md5: md5.digest() };
  if (expected.md5 && !expected.md5.equals(taken.md5)) throw wrongChecksum('Content-MD5');
  if (!wanted || !sum) return taken;
  const value = sum.digest();
  if (wanted.value !== undefined && wanted.value !== value) throw wrongChecksum(wanted.algorithm);
  return { ...taken, checksum: { algorithm: wanted.algorithm, value, type: 'FULL_OBJECT' } };
}

async function* chunks(body: Body): AsyncIterable<Uint8Array> {
  if (body === undefined) return;
  if (typeof body === 'string') yield Buffer.from(body);
  else if (body instanceof Uint8Array) yield body;
  else yield* body;
}

function told(lake: Lake, reason: unknown, path: string): unknown {
  const { code, path: failedPath } = reason as NodeJS.ErrnoException;
  if (reason instanceof AwsError || typeof code !== 'string') return reason;
  lake.ports.log('error', `S3 could not write an object: ${(reason as Error).message}`, {
    code,
    path: failedPath ?? path,
  });
  // A key within S3's limit may still be too long with the data directory's own path before it.
  return code === 'ENAMETOOLONG' ? keyTooLong() : internalError();
}
