/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */

import type { Operation } from '../../ports.ts';
import { bucketOf, type Lake } from './buckets.ts';
import { checksumMembers, isChecksumAlgorithm } from './checksum.ts';
import { checkWrite, readWriteConditions, WRITE_CONDITIONS } from './conditions.ts';
import { openSource, readSource, SOURCE_MEMBERS, sourcePermission } from './copy-source.ts';
import { invalidArgument, invalidRequest, notImplemented } from './errors.ts';
import { type Input, objectArn, readBucket, readInput, readKey, text } from './input.ts';
import { encryptionMember, METADATA_MEMBERS, readMetadata } from './metadata.ts';
import { publish } from './objects.ts';
import { lakeOperation } from './operation.ts';
import { receive } from './receive.ts';

const MEMBERS = [
  'ChecksumAlgorithm',
  'MetadataDirective',
  'TaggingDirective',
  ...METADATA_MEMBERS,
  ...SOURCE_MEMBERS,
  ...WRITE_CONDITIONS,
];

export function copyObject(lake: Lake): Operation {
  return lakeOperation({
    name: 'CopyObject',
    parse(raw) {
      const input = readInput(raw, MEMBERS);
      const checksum = text(input, 'ChecksumAlgorithm');
      if (checksum !== undefined && !isChecksumAlgorithm(checksum))
        throw notImplemented('x-amz-checksum-algorithm');
      // COPY copies tags, and there are none; REPLACE would give some.
      if ((text(input, 'TaggingDirective') ?? 'COPY') !== 'COPY')
        throw notImplemented('x-amz-tagging-directive');
      return {
        bucket: readBucket(input, lake.ports.account),
        key: readKey(input),
        source: readSource(input),
        replace: readDirective(input),
        metadata: readMetadata(input),
        conditions: readWriteConditions(input),
        checksum,
      };
    },
    permissions: ({ bucket, key, source }) => [
      sourcePermission(source),
      { action: 's3:PutObject', resource: objectArn(bucket, key) },
    ],
    async run({ bucket, key, source, replace, metadata, conditions, checksum }) {
      bucketOf(lake, bucket);
      if (source.bucket === bucket && source.key === key && !replace)
        throw invalidRequest(
          "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
        );
      const from = await openSource(lake, source);
      const kept = from.description.checksum;
      const algorithm = checksum ?? kept?.algorithm;
      const expected = algorithm ? { checksum: { algorithm } } : {};
      const given = replace ? metadata : from.description.metadata;
      return receive(lake, from.body, expected, async (received) => {
        const etag = received.md5.toString('hex');
        const version = { etag, metadata: given, checksum: received.checksum };
        const check = (current: Parameters<typeof checkWrite>[1]) => checkWrite(conditions, current, key);
        const { lastModified } = await publish(lake, bucket, key, received, version, check);
        return {
          CopyObjectResult: {
            ETag: `"${etag}"`,
            LastModified: lastModified,
            ...checksumMembers(received.checksum),
          },
          ...encryptionMember(given),
        };
      });
    },
  });
}

function readDirective(input: Input): boolean {
  const directive = text(input, 'MetadataDirective') ?? 'COPY';
  if (directive !== 'COPY' && directive !== 'REPLACE')
    throw invalidArgument('Unknown metadata directive.', 'x-amz-metadata-directive', directive);
  return directive === 'REPLACE';
}
