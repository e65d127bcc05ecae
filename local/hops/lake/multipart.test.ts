import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, test } from 'node:test';
import { ADMINISTRATOR, openPart, type TestPorts, testPorts, testStack } from '../../testing/ports.ts';
import { digestOf } from './checksum.ts';
import { lake } from './lake.ts';

const PART_BYTES_MIN = 5 * 1024 * 1024;
const BIG = Buffer.alloc(PART_BYTES_MIN, 'b');
const STACK = testStack({ 'aws_s3_bucket.lake': { bucket: 'orders-lake' } });

let ports: TestPorts;
let incoming: string;
const call = (operation: string, input: object) =>
  ports.call<Record<string, string>>(ADMINISTRATOR, 's3', operation, {
    Bucket: 'orders-lake',
    Key: 'big',
    ...input,
  });
const begin = async (more: object = {}) => (await call('CreateMultipartUpload', more))['UploadId'] as string;
const upload = async (
  UploadId: string,
  PartNumber: number,
  Body: Uint8Array | string,
): Promise<{ PartNumber: number; ETag?: string; ChecksumCRC32?: string }> => ({
  PartNumber,
  ...(await call('UploadPart', { UploadId, PartNumber, Body })),
});
const complete = (UploadId: string, Parts: object[], more: object = {}) =>
  call('CompleteMultipartUpload', { UploadId, MultipartUpload: { Parts }, ...more });
const md5 = (bytes: Uint8Array | string) => createHash('md5').update(bytes).digest();

beforeEach(() => {
  ports = testPorts();
  openPart(lake, STACK, ports);
  incoming = join(ports.directory('s3'), '.incoming');
});
afterEach(() => ports.cleanUp());

test('parts become one object, in order of number, and nothing is left of them', async () => {
  const id = await begin({ ContentType: 'text/csv' });
  const second = await upload(id, 7, 'end');
  await upload(id, 2, 'replaced below');
  const first = await upload(id, 2, BIG);
  const { ETag } = await complete(id, [first, second]);
  const expected = createHash('md5')
    .update(Buffer.concat([md5(BIG), md5('end')]))
    .digest('hex');
  assert.equal(ETag, `"${expected}-2"`);
  const { Body, ContentType } = await ports.call<{ Body: Readable; ContentType: string }>(
    ADMINISTRATOR,
    's3',
    'GetObject',
    { Bucket: 'orders-lake', Key: 'big' },
  );
  assert.equal(ContentType, 'text/csv');
  assert.ok(Buffer.concat(await Body.toArray()).equals(Buffer.concat([BIG, Buffer.from('end')])));
  assert.deepEqual(readdirSync(incoming), []);
  await assert.rejects(complete(id, [first, second]), { code: 'NoSuchUpload', status: 404 });
});

test('an upload goes on after a restart, and what a crash left beside it is removed', async () => {
  const id = await begin();
  const part = await upload(id, 1, 'all');
  writeFileSync(join(incoming, 'half-an-object'), 'x');
  mkdirSync(join(incoming, 'forgotten-upload'));
  openPart(lake, STACK, ports);
  assert.deepEqual(readdirSync(incoming), [id]);
  await complete(id, [part]);
});

test('a part under 5 MiB is refused, save the last', async () => {
  const id = await begin();
  const small = await upload(id, 1, BIG.subarray(1));
  const last = await upload(id, 2, 'end');
  await assert.rejects(complete(id, [small, last]), { code: 'EntityTooSmall' });
  await complete(id, [await upload(id, 1, BIG), last]);
});

test('parts out of order, unknown or changed are refused, and the upload stays open', async () => {
  const id = await begin();
  const [one, two] = [await upload(id, 1, BIG), await upload(id, 2, 'end')];
  await assert.rejects(complete(id, [two, one]), { code: 'InvalidPartOrder' });
  await assert.rejects(complete(id, [one, one]), { code: 'InvalidPartOrder' });
  await assert.rejects(complete(id, [one, { ...two, PartNumber: 3 }]), { code: 'InvalidPart' });
  await assert.rejects(complete(id, [{ ...one, ETag: two.ETag }]), { code: 'InvalidPart' });
  await assert.rejects(complete(id, []), { code: 'MalformedXML' });
  await assert.rejects(upload(id, 0, ''), { code: 'InvalidArgument' });
  await assert.rejects(upload(id, 10_001, ''), { code: 'InvalidArgument' });
  await upload(id, 10_000, '');
  await complete(id, [one, two]);
});

