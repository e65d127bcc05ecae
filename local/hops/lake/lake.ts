/**
 * The lake: S3's buckets as plain files under `<data dir>/s3/<bucket>/<key>`. Whatever lies there is an object, also
 * what a person copied in; whatever is acknowledged lies there whole and synced.
 *
 *     firehose → [lake] → crawler, athena
 *
 * No versions, tags, ACLs or lifecycle: asked for, they are refused with S3's NotImplemented.
 */

import { mkdirSync, readdirSync } from 'node:fs';
import type { OpenPart, Part, Ports } from '../../ports.ts';
import type { Stack } from '../../stack/stack.ts';
import { abortMultipartUpload } from './abort-multipart-upload.ts';
import type { Bucket, Lake } from './buckets.ts';
import { completeMultipartUpload } from './complete-multipart-upload.ts';
import { bucketKind, inertBucketKinds, publicAccessBlockKind } from './config.ts';
import { copyObject } from './copy-object.ts';
import { createBucket } from './create-bucket.ts';
import { createMultipartUpload } from './create-multipart-upload.ts';
import { deleteObject } from './delete-object.ts';
import { deleteObjects } from './delete-objects.ts';
import { getBucketLocation } from './get-bucket-location.ts';
import { getBucketVersioning } from './get-bucket-versioning.ts';
import { getObject } from './get-object.ts';
import { getPublicAccessBlock } from './get-public-access-block.ts';
import { headBucket } from './head-bucket.ts';
import { headObject } from './head-object.ts';
import { listBuckets } from './list-buckets.ts';
import { listMultipartUploads } from './list-multipart-uploads.ts';
import { listObjects } from './list-objects.ts';
import { listObjectsV2 } from './list-objects-v2.ts';
import { listParts } from './list-parts.ts';
import { createLocks } from './locks.ts';
import { discard } from './objects.ts';
import { putObject } from './put-object.ts';
import { incomingDirectory } from './receive.ts';
import { uploadPart } from './upload-part.ts';
import { uploadPartCopy } from './upload-part-copy.ts';
import { findUpload } from './uploads.ts';

export const lake: Part = {
  name: 'lake',
  kinds: [bucketKind, publicAccessBlockKind, ...inertBucketKinds],
  open: openLake,
};

function openLake(stack: Stack, ports: Ports): OpenPart {
  const buckets = new Map<string, Bucket>(stack.all(bucketKind).map((config) => [config.name, config]));
  for (const { bucket, ...publicAccessBlock } of stack.all(publicAccessBlockKind)) {
    const config = buckets.get(bucket);
    if (config) buckets.set(bucket, { ...config, publicAccessBlock });
  }
  for (const kind of inertBucketKinds) stack.all(kind);
  let written = 0;
  const lake: Lake = {
    ports,
    directory: ports.directory('s3'),
    buckets,
    exclusive: createLocks(),
    wrote: () => void written++,
  };
  for (const name of buckets.keys()) mkdirSync(`${lake.directory}/${name}`, { recursive: true });
  removeLeftovers(lake);
  return {
    operations: operationsOf(lake),
    refusals: REFUSED.map((name) => ({ service: 's3', name, sentence: REFUSAL_SENTENCE })),
    // An object can be read from the moment it is written: none waits.
    status: () => ({ in: written, out: written, waiting: 0, failed: 0 }),
  };
}

function operationsOf(lake: Lake): OpenPart['operations'] {
  return [
    abortMultipartUpload(lake),
    completeMultipartUpload(lake),
    copyObject(lake),
    createBucket(lake),
    createMultipartUpload(lake),
    deleteObject(lake),
    deleteObjects(lake),
    getBucketLocation(lake),
    getBucketVersioning(lake),
    getObject(lake),
    getPublicAccessBlock(lake),
    headBucket(lake),
    headObject(lake),
    listBuckets(lake),
    listMultipartUploads(lake),
    listObjects(lake),
    listObjectsV2(lake),
    listParts(lake),
    putObject(lake),
    uploadPart(lake),
    uploadPartCopy(lake),
  ];
}

const REFUSED = [
  'DeleteBucket',
  'DeleteBucketEncryption',
  'DeleteBucketLifecycle',
  'DeleteBucketOwnershipControls',
  'DeleteBucketPolicy',
  'DeletePublicAccessBlock',
  'PutBucketEncryption',
  'PutBucketLifecycleConfiguration',
  'PutBucketOwnershipControls',
  'PutBucketPolicy',
  'PutBucketVersioning',
  'PutPublicAccessBlock',
];
const REFUSAL_SENTENCE =
  'Buckets and their settings belong to the stack: change them in stacks/ and start the engine again.';

/** What a crash left under `.incoming`: everything that is not a part of an upload still open. */
function removeLeftovers(lake: Lake): void {
  const directory = incomingDirectory(lake);
  mkdirSync(directory, { recursive: true });
  for (const name of readdirSync(directory))
    if (!findUpload(lake.ports.store, name)) discard(`${directory}/${name}`);
}
