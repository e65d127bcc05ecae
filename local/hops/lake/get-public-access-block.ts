/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html */

import { AwsError } from '../../aws-error.ts';
import type { Operation } from '../../ports.ts';
import { bucketOf, type Lake } from './buckets.ts';
import { bucketArn, readBucket, readInput } from './input.ts';
import { lakeOperation } from './operation.ts';

export function getPublicAccessBlock(lake: Lake): Operation {
  return lakeOperation({
    name: 'GetPublicAccessBlock',
    parse: (raw) => ({ bucket: readBucket(readInput(raw, []), lake.ports.account) }),
    permissions: ({ bucket }) => [{ action: 's3:GetBucketPublicAccessBlock', resource: bucketArn(bucket) }],
    async run({ bucket }) {
      const { publicAccessBlock } = bucketOf(lake, bucket);
      if (!publicAccessBlock)
        throw new AwsError(
          'NoSuchPublicAccessBlockConfiguration',
          'The public access block configuration was not found',
          404,
          { BucketName: bucket },
        );
      return { PublicAccessBlockConfiguration: publicAccessBlock };
    },
  });
}
