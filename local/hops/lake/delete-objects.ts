/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
 * Each key is decided by itself: one that may not be deleted is an entry in Errors, and the others go.
 */

import { AwsError } from '../../aws-error.ts';
import type { CallContext, Operation } from '../../ports.ts';
import { bucketOf, type Lake } from './buckets.ts';
import { CHECKSUM_MEMBERS } from './checksum.ts';
import { internalError, malformedXml } from './errors.ts';
import { type Input, readBucket, readInput } from './input.ts';
import { lakeOperation } from './operation.ts';

const KEYS_MAX = 1000;

type Failure = { Key: string; Code: string; Message: string };

export function deleteObjects(lake: Lake): Operation {
  return lakeOperation({
    name: 'DeleteObjects',
    parse(raw) {
      const input = readInput(raw, ['Delete', 'ContentMD5', ...CHECKSUM_MEMBERS]);
      const { Objects: objects, Quiet: quiet } = (input['Delete'] ?? {}) as Input;
      if (!Array.isArray(objects) || objects.length === 0 || objects.length > KEYS_MAX) throw malformedXml();
      return {
        bucket: readBucket(input, lake.ports.account),
        objects: objects as Input[],
        quiet: quiet === true,
      };
    },
    // S3 asks for s3:DeleteObject on each key and answers for each, so each is a call of its own.
    permissions: () => [],
    async run({ bucket, objects, quiet }, context) {
      bucketOf(lake, bucket);
      const deleted: { Key: string }[] = [];
      const errors: Failure[] = [];
      for (const object of objects) {
        const failure = await deleteOne(lake, bucket, object, context);
        if (failure) errors.push(failure);
        else deleted.push({ Key: String(object['Key']) });
      }
      return { ...(quiet ? {} : { Deleted: deleted }), ...(errors.length > 0 ? { Errors: errors } : {}) };
    },
  });
}

async function deleteOne(
  lake: Lake,
  bucket: string,
  { Key, VersionId, ETag }: Input,
  { principal }: CallContext,
): Promise<Failure | undefined> {
  try {
    await lake.ports.call(principal, 's3', 'DeleteObject', { Bucket: bucket, Key, VersionId, IfMatch: ETag });
    return undefined;
  } catch (reason) {
    if (!(reason instanceof AwsError)) lake.ports.log('error', `S3 could not delete ${Key}: ${reason}`);
    const error = reason instanceof AwsError ? reason : internalError();
    const code = error.code === 'AccessDeniedException' ? 'AccessDenied' : error.code;
    return { Key: String(Key), Code: code, Message: error.message };
  }
}