test('an aborted upload is gone with its parts', async () => {
  const id = await begin();
  await upload(id, 1, 'x');
  await call('AbortMultipartUpload', { UploadId: id });
  assert.ok(!existsSync(join(incoming, id)));
  await assert.rejects(upload(id, 2, 'x'), { code: 'NoSuchUpload' });
  await assert.rejects(call('AbortMultipartUpload', { UploadId: id }), { code: 'NoSuchUpload' });
});

test('a composite checksum is of the parts’ checksums and needs each of them', async () => {
  const id = await begin({ ChecksumAlgorithm: 'CRC32' });
  const [one, two] = [await upload(id, 1, BIG), await upload(id, 2, 'end')];
  await assert.rejects(complete(id, [one, { PartNumber: 2, ETag: two.ETag }]), {
    message: /must include the checksum for each part. It was missing for part 2/,
  });
  const digest = digestOf('CRC32');
  for (const part of [one, two]) digest.update(Buffer.from(part.ChecksumCRC32 ?? '', 'base64'));
  const { ChecksumCRC32, ChecksumType } = await complete(id, [one, two]);
  assert.deepEqual([ChecksumCRC32, ChecksumType], [`${digest.digest()}-2`, 'COMPOSITE']);
});

test('a checksum of the full object is verified against it', async () => {
  const id = await begin({ ChecksumAlgorithm: 'CRC64NVME' });
  const parts = [await upload(id, 1, BIG), await upload(id, 2, 'end')];
  const digest = digestOf('CRC64NVME');
  for (const bytes of [BIG, Buffer.from('end')]) digest.update(bytes);
  await assert.rejects(complete(id, parts, { ChecksumCRC64NVME: 'AAAAAAAAAAA=' }), { code: 'BadDigest' });
  const { ChecksumType } = await complete(id, parts, { ChecksumCRC64NVME: digest.digest() });
  assert.equal(ChecksumType, 'FULL_OBJECT');
});

test('parts and uploads are listed, by pages', async () => {
  const id = await begin();
  for (const number of [1, 2, 3]) await upload(id, number, 'x');
  const page = await call('ListParts', { UploadId: id, MaxParts: 2 });
  assert.deepEqual([page['IsTruncated'], page['NextPartNumberMarker']], [true, '2']);
  const rest = await call('ListParts', { UploadId: id, PartNumberMarker: '2' });
  assert.match(JSON.stringify(rest['Parts']), /^\[\{"PartNumber":3,/);
  const other = await begin({ Key: 'another' });
  const uploads = (input: object) => call('ListMultipartUploads', { Key: undefined, ...input });
  const first = await uploads({ MaxUploads: 1 });
  assert.equal(first['NextUploadIdMarker'], other);
  const second = await uploads({ KeyMarker: first['NextKeyMarker'], UploadIdMarker: other });
  assert.match(JSON.stringify(second['Uploads']), new RegExp(`^\\[\\{"UploadId":"${id}"`));
});

test('a part may be a range of another object', async () => {
  await call('PutObject', { Key: 'source', Body: '0123456789' });
  const id = await begin();
  const source = { UploadId: id, PartNumber: 1, CopySource: 'orders-lake/source' };
  const { CopyPartResult } = (await call('UploadPartCopy', {
    ...source,
    CopySourceRange: 'bytes=2-4',
  })) as never as { CopyPartResult: { ETag: string } };
  assert.equal(CopyPartResult.ETag, `"${md5('234').toString('hex')}"`);
  await assert.rejects(call('UploadPartCopy', { ...source, CopySourceRange: 'bytes=5-10' }), {
    code: 'InvalidRange',
  });
  await assert.rejects(call('UploadPartCopy', { ...source, CopySourceRange: 'bytes=5-' }), {
    code: 'InvalidArgument',
  });
});
