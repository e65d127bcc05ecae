/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 * Buckets belong to the stack, so none is made here; a program that makes sure of its bucket finds it made.
 */

import { AwsError } from '../../aws-error.ts';
import type { Operation } from '../../ports.ts';
import type { Lake } from './buckets.ts';
import { bucketArn, readBucket } from './input.ts';
import { lakeOperation } from './operation.ts';

export function createBucket(lake: Lake): Operation {
  return lakeOperation({
    name: 'CreateBucket',
    parse: (raw) => ({ bucket: readBucket({ ...(raw as object) }, lake.ports.account) }),
    permissions: ({ bucket }) => [{ action: 's3:CreateBucket', resource: bucketArn(bucket) }],
    async run({ bucket }) {
      if (lake.buckets.has(bucket))
        throw new AwsError(
          'BucketAlreadyOwnedByYou',
          'Your previous request to create the named bucket succeeded and you already own it.',
          409,
          { BucketName: bucket },
        );
      throw new AwsError(
        'AccessDenied',
        `Buckets belong to the stack: add an aws_s3_bucket "${bucket}" in stacks/ and start the engine again.`,
        403,
      );
    },
  });
}
