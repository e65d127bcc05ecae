/**
 * The objects under a target, in key order, as the crawler's role sees them. Left out, as Glue and Athena leave them
 * out: what an exclude pattern matches, empty objects and folder markers, and files whose name starts with `_` or `.`
 * or ends with `_$folder$`.
 */

import type { Ports, Principal } from '../../ports.ts';
import type { Target } from './config.ts';
import { globPattern } from './glob.ts';

export type Listed = { key: string; size: number; etag: string; modified: number };

type ListAnswer = {
  Contents?: { Key: string; Size: number; ETag?: string; LastModified?: Date }[];
  IsTruncated?: boolean;
  NextContinuationToken?: string;
};

export async function listTarget(ports: Ports, role: Principal, target: Target): Promise<Listed[]> {
  const excluded = target.exclusions.map(globPattern).filter((pattern) => pattern !== undefined);
  const listed: Listed[] = [];
  let token: string | undefined;
  do {
    const answer: ListAnswer = await ports.call(role, 's3', 'ListObjectsV2', {
      Bucket: target.bucket,
      ...(target.prefix === '' ? {} : { Prefix: target.prefix }),
      ...(token === undefined ? {} : { ContinuationToken: token }),
    });
    for (const { Key, Size, ETag, LastModified } of answer.Contents ?? []) {
      const path = Key.slice(target.prefix.length);
      if (Size === 0 || isHidden(path) || excluded.some((pattern) => pattern.test(path))) continue;
      listed.push({ key: Key, size: Size, etag: ETag ?? '', modified: LastModified?.getTime() ?? 0 });
    }
    token = answer.IsTruncated ? answer.NextContinuationToken : undefined;
  } while (token !== undefined);
  return listed.sort((a, b) => (a.key < b.key ? -1 : 1));
}

function isHidden(path: string): boolean {
  const name = path.split('/').pop() ?? '';
  return name === '' || name.startsWith('_') || name.startsWith('.') || name.endsWith('_$folder$');
}

/** The first `sampleSize` objects of each folder, or all of them. */
export function sampled(listed: readonly Listed[], sampleSize: number | undefined): Listed[] {
  if (sampleSize === undefined) return [...listed];
  const taken = new Map<string, number>();
  return listed.filter(({ key }) => {
    const count = (taken.get(folderOf(key)) ?? 0) + 1;
    taken.set(folderOf(key), count);
    return count <= sampleSize;
  });
}

export function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}
