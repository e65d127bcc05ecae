/** The object that CopyObject and UploadPartCopy read. */

import type { Permission } from '../../ports.ts';
import { bucketOf, type Lake } from './buckets.ts';
import { type Conditions, checkCopySource, readConditions } from './conditions.ts';
import { invalidArgument, noSuchKey, notImplemented } from './errors.ts';
import { type Input, objectArn, readBucket, readKey, text } from './input.ts';
import { openObject, type StoredObject } from './objects.ts';
import type { Range } from './range.ts';

export type Source = { bucket: string; key: string; conditions: Conditions };

export const SOURCE_MEMBERS = [
  'CopySource',
  'CopySourceIfMatch',
  'CopySourceIfNoneMatch',
  'CopySourceIfModifiedSince',
  'CopySourceIfUnmodifiedSince',
];

/** `<bucket>/<key>`, percent-encoded, perhaps with a slash before it. */
export function readSource(input: Input): Source {
  const source = text(input, 'CopySource') ?? '';
  const [path = '', version] = source.replace(/^\//, '').split('?versionId=');
  if (version !== undefined && version !== 'null') throw notImplemented('x-amz-copy-source-version-id');
  const decoded = decode(path);
  const slash = decoded.indexOf('/');
  if (slash < 1)
    throw invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      source,
    );
  const named = { Bucket: decoded.slice(0, slash), Key: decoded.slice(slash + 1) };
  return {
    bucket: readBucket(named, ''),
    key: readKey(named),
    conditions: readConditions(input, 'CopySource'),
  };
}

export const sourcePermission = ({ bucket, key }: Source): Permission => ({
  action: 's3:GetObject',
  resource: objectArn(bucket, key),
});

/** The object, with its bytes; `range` says which. Its file is closed when the body ends or is left. */
export async function openSource(
  lake: Lake,
  source: Source,
  range: (size: number) => Range | undefined = () => undefined,
): Promise<StoredObject & { body: AsyncIterable<Uint8Array> }> {
  bucketOf(lake, source.bucket);
  const object = await openObject(lake, source.bucket, source.key);
  if (!object) throw noSuchKey(source.key);
  try {
    checkCopySource(source.conditions, object);
    const { first, last } = range(object.description.size) ?? { first: 0, last: Number.POSITIVE_INFINITY };
    return { ...object, body: object.file.createReadStream({ start: first, end: last }) };
  } catch (reason) {
    await object.file.close();
    throw reason;
  }
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw invalidArgument('Invalid copy source encoding.', 'x-amz-copy-source', path);
  }
}
