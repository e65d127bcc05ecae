/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html
 * Whatever the stack says, no bucket here keeps versions, so the answer is that of a bucket that never had them.
 */

import type { Operation } from '../../ports.ts';
import { bucketOf, type Lake } from './buckets.ts';
import { bucketArn, readBucket, readInput } from './input.ts';
import { lakeOperation } from './operation.ts';

export function getBucketVersioning(lake: Lake): Operation {
  return lakeOperation({
    name: 'GetBucketVersioning',
    parse: (raw) => ({ bucket: readBucket(readInput(raw, []), lake.ports.account) }),
    permissions: ({ bucket }) => [{ action: 's3:GetBucketVersioning', resource: bucketArn(bucket) }],
    async run({ bucket }) {
      bucketOf(lake, bucket);
      return {};
    },
  });
}
