/** The first version of listing: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html */

import type { Operation } from '../../ports.ts';
import type { Lake } from './buckets.ts';
import { bucketArn, readBucket, readInput, text } from './input.ts';
import { listPage, PAGE_MEMBERS, readPage } from './listing.ts';
import { lakeOperation } from './operation.ts';

export function listObjects(lake: Lake): Operation {
  return lakeOperation({
    name: 'ListObjects',
    parse(raw) {
      const input = readInput(raw, [...PAGE_MEMBERS, 'Marker']);
      return {
        bucket: readBucket(input, lake.ports.account),
        page: readPage(input),
        marker: text(input, 'Marker') ?? '',
      };
    },
    permissions: ({ bucket }) => [{ action: 's3:ListBucket', resource: bucketArn(bucket) }],
    async run({ bucket, page, marker }) {
      const { contents, commonPrefixes, next } = await listPage(lake, bucket, page, marker, true);
      return {
        Name: bucket,
        Prefix: page.encode(page.prefix),
        Marker: page.encode(marker),
        Delimiter: page.delimiter && page.encode(page.delimiter),
        MaxKeys: page.keysMax,
        EncodingType: page.encodingType,
        IsTruncated: next !== undefined,
        // Without a delimiter S3 leaves it to the caller to go on after the last key.
        NextMarker: page.delimiter && next && page.encode(next),
        Contents: contents,
        CommonPrefixes: commonPrefixes.map((Prefix) => ({ Prefix })),
      };
    },
  });
}
