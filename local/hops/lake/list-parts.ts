/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */

import type { Operation } from '../../ports.ts';
import { bucketOf, type Lake } from './buckets.ts';
import { checksumMembers } from './checksum.ts';
import { integer, objectArn, readInput } from './input.ts';
import { ownerOf } from './listing.ts';
import { lakeOperation } from './operation.ts';
import { type Part, partsOf, readUploadName, uploadOf } from './uploads.ts';

const PARTS_MAX = 1000;

export function listParts(lake: Lake): Operation {
  return lakeOperation({
    name: 'ListParts',
    parse(raw) {
      const input = readInput(raw, ['UploadId', 'MaxParts', 'PartNumberMarker']);
      const bounds = (name: string) => ({
        min: 0,
        max: 2 ** 31 - 1,
        message: `Argument ${name} must be an integer between 0 and 2147483647`,
      });
      return {
        name: readUploadName(lake, input),
        partsMax: Math.min(integer(input, 'MaxParts', bounds('maxParts')) ?? PARTS_MAX, PARTS_MAX),
        marker: integer(input, 'PartNumberMarker', bounds('partNumberMarker')) ?? 0,
      };
    },
    permissions: ({ name }) => [
      { action: 's3:ListMultipartUploadParts', resource: objectArn(name.bucket, name.key) },
    ],
    async run({ name, partsMax, marker }) {
      bucketOf(lake, name.bucket);
      const { checksum } = uploadOf(lake.ports.store, name);
      const following = partsOf(lake.ports.store, name.uploadId).filter(({ number }) => number > marker);
      const page = following.slice(0, partsMax);
      return {
        Bucket: name.bucket,
        Key: name.key,
        UploadId: name.uploadId,
        PartNumberMarker: String(marker),
        NextPartNumberMarker: String(page.at(-1)?.number ?? 0),
        MaxParts: partsMax,
        IsTruncated: following.length > page.length,
        Parts: page.map(partMembers),
        Initiator: ownerOf(lake),
        Owner: ownerOf(lake),
        StorageClass: 'STANDARD',
        ...(checksum ? { ChecksumAlgorithm: checksum.algorithm, ChecksumType: checksum.type } : {}),
      };
    },
  });
}

function partMembers({ number, size, etag, modified, checksum }: Part): Record<string, unknown> {
  const { ChecksumType: _, ...value } = checksumMembers(checksum);
  return { PartNumber: number, LastModified: new Date(modified), ETag: `"${etag}"`, Size: size, ...value };
}
