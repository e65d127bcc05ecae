/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */

import type { Operation } from '../../ports.ts';
import { bucketOf, type Lake } from './buckets.ts';
import { bucketArn, readBucket, readInput } from './input.ts';
import { lakeOperation } from './operation.ts';

export function headBucket(lake: Lake): Operation {
  return lakeOperation({
    name: 'HeadBucket',
    parse: (raw) => ({ bucket: readBucket(readInput(raw, []), lake.ports.account) }),
    permissions: ({ bucket }) => [{ action: 's3:ListBucket', resource: bucketArn(bucket) }],
    async run({ bucket }) {
      bucketOf(lake, bucket);
      return { BucketArn: bucketArn(bucket), BucketRegion: lake.ports.region };
    },
  });
}
