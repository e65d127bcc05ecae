/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */

import type { Operation } from '../../ports.ts';
import { bucketOf, type Lake } from './buckets.ts';
import { checksumMembers } from './checksum.ts';
import { openSource, readSource, SOURCE_MEMBERS, sourcePermission } from './copy-source.ts';
import { invalidArgument, invalidRange } from './errors.ts';
import { objectArn, readInput, text } from './input.ts';
import { lakeOperation } from './operation.ts';
import type { Range } from './range.ts';
import { storePart } from './store-part.ts';
import { readPartNumber, readUploadName, uploadOf } from './uploads.ts';

export function uploadPartCopy(lake: Lake): Operation {
  return lakeOperation({
    name: 'UploadPartCopy',
    parse(raw) {
      const input = readInput(raw, ['PartNumber', 'UploadId', 'CopySourceRange', ...SOURCE_MEMBERS]);
      return {
        upload: readUploadName(lake, input),
        number: readPartNumber(input),
        source: readSource(input),
        range: text(input, 'CopySourceRange'),
      };
    },
    permissions: ({ upload, source }) => [
      sourcePermission(source),
      { action: 's3:PutObject', resource: objectArn(upload.bucket, upload.key) },
    ],
    async run({ upload, number, source, range }) {
      bucketOf(lake, upload.bucket);
      uploadOf(lake.ports.store, upload);
      const from = await openSource(lake, source, (size) => readCopyRange(range, size));
      const part = await storePart(lake, upload, number, from.body, {});
      const { ChecksumType: _, ...checksum } = checksumMembers(part.checksum);
      return {
        CopyPartResult: { ETag: `"${part.etag}"`, LastModified: new Date(part.modified), ...checksum },
      };
    },
  });
}

/** Stricter than a Range: both ends must be there, and inside the source. */
function readCopyRange(header: string | undefined, size: number): Range | undefined {
  if (header === undefined) return undefined;
  const match = /^bytes=(\d+)-(\d+)$/.exec(header);
  const range = { first: Number(match?.[1]), last: Number(match?.[2]) };
  if (!match || range.last < range.first)
    throw invalidArgument(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      'x-amz-copy-source-range',
      header,
    );
  if (range.last >= size) throw invalidRange(header, size);
  return range;
}
