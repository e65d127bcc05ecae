import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { trackedBlock } from '../../stack/block.ts';
import { ADMINISTRATOR, openPart, type TestPorts, testPorts, testStack } from '../../testing/ports.ts';
import { digestOf } from './checksum.ts';
import { bucketKind } from './config.ts';
import { lake } from './lake.ts';

let ports: TestPorts;
const call = (operation: string, input: object) =>
  ports.call<Record<string, unknown>>(ADMINISTRATOR, 's3', operation, { Bucket: 'orders-lake', ...input });

beforeEach(() => {
  ports = testPorts();
  const resources = {
    'aws_s3_bucket.lake': { bucket: 'orders-lake', tags: { team: 'sales' } },
    'aws_s3_bucket.other': { bucket: 'other-lake' },
    'aws_s3_bucket_public_access_block.lake': { bucket: 'orders-lake', block_public_acls: true },
    'aws_s3_bucket_versioning.lake': {
      bucket: 'orders-lake',
      versioning_configuration: { status: 'Enabled' },
    },
  };
  openPart(lake, testStack(resources), ports);
});
afterEach(() => ports.cleanUp());

test('checksums are those of the published vectors', () => {
  const of = (algorithm: Parameters<typeof digestOf>[0], bytes: Buffer) => {
    const digest = digestOf(algorithm);
    digest.update(bytes.subarray(0, 5));
    digest.update(bytes.subarray(5));
    return Buffer.from(digest.digest(), 'base64').toString('hex');
  };
  const digits = Buffer.from('123456789');
  assert.equal(of('CRC32', digits), 'cbf43926');
  assert.equal(of('CRC32C', digits), 'e3069283');
  assert.equal(of('CRC64NVME', digits), 'ae8b14860a799888');
  assert.equal(of('CRC64NVME', Buffer.alloc(32)), 'cf3473434d4ecf3b');
});

test('a right checksum is kept and given back when asked for, a wrong one is refused', async () => {
  const stored = await call('PutObject', { Key: 'a', Body: '123456789', ChecksumCRC32: 'y/Q5Jg==' });
  assert.equal(stored['ChecksumCRC32'], 'y/Q5Jg==');
  const asked = await call('HeadObject', { Key: 'a', ChecksumMode: 'ENABLED' });
  assert.deepEqual([asked['ChecksumCRC32'], asked['ChecksumType']], ['y/Q5Jg==', 'FULL_OBJECT']);
  assert.equal((await call('HeadObject', { Key: 'a' }))['ChecksumCRC32'], undefined);
  await assert.rejects(call('PutObject', { Key: 'b', Body: '12345678', ChecksumCRC32: 'y/Q5Jg==' }), {
    code: 'BadDigest',
    message: 'The CRC32 you specified did not match the calculated checksum.',
  });
  await assert.rejects(call('PutObject', { Key: 'b', Body: 'x', ChecksumCRC32: 'y/Q5' }), {
    code: 'InvalidRequest',
  });
  await assert.rejects(call('PutObject', { Key: 'b', Body: 'x', ContentMD5: 'AAAA' }), {
    code: 'InvalidDigest',
  });
  const contentMd5 = Buffer.alloc(16).toString('base64');
  await assert.rejects(call('PutObject', { Key: 'b', Body: 'x', ContentMD5: contentMd5 }), {
    code: 'BadDigest',
  });
  await assert.rejects(call('HeadObject', { Key: 'b' }), { code: 'NoSuchKey' });
});

test('a copy keeps the metadata, or takes new when told to replace it', async () => {
  await call('PutObject', { Key: 'dir/a b', Body: 'x', ContentType: 'text/csv', Metadata: { by: 'till' } });
  const copied = await call('CopyObject', {
    Bucket: 'other-lake',
    Key: 'kept',
    CopySource: '/orders-lake/dir/a%20b',
  });
  assert.match(JSON.stringify(copied), /"ETag":"\\"9dd4e461268c8034f5c8564e155c67a6\\""/);
  const kept = await call('HeadObject', { Bucket: 'other-lake', Key: 'kept' });
  assert.deepEqual([kept['ContentType'], kept['Metadata']], ['text/csv', { by: 'till' }]);
  const replace = { CopySource: 'orders-lake/dir/a%20b', MetadataDirective: 'REPLACE' };
  await call('CopyObject', { Key: 'dir/a b', ...replace, ContentType: 'text/plain' });
  const replaced = await call('HeadObject', { Key: 'dir/a b' });
  assert.deepEqual([replaced['ContentType'], replaced['Metadata']], ['text/plain', {}]);
  await assert.rejects(call('CopyObject', { Key: 'dir/a b', CopySource: 'orders-lake/dir/a%20b' }), {
    code: 'InvalidRequest',
  });
  await assert.rejects(call('CopyObject', { Key: 'c', CopySource: 'orders-lake/none' }), {
    code: 'NoSuchKey',
  });
});

