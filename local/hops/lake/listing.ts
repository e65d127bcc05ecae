/** One page of a bucket's keys, as both ListObjects and ListObjectsV2 give it. */

import { createHash } from 'node:crypto';
import { bucketOf, type Lake } from './buckets.ts';
import { invalidArgument } from './errors.ts';
import { type Input, integer, text } from './input.ts';
import { findObject } from './objects.ts';
import { walk } from './walk.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
const KEYS_MAX = 1000;

type PageInput = {
  prefix: string;
  delimiter: string | undefined;
  keysMax: number;
  /** Writes keys as the caller asked: `encoding-type=url`, so that XML can carry any key. */
  encode: (key: string) => string;
  encodingType: string | undefined;
};

export type Page = {
  contents: Record<string, unknown>[];
  commonPrefixes: string[];
  /** Where the next page begins after; absent when there is no more. */
  next?: string;
};

export const PAGE_MEMBERS = ['Prefix', 'Delimiter', 'MaxKeys', 'EncodingType'];

export function readPage(input: Input): PageInput {
  const encodingType = text(input, 'EncodingType');
  if (encodingType !== undefined && encodingType !== 'url')
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encodingType);
  const message = 'Argument maxKeys must be an integer between 0 and 2147483647';
  const keysMax = integer(input, 'MaxKeys', { min: 0, max: 2 ** 31 - 1, message }) ?? KEYS_MAX;
  return {
    prefix: text(input, 'Prefix') ?? '',
    delimiter: text(input, 'Delimiter') || undefined,
    keysMax: Math.min(keysMax, KEYS_MAX),
    encode: encodingType === 'url' ? urlEncoded : (key) => key,
    encodingType,
  };
}

export async function listPage(
  lake: Lake,
  bucket: string,
  { prefix, delimiter, keysMax, encode }: PageInput,
  after: string,
  withOwner: boolean,
): Promise<Page> {
  bucketOf(lake, bucket);
  const page: Page = { contents: [], commonPrefixes: [] };
  if (keysMax === 0) return page;
  // A page that ended with a group goes on after all of it.
  let skip = groupOf(after, prefix, delimiter) === after ? after : undefined;
  let last = after;
  const place = { prefix, after, skip: () => skip };
  for await (const key of walk(`${lake.directory}/${bucket}`, place)) {
    if (page.contents.length + page.commonPrefixes.length === keysMax) return { ...page, next: last };
    const group = groupOf(key, prefix, delimiter);
    if (group !== undefined) {
      page.commonPrefixes.push(encode(group));
      skip = group;
      last = group;
      continue;
    }
    const content = await contentOf(lake, bucket, key, encode);
    if (!content) continue;
    page.contents.push(withOwner ? { ...content, Owner: ownerOf(lake) } : content);
    last = key;
  }
  return page;
}

/** The account as S3 names owners: a canonical id of 64 hexadecimal digits. */
export function ownerOf(lake: Lake): { ID: string } {
  return { ID: createHash('sha256').update(lake.ports.account).digest('hex') };
}

/** What the listing shows instead of keys that go on after a delimiter: all up to and with it. */
export function groupOf(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  if (delimiter === undefined || !key.startsWith(prefix)) return undefined;
  const end = key.indexOf(delimiter, prefix.length);
  return end < 0 ? undefined : key.slice(0, end + delimiter.length);
}

/** As S3 does it: everything but letters, digits and `-_.~/`. */
function urlEncoded(key: string): string {
  return encodeURIComponent(key)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', '/');
}

/** Undefined when the object went between the walk and the look. */
async function contentOf(lake: Lake, bucket: string, key: string, encode: PageInput['encode']) {
  const object = await findObject(lake, bucket, key);
  if (!object) return undefined;
  const { description, lastModified } = object;
  const { checksum } = description;
  return {
    Key: encode(key),
    LastModified: lastModified,
    ETag: `"${description.etag}"`,
    ...(checksum ? { ChecksumAlgorithm: [checksum.algorithm], ChecksumType: checksum.type } : {}),
    Size: description.size,
    StorageClass: 'STANDARD',
  };
}
