/** AWS's own S3 client, unchanged, against the wire and the lake. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, test } from 'node:test';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  paginateListObjectsV2,
  S3Client,
  type S3ServiceException,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { lake } from '../../hops/lake/lake.ts';
import { openPart, testStack } from '../../testing/ports.ts';
import { type TestWire, testWire } from '../test-wire.ts';
import { s3Binding } from './s3.ts';

const Bucket = 'orders-lake';
let wire: TestWire;
let s3: S3Client;

beforeEach(async () => {
  wire = await testWire([], { bindings: [s3Binding] });
  const resources = {
    'aws_s3_bucket.lake': { bucket: Bucket },
    'aws_s3_bucket_public_access_block.lake': { bucket: Bucket, block_public_acls: true },
  };
  openPart(lake, testStack(resources), wire.ports);
  s3 = new S3Client({ ...wire.client, forcePathStyle: true });
});
afterEach(async () => {
  s3.destroy();
  await wire.close();
});

const put = (Key: string, Body: string, more: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));

test('an object travels both ways, with its type, its metadata and a checksum that the client checks', async () => {
  const Key = 'orders/ü & <ä>/+1%?.csv';
  const { ETag, ChecksumCRC32 } = await put(Key, 'id,price\n', {
    ContentType: 'text/csv',
    CacheControl: 'no-cache',
    Metadata: { Source: 'till 1' },
  });
  assert.equal(ETag, `"${createHash('md5').update('id,price\n').digest('hex')}"`);
  assert.ok(ChecksumCRC32);
  const got = await s3.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
  assert.equal(await got.Body?.transformToString(), 'id,price\n');
  assert.equal(got.ChecksumCRC32, ChecksumCRC32);
  const { ContentType, CacheControl, Metadata, ContentLength, LastModified } = got;
  assert.deepEqual(
    { ContentType, CacheControl, Metadata, ContentLength, LastModified },
    {
      ContentType: 'text/csv',
      CacheControl: 'no-cache',
      Metadata: { source: 'till 1' },
      ContentLength: 9,
      LastModified: new Date(wire.ports.clock.now()),
    },
  );
});

test('a stream, which the client sends in chunks with its checksum behind, arrives whole', async () => {
  const chunks = Array.from({ length: 40 }, (_, index) => Buffer.alloc(50_000, index));
  for (const ChecksumAlgorithm of ['CRC32', 'CRC32C', 'SHA256'] as const) {
    await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: 'stream',
        Body: Readable.from(chunks),
        ContentLength: 2_000_000,
        ContentEncoding: 'gzip',
        ChecksumAlgorithm,
      }),
    );
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'stream', ChecksumMode: 'ENABLED' }));
    assert.ok(Buffer.concat(chunks).equals((await got.Body?.transformToByteArray()) ?? Buffer.alloc(0)));
    assert.deepEqual([got.ContentEncoding, got.ChecksumType], ['gzip', 'FULL_OBJECT']);
    assert.ok(got[`Checksum${ChecksumAlgorithm}`]);
  }
});

test('a range, conditions and overridden headers are S3’s', async () => {
  const { ETag } = await put('a', '0123456789');
  const ranged = await s3.send(new GetObjectCommand({ Bucket, Key: 'a', Range: 'bytes=2-4' }));
  assert.deepEqual(
    [await ranged.Body?.transformToString(), ranged.ContentRange, ranged.$metadata.httpStatusCode],
    ['234', 'bytes 2-4/10', 206],
  );
  const named = { ResponseContentType: 'text/plain', ResponseContentDisposition: 'attachment' };
  const overridden = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a', ...named }));
  assert.deepEqual([overridden.ContentType, overridden.ContentDisposition], ['text/plain', 'attachment']);
  await assert.rejects(
    s3.send(new GetObjectCommand({ Bucket, Key: 'a', IfNoneMatch: ETag })),
    (error: S3ServiceException) => error.$metadata.httpStatusCode === 304,
  );
  await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key: 'a', IfMatch: '"x"' })), {
    name: 'PreconditionFailed',
  });
  await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key: 'a', Range: 'bytes=10-' })), {
    name: 'InvalidRange',
    message: 'The requested range is not satisfiable',
  });
});

test('errors are the client’s typed exceptions, a HEAD’s too', async () => {
  await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key: 'none' })), {
    name: 'NoSuchKey',
    Key: 'none',
  });
  await assert.rejects(s3.send(new HeadObjectCommand({ Bucket, Key: 'none' })), { name: 'NotFound' });
  await assert.rejects(s3.send(new ListObjectsV2Command({ Bucket: 'no-lake' })), { name: 'NoSuchBucket' });
  await assert.rejects(s3.send(new CreateBucketCommand({ Bucket })), { name: 'BucketAlreadyOwnedByYou' });
  await assert.rejects(s3.send(new DeleteBucketCommand({ Bucket })), {
    name: 'AccessDenied',
    message: /belong to the stack/,
  });
  wire.ports.deny('s3:PutObject');
  await assert.rejects(put('a', ''), { name: 'AccessDenied', message: /s3:PutObject/ });
});

test('what is not here is NotImplemented', async () => {
  await put('a', '');
  const Tagging = { TagSet: [{ Key: 'a', Value: 'b' }] };
  for (const command of [
    new GetObjectAclCommand({ Bucket, Key: 'a' }),
    new PutObjectTaggingCommand({ Bucket, Key: 'a', Tagging }),
    new PutObjectCommand({ Bucket, Key: 'a', Body: '', Tagging: 'a=b' }),
    new GetObjectCommand({ Bucket, Key: 'a', PartNumber: 1 }),
    new GetObjectCommand({ Bucket, Key: 'a', VersionId: 'x' }),
  ])
    await assert.rejects(s3.send(command as never), {
      name: 'NotImplemented',
      message: 'A header you provided implies functionality that is not implemented',
    });
});

test('keys of any kind are listed as they were put, page by page', async () => {
  const keys = ['a b/ü', 'a b/1 & <2>', 'a+b', 'a%2Fb', '"quoted"', 'tab\there', 'x/😀', 'x//y'];
  for (const key of keys) await put(key, key);
  const listed: (string | undefined)[] = [];
  for await (const page of paginateListObjectsV2({ client: s3, pageSize: 3 }, { Bucket }))
    listed.push(...(page.Contents ?? []).map(({ Key }) => Key));
  assert.deepEqual([...listed].sort(), [...keys].sort());
  const top = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: '/', FetchOwner: true }));
  assert.deepEqual(
    top.CommonPrefixes?.map(({ Prefix }) => Prefix),
    ['a b/', 'x/'],
  );
  assert.equal(top.KeyCount, 6);
  assert.match(top.Contents?.[0]?.Owner?.ID ?? '', /^[0-9a-f]{64}$/);
  const encoded = await s3.send(new ListObjectsCommand({ Bucket, Prefix: 'a ', EncodingType: 'url' }));
  assert.deepEqual(
    encoded.Contents?.map(({ Key }) => Key),
    ['a%20b/1%20%26%20%3C2%3E', 'a%20b/%C3%BC'],
  );
});

test('objects are copied and deleted, one or many', async () => {
  await put('from & to', 'x', { Metadata: { by: 'till' } });
  const CopySource = `${Bucket}/${encodeURIComponent('from & to')}`;
  const { CopyObjectResult } = await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource }));
  assert.equal(CopyObjectResult?.ETag, `"${createHash('md5').update('x').digest('hex')}"`);
  assert.deepEqual((await s3.send(new HeadObjectCommand({ Bucket, Key: 'copy' }))).Metadata, { by: 'till' });
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'copy' }));
  const Objects = [{ Key: 'from & to' }, { Key: 'never <was>' }];
  const { Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  assert.deepEqual(Deleted, Objects);
  assert.equal((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount, 0);
});

test('an object is uploaded in parts', async () => {
  const named = { Bucket, Key: 'big', UploadId: '' };
  const created = await s3.send(
    new CreateMultipartUploadCommand({ ...named, ChecksumAlgorithm: 'CRC32', ContentType: 'text/csv' }),
  );
  named.UploadId = created.UploadId ?? '';
  const first = Buffer.alloc(5 * 1024 * 1024, 'a');
  await put('last', 'end');
  const one = await s3.send(new UploadPartCommand({ ...named, PartNumber: 1, Body: first }));
  const copied = new UploadPartCopyCommand({ ...named, PartNumber: 2, CopySource: `${Bucket}/last` });
  const { CopyPartResult: two } = await s3.send(copied);
  const { Parts } = await s3.send(new ListPartsCommand(named));
  assert.deepEqual(
    Parts?.map(({ PartNumber, Size }) => [PartNumber, Size]),
    [
      [1, first.length],
      [2, 3],
    ],
  );
  const { Uploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
  assert.deepEqual(
    Uploads?.map(({ UploadId }) => UploadId),
    [named.UploadId],
  );
  const parts = [one, two].map((part, index) => ({
    PartNumber: index + 1,
    ETag: part?.ETag,
    ChecksumCRC32: part?.ChecksumCRC32,
  }));
  const MultipartUpload = { Parts: parts };
  const { ETag, ChecksumType } = await s3.send(
    new CompleteMultipartUploadCommand({ ...named, MultipartUpload }),
  );
  assert.match(ETag ?? '', /-2"$/);
  assert.equal(ChecksumType, 'COMPOSITE');
  const { ContentLength, ContentType } = await s3.send(new HeadObjectCommand({ Bucket, Key: 'big' }));
  assert.deepEqual([ContentLength, ContentType], [first.length + 3, 'text/csv']);
  await assert.rejects(s3.send(new AbortMultipartUploadCommand(named)), { name: 'NoSuchUpload' });
});

test('buckets and their settings can be looked at', async () => {
  const { Buckets } = await s3.send(new ListBucketsCommand({}));
  assert.deepEqual(
    Buckets?.map(({ Name }) => Name),
    [Bucket],
  );
  assert.equal((await s3.send(new HeadBucketCommand({ Bucket }))).BucketRegion, 'us-east-2');
  await assert.rejects(s3.send(new HeadBucketCommand({ Bucket: 'no-lake' })), { name: 'NotFound' });
  assert.equal(
    (await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint as string,
    'us-east-2',
  );
  const { PublicAccessBlockConfiguration } = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
  assert.equal(PublicAccessBlockConfiguration?.BlockPublicAcls, true);
});
