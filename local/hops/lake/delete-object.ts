/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
 * An object that is not there is deleted all the same, as in S3.
 */

import type { Operation } from '../../ports.ts';
import { bucketOf, type Lake } from './buckets.ts';
import { checkWrite, readConditions } from './conditions.ts';
import { notImplemented } from './errors.ts';
import { objectArn, readBucket, readInput, readKey, text } from './input.ts';
import { removeObject } from './objects.ts';
import { lakeOperation } from './operation.ts';

export function deleteObject(lake: Lake): Operation {
  return lakeOperation({
    name: 'DeleteObject',
    parse(raw) {
      const input = readInput(raw, ['IfMatch', 'VersionId']);
      const version = text(input, 'VersionId');
      if (version !== undefined && version !== 'null') throw notImplemented('versionId');
      return {
        bucket: readBucket(input, lake.ports.account),
        key: readKey(input),
        conditions: readConditions(input),
      };
    },
    permissions: ({ bucket, key }) => [{ action: 's3:DeleteObject', resource: objectArn(bucket, key) }],
    async run({ bucket, key, conditions }) {
      bucketOf(lake, bucket);
      await removeObject(lake, bucket, key, (current) => checkWrite(conditions, current, key));
      return {};
    },
  });
}
