/** S3 as far as the state bucket needs it, in memory: conditional writes, ranges, pages of two, AWS's names of errors. */

import { createHash } from 'node:crypto';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { named } from './key-service.ts';

export type MemoryBucket = {
  client: Pick<S3Client, 'send'>;
  objects: Map<string, { bytes: Uint8Array; writtenAt: Date }>;
  /** Every request, as it was asked. */
  requests: object[];
  /** Done once, before the next write is decided: another writer that comes between. */
  beforeWrite?: () => void;
  /** Thrown by every request. */
  failure?: Error;
};

const PAGE = 2;

export function memoryBucket(name: string): MemoryBucket {
  let now = Date.UTC(2026, 0, 1);
  const bucket: MemoryBucket = { client: { send: undefined as never }, objects: new Map(), requests: [] };
  const { objects } = bucket;
  const get = ({ Key = '', Range }: GetObjectCommand['input']) => {
    const object = objects.get(Key);
    if (!object) throw named('NoSuchKey');
    const end = /^bytes=0-(\d+)$/.exec(Range ?? '')?.[1];
    const bytes = end === undefined ? object.bytes : object.bytes.subarray(0, Number(end) + 1);
    const Body = { transformToByteArray: async () => bytes, destroy: () => {} };
    return { Body, ContentLength: bytes.length, ETag: etag(object.bytes) };
  };
  const put = ({ Key = '', Body, IfMatch, IfNoneMatch }: PutObjectCommand['input']) => {
    bucket.beforeWrite?.();
    delete bucket.beforeWrite;
    const object = objects.get(Key);
    if (IfNoneMatch === '*' && object) throw named('PreconditionFailed');
    if (IfMatch !== undefined && !object) throw named('NoSuchKey');
    if (IfMatch !== undefined && object && etag(object.bytes) !== IfMatch) throw named('PreconditionFailed');
    now += 1000;
    objects.set(Key, { bytes: Uint8Array.from(Body as Uint8Array), writtenAt: new Date(now) });
    return {};
  };
  const list = ({ Prefix = '', ContinuationToken }: ListObjectsV2Command['input']) => {
    const keys = [...objects.keys()].filter((key) => key.startsWith(Prefix)).sort();
    const from = Number(ContinuationToken ?? 0);
    const Contents = keys.slice(from, from + PAGE).map((Key) => {
      const object = objects.get(Key);
      return { Key, Size: object?.bytes.length, LastModified: object?.writtenAt };
    });
    return { Contents, NextContinuationToken: from + PAGE < keys.length ? String(from + PAGE) : undefined };
  };
  const send = async (command: { input: { Bucket?: string } }) => {
    bucket.requests.push(command.input);
    if (bucket.failure) throw bucket.failure;
    if (command.input.Bucket !== name) throw named('NoSuchBucket');
    if (command instanceof GetObjectCommand) return get(command.input);
    if (command instanceof PutObjectCommand) return put(command.input);
    if (command instanceof ListObjectsV2Command) return list(command.input);
    throw new Error('Not a command of this service.');
  };
  bucket.client.send = send as unknown as S3Client['send'];
  return bucket;
}

const etag = (bytes: Uint8Array): string => `"${createHash('md5').update(bytes).digest('hex')}"`;
