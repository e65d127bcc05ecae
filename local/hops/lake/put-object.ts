/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */

import type { Operation } from '../../ports.ts';
import { bucketOf, type Lake } from './buckets.ts';
import { CHECKSUM_MEMBERS, checksumMembers, wantedChecksum } from './checksum.ts';
import { checkWrite, readWriteConditions, WRITE_CONDITIONS } from './conditions.ts';
import { objectArn, readBucket, readInput, readKey } from './input.ts';
import { encryptionMember, METADATA_MEMBERS, readMetadata } from './metadata.ts';
import { publish } from './objects.ts';
import { lakeOperation } from './operation.ts';
import { type Body, readContentMd5, receive } from './receive.ts';

const MEMBERS = [
  'Body',
  'ContentLength',
  'ContentMD5',
  ...CHECKSUM_MEMBERS,
  ...METADATA_MEMBERS,
  ...WRITE_CONDITIONS,
];

export function putObject(lake: Lake): Operation {
  return lakeOperation({
    name: 'PutObject',
    parse(raw) {
      const input = readInput(raw, MEMBERS);
      return {
        bucket: readBucket(input, lake.ports.account),
        key: readKey(input),
        body: input['Body'] as Body,
        expected: { md5: readContentMd5(input), checksum: wantedChecksum(input) },
        metadata: readMetadata(input),
        conditions: readWriteConditions(input),
      };
    },
    permissions: ({ bucket, key }) => [{ action: 's3:PutObject', resource: objectArn(bucket, key) }],
    async run({ bucket, key, body, expected, metadata, conditions }) {
      bucketOf(lake, bucket);
      return receive(lake, body, expected, async (received) => {
        const etag = received.md5.toString('hex');
        const version = { etag, metadata, checksum: received.checksum };
        await publish(lake, bucket, key, received, version, (current) =>
          checkWrite(conditions, current, key),
        );
        return { ETag: `"${etag}"`, ...checksumMembers(received.checksum), ...encryptionMember(metadata) };
      });
    },
  });
}
