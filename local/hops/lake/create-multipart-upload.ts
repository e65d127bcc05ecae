/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */

import { mkdirSync } from 'node:fs';
import type { Operation } from '../../ports.ts';
import { bucketOf, type Lake } from './buckets.ts';
import { type ChecksumType, isChecksumAlgorithm } from './checksum.ts';
import { invalidRequest, notImplemented } from './errors.ts';
import { type Input, objectArn, readBucket, readInput, readKey, text } from './input.ts';
import { encryptionMember, METADATA_MEMBERS, readMetadata } from './metadata.ts';
import { syncDirectory } from './objects.ts';
import { lakeOperation } from './operation.ts';
import { incomingDirectory } from './receive.ts';
import { type Upload, uploadDirectory, uploadKey } from './uploads.ts';

export function createMultipartUpload(lake: Lake): Operation {
  return lakeOperation({
    name: 'CreateMultipartUpload',
    parse(raw) {
      const input = readInput(raw, ['ChecksumAlgorithm', 'ChecksumType', ...METADATA_MEMBERS]);
      return {
        bucket: readBucket(input, lake.ports.account),
        key: readKey(input),
        metadata: readMetadata(input),
        checksum: readUploadChecksum(input),
      };
    },
    permissions: ({ bucket, key }) => [{ action: 's3:PutObject', resource: objectArn(bucket, key) }],
    async run({ bucket, key, metadata, checksum }) {
      bucketOf(lake, bucket);
      const id = lake.ports.chance.uuid().replaceAll('-', '');
      const upload: Upload = {
        id,
        bucket,
        key,
        initiated: lake.ports.clock.now(),
        metadata,
        ...(checksum ? { checksum } : {}),
      };
      mkdirSync(uploadDirectory(lake, id), { recursive: true });
      await syncDirectory(incomingDirectory(lake));
      await lake.ports.store.transact((tx) => tx.put(uploadKey(id), upload));
      return {
        Bucket: bucket,
        Key: key,
        UploadId: id,
        ...(checksum ? { ChecksumAlgorithm: checksum.algorithm, ChecksumType: checksum.type } : {}),
        ...encryptionMember(metadata),
      };
    },
  });
}

/** CRC64NVME is of the whole object alone, SHA of the parts alone, the other CRCs of either. */
function readUploadChecksum(input: Input): Upload['checksum'] {
  const algorithm = text(input, 'ChecksumAlgorithm');
  const wanted = text(input, 'ChecksumType');
  if (algorithm === undefined) {
    if (wanted !== undefined)
      throw invalidRequest(
        'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
      );
    return undefined;
  }
  if (!isChecksumAlgorithm(algorithm)) throw notImplemented('x-amz-checksum-algorithm');
  const usual: ChecksumType = algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE';
  const type = wanted ?? usual;
  const either = algorithm === 'CRC32' || algorithm === 'CRC32C';
  if ((type !== 'COMPOSITE' && type !== 'FULL_OBJECT') || (!either && type !== usual))
    throw invalidRequest(
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  return { algorithm, type };
}
