/**
 * The bucket of an environment's state, as far as what lies beside the state goes: sealed bundles and the record of
 * what was applied. Everything is written under the environment's own key, and no object is replaced unseen: a write
 * says which version it replaces. The state itself is Terraform's alone.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */

import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { EnvironmentName } from '../../stacks/names.ts';
import { UsageError } from '../command.ts';
import { BundleRefused } from './bundle-refused.ts';

/** Where it is; scripts/terraform/control-plane.ts finds it. */
export type StatePlace = { environment: EnvironmentName; account: string; bucket: string; keyId: string };

export type StateBucket = {
  place: StatePlace;
  /** Undefined when there is no such object. One of more than `bytesMax` is refused, and not fetched. */
  read(key: string, bytesMax: number): Promise<Found | undefined>;
  /** The beginning of it alone. */
  readBeginning(key: string, bytes: number): Promise<Found | undefined>;
  /** False when the object is not, or no longer, the one that it was to replace. */
  write(key: string, bytes: Uint8Array, replacing: Found | undefined): Promise<boolean>;
  list(prefix: string): Promise<Listed[]>;
};

export type Found = { bytes: Uint8Array; etag: string };
export type Listed = { key: string; bytes: number; writtenAt: Date };

export function stateBucket(s3: Pick<S3Client, 'send'>, place: StatePlace): StateBucket {
  // The account is named too, so that nobody else's bucket of that name is ever read or written.
  const target = { Bucket: place.bucket, ExpectedBucketOwner: place.account };
  const fetched = async (key: string, range?: string): Promise<Opened | undefined> => {
    const request = new GetObjectCommand({ ...target, Key: key, ...(range ? { Range: range } : {}) });
    const answer = await s3.send(request).catch(absent);
    if (!answer?.Body) return undefined;
    return { body: answer.Body as Body, length: answer.ContentLength ?? 0, etag: answer.ETag ?? '' };
  };
  const asked = <T>(doing: string, work: () => Promise<T>) => explained(place, doing, work);
  return {
    place,
    read: (key, bytesMax) =>
      asked(`read ${key}`, async () => {
        const found = await fetched(key);
        if (found && found.length > bytesMax) {
          found.body.destroy?.();
          throw new BundleRefused(
            `${key} in ${place.bucket} has ${found.length} bytes, and ${bytesMax} is the most it can have.`,
            'See who wrote it: no command of this repository did. Then bring an older version of it back.',
          );
        }
        return found && { bytes: await found.body.transformToByteArray(), etag: found.etag };
      }),
    readBeginning: (key, bytes) =>
      asked(`read ${key}`, async () => {
        const found = await fetched(key, `bytes=0-${bytes - 1}`);
        return found && { bytes: await found.body.transformToByteArray(), etag: found.etag };
      }),
    write: (key, bytes, replacing) =>
      asked(`write ${key}`, async () => {
        const condition = replacing ? { IfMatch: replacing.etag } : { IfNoneMatch: '*' };
        const encryption = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: place.keyId } as const;
        const request = { ...target, Key: key, Body: bytes, ...encryption, ...condition };
        return s3.send(new PutObjectCommand(request)).then(() => true, lost);
      }),
    list: (prefix) => asked(`list ${prefix}`, () => listed(s3, target, prefix)),
  };
}

type Body = { transformToByteArray(): Promise<Uint8Array>; destroy?(): void };
type Opened = { body: Body; length: number; etag: string };

async function listed(
  s3: Pick<S3Client, 'send'>,
  target: { Bucket: string; ExpectedBucketOwner: string },
  prefix: string,
): Promise<Listed[]> {
  const all: Listed[] = [];
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ ...target, Prefix: prefix, ...(token ? { ContinuationToken: token } : {}) }),
    );
    for (const { Key, Size, LastModified } of page.Contents ?? [])
      if (Key) all.push({ key: Key, bytes: Size ?? 0, writtenAt: LastModified ?? new Date(0) });
    token = page.NextContinuationToken;
  } while (token);
  return all;
}

function absent(error: Error): undefined {
  if (error.name === 'NoSuchKey') return undefined;
  throw error;
}

/** Another write came first, or the object that was to be replaced is gone. */
function lost(error: Error): false {
  const first = ['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey'];
  if (first.includes(error.name)) return false;
  throw error;
}

async function explained<T>(
  { environment, bucket }: StatePlace,
  doing: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'NoSuchBucket')
      throw new UsageError(
        `There is no bucket ${bucket} for ${environment}'s state and bundles.`,
        `Make it, once an account: npm run bootstrap -- --env ${environment}. Or these credentials are another account's.`,
      );
    if (name === 'AccessDenied')
      throw new UsageError(
        `AWS denied it to ${doing} in ${bucket}: ${message}`,
        `Use the role that may: ${environment}'s plan role or its apply role (stacks/bootstrap.ts says what each may do).`,
      );
    throw error;
  }
}
