/** The buckets of the stack and what every operation on them stands on. The operations import this; `lake.ts` opens it. */

import type { Ports } from '../../ports.ts';
import type { BucketConfig } from './config.ts';
import { noSuchBucket } from './errors.ts';

export type Bucket = BucketConfig & { publicAccessBlock?: Record<string, boolean> };

/** What every operation of the lake stands on. */
export type Lake = {
  ports: Ports;
  /** `<data dir>/s3`. */
  directory: string;
  buckets: ReadonlyMap<string, Bucket>;
  /** Runs the works of one name one after another. */
  exclusive<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Counts an object that was written. */
  wrote(): void;
};

/** The bucket, or S3's NoSuchBucket. */
export function bucketOf(lake: Lake, name: string): Bucket {
  const bucket = lake.buckets.get(name);
  if (!bucket) throw noSuchBucket(name);
  return bucket;
}
