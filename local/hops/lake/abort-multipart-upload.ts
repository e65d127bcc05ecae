/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */

import type { Operation } from '../../ports.ts';
import { bucketOf, type Lake } from './buckets.ts';
import { objectArn, readInput } from './input.ts';
import { discard } from './objects.ts';
import { lakeOperation } from './operation.ts';
import { closeUpload, readUploadName, uploadDirectory, uploadOf } from './uploads.ts';

export function abortMultipartUpload(lake: Lake): Operation {
  return lakeOperation({
    name: 'AbortMultipartUpload',
    parse: (raw) => readUploadName(lake, readInput(raw, ['UploadId'])),
    permissions: ({ bucket, key }) => [
      { action: 's3:AbortMultipartUpload', resource: objectArn(bucket, key) },
    ],
    async run(name) {
      bucketOf(lake, name.bucket);
      return lake.exclusive(`upload ${name.uploadId}`, async () => {
        uploadOf(lake.ports.store, name);
        await closeUpload(lake, name.uploadId);
        discard(uploadDirectory(lake, name.uploadId));
        return {};
      });
    },
  });
}
