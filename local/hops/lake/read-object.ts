/** What GetObject and HeadObject share: which object, under which conditions, and what is said of it. */

import type { Permission } from '../../ports.ts';
import type { Lake } from './buckets.ts';
import { checksumMembers } from './checksum.ts';
import { type Conditions, READ_CONDITIONS, readConditions } from './conditions.ts';
import { notImplemented } from './errors.ts';
import { objectArn, readBucket, readInput, readKey, text } from './input.ts';
import { metadataMembers } from './metadata.ts';
import type { StoredObject } from './objects.ts';
import type { Range } from './range.ts';

type ReadInput = {
  bucket: string;
  key: string;
  conditions: Conditions;
  range: string | undefined;
  checksum: boolean;
  /** Headers that the caller wants to see instead of the object's (`response-content-type`, …). */
  overrides: Record<string, string>;
};

const OVERRIDES = [
  'ResponseCacheControl',
  'ResponseContentDisposition',
  'ResponseContentEncoding',
  'ResponseContentLanguage',
  'ResponseContentType',
  'ResponseExpires',
];

export function parseRead(lake: Lake, raw: unknown): ReadInput {
  const input = readInput(raw, ['ChecksumMode', 'Range', 'VersionId', ...READ_CONDITIONS, ...OVERRIDES]);
  // Every object is the version `null`, as in a bucket that never had versions.
  const version = text(input, 'VersionId');
  if (version !== undefined && version !== 'null') throw notImplemented('versionId');
  const overrides: Record<string, string> = {};
  for (const name of OVERRIDES) {
    const value = input[name] instanceof Date ? (input[name] as Date).toUTCString() : text(input, name);
    if (value !== undefined) overrides[name.slice('Response'.length)] = value;
  }
  return {
    bucket: readBucket(input, lake.ports.account),
    key: readKey(input),
    conditions: readConditions(input),
    range: text(input, 'Range'),
    checksum: text(input, 'ChecksumMode')?.toUpperCase() === 'ENABLED',
    overrides,
  };
}

export function readPermissions({ bucket, key }: ReadInput): Permission[] {
  return [{ action: 's3:GetObject', resource: objectArn(bucket, key) }];
}

export function readOutput(
  object: StoredObject,
  input: ReadInput,
  range: Range | undefined,
): Record<string, unknown> {
  const { description, lastModified } = object;
  const whole = range === undefined;
  return {
    AcceptRanges: 'bytes',
    LastModified: lastModified,
    ETag: `"${description.etag}"`,
    ContentLength: whole ? description.size : range.last - range.first + 1,
    ...(whole ? {} : { ContentRange: `bytes ${range.first}-${range.last}/${description.size}` }),
    ...metadataMembers(description.metadata),
    ...input.overrides,
    // A part of an object does not have the whole's checksum.
    ...(input.checksum && whole ? checksumMembers(description.checksum) : {}),
  };
}