test('several keys are deleted at once, each answered for, missing ones too', async () => {
  await call('PutObject', { Key: 'a', Body: '' });
  const Delete = { Objects: [{ Key: 'a' }, { Key: 'never' }] };
  assert.deepEqual(await call('DeleteObjects', { Delete }), { Deleted: [{ Key: 'a' }, { Key: 'never' }] });
  ports.deny('s3:DeleteObject');
  const { Deleted, Errors } = await call('DeleteObjects', { Delete: { Objects: [{ Key: 'b' }] } });
  assert.deepEqual(Deleted, []);
  assert.match(JSON.stringify(Errors), /"Key":"b","Code":"AccessDenied"/);
});

test('a bucket that is not there, a bad name, an empty or too long key have S3’s errors', async () => {
  await assert.rejects(call('GetObject', { Bucket: 'no-such-lake', Key: 'a' }), {
    code: 'NoSuchBucket',
    status: 404,
  });
  await assert.rejects(call('GetObject', { Bucket: '../etc', Key: 'a' }), { code: 'InvalidBucketName' });
  await assert.rejects(call('GetObject', { Key: '' }), { code: 'InvalidRequest' });
  await call('PutObject', { Key: 'k'.repeat(1024), Body: '' });
  await call('HeadObject', { Key: 'k'.repeat(1024) });
  await assert.rejects(call('PutObject', { Key: 'k'.repeat(1025), Body: '' }), { code: 'KeyTooLongError' });
  await assert.rejects(call('PutObject', { Key: `${'é'.repeat(512)}k`, Body: '' }), {
    code: 'KeyTooLongError',
  });
});

test('what is not here is refused, never ignored', async () => {
  for (const more of [
    { Tagging: 'a=b' },
    { SSECustomerAlgorithm: 'AES256' },
    { StorageClass: 'GLACIER' },
    { ServerSideEncryption: 'aws:kms' },
    { ObjectLockMode: 'GOVERNANCE' },
  ])
    await assert.rejects(
      call('PutObject', { Key: 'a', Body: '', ...more }),
      { code: 'NotImplemented' },
      JSON.stringify(more),
    );
  await assert.rejects(call('GetObject', { Key: 'a', VersionId: 'abc' }), { code: 'NotImplemented' });
  await assert.rejects(call('PutObject', { Key: 'a', Body: '', ACL: 'public-read' }), {
    code: 'AccessControlListNotSupported',
  });
});

test('a call needs the right that AWS asks for', async () => {
  await call('PutObject', { Key: 'k', Body: '' });
  await call('CopyObject', { Bucket: 'other-lake', Key: 'c', CopySource: 'orders-lake/k' });
  await call('ListObjectsV2', {});
  assert.deepEqual(
    ports.calls.map(({ action, resource }) => `${action} ${resource}`),
    [
      's3:PutObject arn:aws:s3:::orders-lake/k',
      's3:GetObject arn:aws:s3:::orders-lake/k',
      's3:PutObject arn:aws:s3:::other-lake/c',
      's3:ListBucket arn:aws:s3:::orders-lake',
    ],
  );
});

test('the stack owns the buckets', async () => {
  await assert.rejects(call('CreateBucket', {}), { code: 'BucketAlreadyOwnedByYou', status: 409 });
  await assert.rejects(call('CreateBucket', { Bucket: 'new-lake' }), /belong to the stack/);
  await assert.rejects(call('DeleteBucket', {}), /belong to the stack/);
  const { Buckets } = await call('ListBuckets', { Bucket: undefined });
  assert.deepEqual(
    (Buckets as { Name: string }[]).map(({ Name }) => Name),
    ['orders-lake', 'other-lake'],
  );
  assert.deepEqual(await call('GetBucketLocation', {}), { LocationConstraint: 'us-east-2' });
  assert.deepEqual(await call('GetPublicAccessBlock', {}), {
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      IgnorePublicAcls: false,
      BlockPublicPolicy: false,
      RestrictPublicBuckets: false,
    },
  });
  await assert.rejects(call('GetPublicAccessBlock', { Bucket: 'other-lake' }), {
    code: 'NoSuchPublicAccessBlockConfiguration',
  });
  assert.deepEqual(await call('GetBucketVersioning', {}), {});
});

test('a bucket with an argument that has no counterpart is refused with its address', () => {
  const block = trackedBlock('aws_s3_bucket.web', {
    bucket: 'web',
    website: { index_document: 'index.html' },
  });
  assert.throws(() => bucketKind.parse(block), /aws_s3_bucket\.web: "website"/);
});
