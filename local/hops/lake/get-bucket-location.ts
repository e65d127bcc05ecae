/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */

import type { Operation } from '../../ports.ts';
import { bucketOf, type Lake } from './buckets.ts';
import { bucketArn, readBucket, readInput } from './input.ts';
import { lakeOperation } from './operation.ts';

/** The one region whose buckets have no location constraint. */
const REGION_WITHOUT_CONSTRAINT = 'us-east-1';

export function getBucketLocation(lake: Lake): Operation {
  return lakeOperation({
    name: 'GetBucketLocation',
    parse: (raw) => ({ bucket: readBucket(readInput(raw, []), lake.ports.account) }),
    permissions: ({ bucket }) => [{ action: 's3:GetBucketLocation', resource: bucketArn(bucket) }],
    async run({ bucket }) {
      bucketOf(lake, bucket);
      const { region } = lake.ports;
      return region === REGION_WITHOUT_CONSTRAINT ? {} : { LocationConstraint: region };
    },
  });
}
