/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
 * Grouping by a delimiter is not here.
 */

import type { Operation } from '../../ports.ts';
import { bucketOf, type Lake } from './buckets.ts';
import { bucketArn, integer, readBucket, readInput, text } from './input.ts';
import { ownerOf } from './listing.ts';
import { lakeOperation } from './operation.ts';
import type { Upload } from './uploads.ts';
import { compareKeys } from './walk.ts';

const UPLOADS_MAX = 1000;

export function listMultipartUploads(lake: Lake): Operation {
  return lakeOperation({
    name: 'ListMultipartUploads',
    parse(raw) {
      const input = readInput(raw, ['Prefix', 'MaxUploads', 'KeyMarker', 'UploadIdMarker']);
      const message = 'Argument max-uploads must be an integer between 1 and 1000';
      return {
        bucket: readBucket(input, lake.ports.account),
        prefix: text(input, 'Prefix') ?? '',
        uploadsMax: integer(input, 'MaxUploads', { min: 1, max: UPLOADS_MAX, message }) ?? UPLOADS_MAX,
        keyMarker: text(input, 'KeyMarker') ?? '',
        uploadIdMarker: text(input, 'UploadIdMarker') ?? '',
      };
    },
    permissions: ({ bucket }) => [{ action: 's3:ListBucketMultipartUploads', resource: bucketArn(bucket) }],
    async run({ bucket, prefix, uploadsMax, keyMarker, uploadIdMarker }) {
      bucketOf(lake, bucket);
      const following = openUploads(lake, bucket, prefix).filter(({ key, id }) => {
        const order = compareKeys(key, keyMarker);
        // Without an upload id the marker passes over its key's uploads altogether.
        return order > 0 || (order === 0 && uploadIdMarker !== '' && id > uploadIdMarker);
      });
      const page = following.slice(0, uploadsMax);
      const last = following.length > page.length ? page.at(-1) : undefined;
      return {
        Bucket: bucket,
        Prefix: prefix,
        KeyMarker: keyMarker,
        UploadIdMarker: uploadIdMarker,
        MaxUploads: uploadsMax,
        IsTruncated: last !== undefined,
        ...(last ? { NextKeyMarker: last.key, NextUploadIdMarker: last.id } : {}),
        Uploads: page.map((upload) => uploadMembers(lake, upload)),
      };
    },
  });
}

/** By key, and those of one key by id. */
function openUploads(lake: Lake, bucket: string, prefix: string): Upload[] {
  return lake.ports.store
    .range<Upload>({ from: ['upload'], to: ['upload', '\uffff'] })
    .map(({ value }) => value)
    .filter((upload) => upload.bucket === bucket && upload.key.startsWith(prefix))
    .sort((one, other) => compareKeys(one.key, other.key) || compareKeys(one.id, other.id));
}

function uploadMembers(lake: Lake, { id, key, initiated, checksum }: Upload): Record<string, unknown> {
  return {
    UploadId: id,
    Key: key,
    Initiated: new Date(initiated),
    StorageClass: 'STANDARD',
    Owner: ownerOf(lake),
    Initiator: ownerOf(lake),
    ...(checksum ? { ChecksumAlgorithm: checksum.algorithm, ChecksumType: checksum.type } : {}),
  };
}
