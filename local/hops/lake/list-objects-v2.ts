/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */

import type { Operation } from '../../ports.ts';
import type { Lake } from './buckets.ts';
import { invalidArgument } from './errors.ts';
import { bucketArn, type Input, readBucket, readInput, text } from './input.ts';
import { listPage, PAGE_MEMBERS, readPage } from './listing.ts';
import { lakeOperation } from './operation.ts';

export function listObjectsV2(lake: Lake): Operation {
  return lakeOperation({
    name: 'ListObjectsV2',
    parse(raw) {
      const input = readInput(raw, [...PAGE_MEMBERS, 'ContinuationToken', 'StartAfter', 'FetchOwner']);
      return {
        bucket: readBucket(input, lake.ports.account),
        page: readPage(input),
        startAfter: text(input, 'StartAfter'),
        token: text(input, 'ContinuationToken'),
        after: readToken(input),
        withOwner: String(input['FetchOwner']) === 'true',
      };
    },
    permissions: ({ bucket }) => [{ action: 's3:ListBucket', resource: bucketArn(bucket) }],
    async run({ bucket, page, startAfter, token, after, withOwner }) {
      const { contents, commonPrefixes, next } = await listPage(
        lake,
        bucket,
        page,
        after ?? startAfter ?? '',
        withOwner,
      );
      return {
        Name: bucket,
        Prefix: page.encode(page.prefix),
        Delimiter: page.delimiter && page.encode(page.delimiter),
        MaxKeys: page.keysMax,
        EncodingType: page.encodingType,
        StartAfter: startAfter && page.encode(startAfter),
        KeyCount: contents.length + commonPrefixes.length,
        IsTruncated: next !== undefined,
        ContinuationToken: token,
        NextContinuationToken: next && Buffer.from(next).toString('base64'),
        Contents: contents,
        CommonPrefixes: commonPrefixes.map((Prefix) => ({ Prefix })),
      };
    },
  });
}

/** The key after which the page begins, in base64. */
function readToken(input: Input): string | undefined {
  const token = text(input, 'ContinuationToken');
  if (token === undefined) return undefined;
  const after = Buffer.from(token, 'base64');
  if (token === '' || after.toString('base64') !== token)
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
  return after.toString();
}
