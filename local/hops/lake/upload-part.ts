/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */

import type { Operation } from '../../ports.ts';
import { bucketOf, type Lake } from './buckets.ts';
import { CHECKSUM_MEMBERS, checksumMembers, wantedChecksum } from './checksum.ts';
import { objectArn, readInput } from './input.ts';
import { lakeOperation } from './operation.ts';
import { type Body, readContentMd5 } from './receive.ts';
import { storePart } from './store-part.ts';
import { readPartNumber, readUploadName } from './uploads.ts';

export function uploadPart(lake: Lake): Operation {
  return lakeOperation({
    name: 'UploadPart',
    parse(raw) {
      const input = readInput(raw, [
        'Body',
        'ContentLength',
        'ContentMD5',
        'PartNumber',
        'UploadId',
        ...CHECKSUM_MEMBERS,
      ]);
      return {
        upload: readUploadName(lake, input),
        number: readPartNumber(input),
        body: input['Body'] as Body,
        expected: { md5: readContentMd5(input), checksum: wantedChecksum(input) },
      };
    },
    permissions: ({ upload }) => [{ action: 's3:PutObject', resource: objectArn(upload.bucket, upload.key) }],
    async run({ upload, number, body, expected }) {
      bucketOf(lake, upload.bucket);
      const part = await storePart(lake, upload, number, body, expected);
      const { ChecksumType: _, ...checksum } = checksumMembers(part.checksum);
      return { ETag: `"${part.etag}"`, ...checksum };
    },
  });
}
