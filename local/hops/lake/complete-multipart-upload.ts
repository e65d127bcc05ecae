/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 * The parts become one file, written like any other object's, before the upload is forgotten: a crash between the
 * two leaves an upload that can be completed again.
 */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { AwsError } from '../../aws-error.ts';
import type { Operation } from '../../ports.ts';
import { bucketOf, type Lake } from './buckets.ts';
import {
  CHECKSUM_ALGORITHMS,
  type Checksum,
  checksumMembers,
  digestOf,
  wantedChecksum,
  wrongChecksum,
} from './checksum.ts';
import { checkWrite, readWriteConditions, WRITE_CONDITIONS } from './conditions.ts';
import { invalidRequest, malformedXml } from './errors.ts';
import { type Input, objectArn, readInput, text } from './input.ts';
import { encryptionMember } from './metadata.ts';
import { discard, publish } from './objects.ts';
import { lakeOperation } from './operation.ts';
import { type Received, receive } from './receive.ts';
import {
  closeUpload,
  OBJECT_BYTES_MAX,
  PART_BYTES_MIN,
  type Part,
  partsOf,
  readPartNumber,
  readUploadName,
  type Upload,
  uploadDirectory,
  uploadOf,
} from './uploads.ts';

type NamedPart = { number: number; etag: string; members: Input };

const MEMBERS = [
  'MultipartUpload',
  'UploadId',
  'MpuObjectSize',
  'ChecksumType',
  ...CHECKSUM_ALGORITHMS.map((algorithm) => `Checksum${algorithm}`),
  ...WRITE_CONDITIONS,
];

export function completeMultipartUpload(lake: Lake): Operation {
  return lakeOperation({
    name: 'CompleteMultipartUpload',
    parse(raw) {
      const input = readInput(raw, MEMBERS);
      return {
        name: readUploadName(lake, input),
        parts: readParts(input),
        bytes: input['MpuObjectSize'] === undefined ? undefined : Number(input['MpuObjectSize']),
        given: wholeChecksum(input),
        conditions: readWriteConditions(input),
      };
    },
    permissions: ({ name }) => [{ action: 's3:PutObject', resource: objectArn(name.bucket, name.key) }],
    async run({ name, parts: named, bytes, given, conditions }) {
      bucketOf(lake, name.bucket);
      return lake.exclusive(`upload ${name.uploadId}`, async () => {
        const upload = uploadOf(lake.ports.store, name);
        const parts = chosenParts(upload, partsOf(lake.ports.store, upload.id), named);
        checkSize(parts, bytes);
        const { checksum: kind } = upload;
        const whole = kind?.type === 'FULL_OBJECT' ? { algorithm: kind.algorithm } : undefined;
        const expected = { bytesMax: OBJECT_BYTES_MAX, checksum: whole };
        const body = bytesOf(uploadDirectory(lake, upload.id), parts);
        const output = await receive(lake, body, expected, async (received) => {
          const checksum = checksumOf(upload, parts, received);
          if (given && checksum && given !== checksum.value) throw wrongChecksum(checksum.algorithm);
          const version = { etag: etagOf(parts), metadata: upload.metadata, checksum };
          await publish(lake, name.bucket, name.key, received, version, (current) =>
            checkWrite(conditions, current, name.key),
          );
          return {
            Location: `${lake.ports.endpoint()}/${name.bucket}/${encodeURIComponent(name.key)}`,
            Bucket: name.bucket,
            Key: name.key,
            ETag: `"${version.etag}"`,
            ...checksumMembers(checksum),
            ...encryptionMember(upload.metadata),
          };
        });
        await closeUpload(lake, upload.id);
        discard(uploadDirectory(lake, upload.id));
        return output;
      });
    },
  });
}

function readParts(input: Input): NamedPart[] {
  const { Parts: parts } = (input['MultipartUpload'] ?? {}) as Input;
  if (!Array.isArray(parts) || parts.length === 0) throw malformedXml();
  return parts.map((members: Input) => {
    const etag = text(members, 'ETag');
    if (etag === undefined) throw malformedXml();
    return { number: readPartNumber(members), etag: etag.replace(/^"|"$/g, ''), members };
  });
}

/** A value for the whole object; that of a composite may come with its count of parts or without. */
function wholeChecksum(input: Input): string | undefined {
  const name = CHECKSUM_ALGORITHMS.find((algorithm) => input[`Checksum${algorithm}`] !== undefined);
  return name && text(input, `Checksum${name}`);
}

function chosenParts(upload: Upload, kept: Part[], named: NamedPart[]): Part[] {
  if (named.some(({ number }, index) => number <= (named[index - 1]?.number ?? 0)))
    throw new AwsError(
      'InvalidPartOrder',
      'The list of parts was not in ascending order. The parts list must be specified in order by part number.',
      400,
      { UploadId: upload.id },
    );
  const byNumber = new Map(kept.map((part) => [part.number, part]));
  const chosen = named.map(({ number, etag, members }) => {
    const part = byNumber.get(number);
    if (part?.etag === etag && sameChecksum(upload, part, members)) return part;
    throw new AwsError(
      'InvalidPart',
      "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      400,
      { UploadId: upload.id, PartNumber: String(number), ETag: etag },
    );
  });
  const small = chosen.slice(0, -1).find(({ size }) => size < PART_BYTES_MIN);
  if (small) throw partTooSmall(small);
  return chosen;
}

function partTooSmall({ etag, number, size }: Part): AwsError {
  return new AwsError(
    'EntityTooSmall',
    'Your proposed upload is smaller than the minimum allowed size',
    400,
    {
      ETag: etag,
      MinSizeAllowed: String(PART_BYTES_MIN),
      PartNumber: String(number),
      ProposedSize: String(size),
    },
  );
}

/** A composite is made of what the caller says of each part, so each must be said. */
function sameChecksum({ checksum: kind }: Upload, part: Part, members: Input): boolean {
  const given = wantedChecksum(members);
  if (kind?.type === 'COMPOSITE' && !given)
    throw invalidRequest(
      `The upload was created using a ${kind.algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${part.number} in the request.`,
    );
  return !given || (given.algorithm === part.checksum?.algorithm && given.value === part.checksum.value);
}

function checkSize(parts: Part[], bytes: number | undefined): void {
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if (bytes !== undefined && bytes !== size)
    throw invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${bytes} does not match what was computed: ${size}`,
    );
}

async function* bytesOf(directory: string, parts: Part[]): AsyncGenerator<Uint8Array> {
  for (const { file } of parts) yield* createReadStream(`${directory}/${file}`);
}

/** The MD5 of the parts' MD5s, and their number. */
function etagOf(parts: Part[]): string {
  const md5 = createHash('md5');
  for (const { etag } of parts) md5.update(Buffer.from(etag, 'hex'));
  return `${md5.digest('hex')}-${parts.length}`;
}

function checksumOf({ checksum: kind }: Upload, parts: Part[], received: Received): Checksum | undefined {
  if (kind?.type !== 'COMPOSITE') return received.checksum;
  const digest = digestOf(kind.algorithm);
  for (const { checksum } of parts) digest.update(Buffer.from(checksum?.value ?? '', 'base64'));
  return { algorithm: kind.algorithm, value: `${digest.digest()}-${parts.length}`, type: 'COMPOSITE' };
}
