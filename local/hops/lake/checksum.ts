/**
 * The checksums a client may send with an object and get back with it. S3 verifies one before it acknowledges.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 *
 * S3 adds a CRC64NVME to an object that came without a checksum; here such an object has none.
 */

import { AwsError } from '../../aws-error.ts';
import { type ChecksumName, checksum } from '../../checksums.ts';
import { invalidRequest, notImplemented } from './errors.ts';
import type { Input } from './input.ts';

export const CHECKSUM_ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

/** Of the whole object, or of its parts' checksums (`…-3` for three parts). */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';
export type Checksum = { algorithm: ChecksumAlgorithm; value: string; type: ChecksumType };

/** What the client asks of a body: an algorithm to keep, and the value to verify where it said one. */
export type WantedChecksum = { algorithm: ChecksumAlgorithm; value?: string };

export const CHECKSUM_MEMBERS = [
  'ChecksumAlgorithm',
  ...CHECKSUM_ALGORITHMS.map((algorithm) => `Checksum${algorithm}`),
];

export const isChecksumAlgorithm = (value: unknown): value is ChecksumAlgorithm =>
  CHECKSUM_ALGORITHMS.includes(value as ChecksumAlgorithm);

const DIGEST_BYTES: Record<ChecksumAlgorithm, number> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};

/** Computes the checksum while the bytes pass; its `digest` is base64. */
export const digestOf = (algorithm: ChecksumAlgorithm) => checksum(algorithm.toLowerCase() as ChecksumName);

/** The checksum that the input names, by its value (`ChecksumCRC32`) or its algorithm alone. */
export function wantedChecksum(input: Input): WantedChecksum | undefined {
  const valued = CHECKSUM_ALGORITHMS.filter((algorithm) => input[`Checksum${algorithm}`] !== undefined);
  const [algorithm] = valued;
  if (valued.length > 1)
    throw invalidRequest(
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  const named = input['ChecksumAlgorithm'];
  if (named !== undefined && !isChecksumAlgorithm(named))
    throw notImplemented('x-amz-sdk-checksum-algorithm');
  if (!algorithm) return named === undefined ? undefined : { algorithm: named };
  const value = input[`Checksum${algorithm}`];
  if (typeof value !== 'string' || Buffer.from(value, 'base64').length !== DIGEST_BYTES[algorithm])
    throw invalidRequest(`Value for x-amz-checksum-${algorithm.toLowerCase()} header is invalid.`);
  return { algorithm, value };
}

/** The members of an output that carry `checksum`. */
export function checksumMembers(checksum: Checksum | undefined): Record<string, string> {
  if (!checksum) return {};
  return { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type };
}

export const wrongChecksum = (algorithm: ChecksumAlgorithm | 'Content-MD5'): AwsError =>
  new AwsError(
    'BadDigest',
    algorithm === 'Content-MD5'
      ? 'The Content-MD5 you specified did not match what we received.'
      : `The ${algorithm} you specified did not match the calculated checksum.`,
  );
