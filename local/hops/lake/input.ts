/**
 * Reads an operation's SDK-shaped input: the bucket's and key's rules, and members by type. A member that an
 * operation does not name among its own is functionality that is not here, and S3's NotImplemented says so.
 */

import { AwsError } from '../../aws-error.ts';
import {
  accessDenied,
  invalidArgument,
  invalidBucketName,
  keyTooLong,
  malformedXml,
  notImplemented,
} from './errors.ts';

export type Input = Readonly<Record<string, unknown>>;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const KEY_BYTES_MAX = 1024;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET_NAME = /^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]$/;

/** RequestPayer changes nothing for the bucket's own account; the owner is checked by `readBucket`. */
const COMMON_MEMBERS = ['Bucket', 'Key', 'ExpectedBucketOwner', 'RequestPayer'];

export function readInput(raw: unknown, known: readonly string[]): Input {
  const input = (raw ?? {}) as Input;
  for (const [name, value] of Object.entries(input))
    if (value !== undefined && !known.includes(name) && !COMMON_MEMBERS.includes(name))
      throw notImplemented(name);
  return input;
}

export function readBucket(input: Input, account: string): string {
  const bucket = text(input, 'Bucket') ?? '';
  if (!BUCKET_NAME.test(bucket)) throw invalidBucketName(bucket);
  const owner = text(input, 'ExpectedBucketOwner');
  if (owner !== undefined && owner !== account) throw accessDenied();
  return bucket;
}

export function readKey(input: Input): string {
  const key = text(input, 'Key') ?? '';
  if (key === '') throw new AwsError('InvalidRequest', 'A key must be specified for this operation.');
  const bytes = Buffer.from(key);
  if (bytes.length > KEY_BYTES_MAX)
    throw keyTooLong({ Size: String(bytes.length), MaxSizeAllowed: String(KEY_BYTES_MAX) });
  // Half of a surrogate pair has no UTF-8, so no name in S3 either.
  if (bytes.toString() !== key) throw new AwsError('InvalidURI', "Couldn't parse the specified URI.");
  return key;
}

export function text(input: Input, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || typeof value === 'string') return value;
  throw malformedXml();
}

/** A whole number within bounds; `message` is S3's sentence for one that is not. */
export function integer(
  input: Input,
  name: string,
  { min, max, message }: { min: number; max: number; message: string },
): number | undefined {
  const value = input[name];
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < min || number > max)
    throw invalidArgument(message, name, value);
  return number;
}

/** A date, or the text of one; text that is no date is ignored, as HTTP says of conditions (RFC 9110, 13.1.3). */
export function date(input: Input, name: string): Date | undefined {
  const value = input[name];
  if (value === undefined) return undefined;
  const read = value instanceof Date ? value : new Date(String(value));
  return Number.isNaN(read.getTime()) ? undefined : read;
}

export const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`;
export const objectArn = (bucket: string, key: string): string => `arn:aws:s3:::${bucket}/${key}`;
