import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, test } from 'node:test';
import { ADMINISTRATOR, openPart, type TestPorts, testPorts, testStack } from '../../testing/ports.ts';
import { lake } from './lake.ts';

type Output = Record<string, unknown> & { Body: Readable };

const STACK = testStack({ 'aws_s3_bucket.lake': { bucket: 'orders-lake' } });

let ports: TestPorts;
let directory: string;
const call = (operation: string, input: object) =>
  ports.call<Output>(ADMINISTRATOR, 's3', operation, { Bucket: 'orders-lake', ...input });
const put = (Key: string, Body: unknown = Key, more: object = {}) =>
  call('PutObject', { Key, Body, ...more });
const get = async (Key: string, more: object = {}) =>
  Buffer.concat(await (await call('GetObject', { Key, ...more })).Body.toArray()).toString();
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

beforeEach(() => {
  ports = testPorts();
  openPart(lake, STACK, ports);
  directory = join(ports.directory('s3'), 'orders-lake');
});
afterEach(() => ports.cleanUp());

test('an object lies in a plain file of its key, and nothing is left of its way there', async () => {
  const { ETag } = await put('orders/dt=2026-07-07/hour=08/1.gz', 'rows');
  assert.equal(ETag, `"${md5('rows')}"`);
  assert.equal(readFileSync(join(directory, 'orders/dt=2026-07-07/hour=08/1.gz'), 'utf8'), 'rows');
  assert.deepEqual(readdirSync(join(ports.directory('s3'), '.incoming')), []);
});

test('what was said of an object comes back with it, after a restart too', async () => {
  await put('a', 'x', { ContentType: 'text/csv', ContentEncoding: 'gzip', Metadata: { Source: 'till' } });
  openPart(lake, STACK, ports);
  const { Body: _, ...head } = await call('HeadObject', { Key: 'a' });
  assert.deepEqual(head, {
    AcceptRanges: 'bytes',
    LastModified: new Date(ports.clock.now()),
    ETag: `"${md5('x')}"`,
    ContentLength: 1,
    ContentType: 'text/csv',
    ContentEncoding: 'gzip',
    Metadata: { source: 'till' },
  });
});

test('a file put there by hand is an object', async () => {
  mkdirSync(join(directory, 'by'));
  writeFileSync(join(directory, 'by/hand.json'), '{}\n');
  assert.equal(await get('by/hand.json'), '{}\n');
  const { ETag, ContentType } = await call('HeadObject', { Key: 'by/hand.json' });
  assert.deepEqual([ETag, ContentType], [`"${md5('{}\n')}"`, 'binary/octet-stream']);
});

test('a file changed by hand no longer has the etag and type it was written with', async () => {
  await put('a', 'one', { ContentType: 'text/csv' });
  appendFileSync(join(directory, 'a'), ' and more');
  const { ETag, ContentType } = await call('HeadObject', { Key: 'a' });
  assert.deepEqual([ETag, ContentType], [`"${md5('one and more')}"`, 'binary/octet-stream']);
});

test('versions of one size within a millisecond are told apart', async () => {
  for (const body of ['1', '2', '3', '4']) {
    await put('a', body);
    assert.equal((await call('HeadObject', { Key: 'a' }))['ETag'], `"${md5(body)}"`);
  }
});

test('writes of one key at the same time leave one of them, whole', async () => {
  const bodies = ['a', 'b', 'c', 'd', 'e'].map((letter) => letter.repeat(100_000));
  await Promise.all(bodies.map((body) => put('same', body)));
  const body = await get('same');
  assert.ok(bodies.includes(body));
  assert.equal((await call('HeadObject', { Key: 'same' }))['ETag'], `"${md5(body)}"`);
});

test('an object stays what it is when its key becomes a directory, and when that goes again', async () => {
  await put('a', 'the object', { ContentType: 'text/plain' });
  await put('a/b', 'below');
  assert.equal(await get('a'), 'the object');
  assert.equal((await call('HeadObject', { Key: 'a' }))['ContentType'], 'text/plain');
  await call('DeleteObject', { Key: 'a/b' });
  assert.equal(await get('a'), 'the object');
  await put('a', 'again');
  assert.equal(await get('a'), 'again');
  await call('DeleteObject', { Key: 'a' });
  assert.deepEqual(readdirSync(directory), []);
});

test('no key leaves its bucket', async () => {
  await put('../../outside', 'kept inside');
  assert.ok(!existsSync(join(directory, '../../outside')));
  assert.equal(await get('../../outside'), 'kept inside');
});

test('a reader keeps the version it began with', async () => {
  await put('a', 'first');
  const { Body } = await call('GetObject', { Key: 'a' });
  await put('a', 'second');
  assert.equal(Buffer.concat(await Body.toArray()).toString(), 'first');
});

test('a body that fails on its way leaves nothing, and the version before stands', async () => {
  await put('a', 'before');
  async function* failing() {
    yield Buffer.from('half');
    throw new Error('connection lost');
  }
  await assert.rejects(put('a', failing()), /connection lost/);
  assert.equal(await get('a'), 'before');
  assert.deepEqual(readdirSync(join(ports.directory('s3'), '.incoming')), []);
});

test('a write cut off at any commit leaves one version, with what was said of it', async () => {
  const { store } = ports;
  for (const commit of [1, 2]) {
    await put('a', 'before', { ContentType: 'text/before' });
    let commits = 0;
    ports.store = {
      ...store,
      transact: (work) =>
        ++commits === commit ? Promise.reject(new Error('power failed')) : store.transact(work),
    };
    await assert.rejects(put('a', 'after', { ContentType: 'text/after' }), /power failed/);
    ports.store = store;
    const expected = commit === 1 ? 'before' : 'after';
    assert.equal(await get('a'), expected);
    assert.equal((await call('HeadObject', { Key: 'a' }))['ContentType'], `text/${expected}`);
  }
});

test('a file system that refuses is told as S3 tells its own faults, and logged with its path', async () => {
  const logged: unknown[] = [];
  ports.log = (_level, message, about) => void logged.push([message, about]);
  const incoming = join(ports.directory('s3'), '.incoming');
  rmSync(incoming, { recursive: true });
  writeFileSync(incoming, '');
  await assert.rejects(put('a'), { code: 'InternalError', status: 500 });
  assert.match(JSON.stringify(logged), /could not write an object.*ENOTDIR.*\.incoming/);
});

test('a write and a delete wake who listens to the bucket, a delete of nothing does not', async () => {
  let woken = 0;
  ports.store.listen('bucket:orders-lake', () => woken++);
  await put('a');
  assert.equal(woken, 1);
  await call('DeleteObject', { Key: 'a' });
  assert.equal(woken, 2);
  await call('DeleteObject', { Key: 'a' });
  assert.equal(woken, 2);
});

test('If-None-Match: * writes only where there is nothing, also at the same time', async () => {
  const outcomes = await Promise.allSettled(
    ['1', '2', '3'].map((body) => put('lock', body, { IfNoneMatch: '*' })),
  );
  assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected']);
  await assert.rejects(put('lock', '4', { IfNoneMatch: '*' }), { code: 'PreconditionFailed', status: 412 });
});

test('If-Match writes only over that version', async () => {
  await assert.rejects(put('a', '2', { IfMatch: md5('1') }), { code: 'NoSuchKey' });
  await put('a', '1');
  await put('a', '2', { IfMatch: `"${md5('1')}"` });
  await assert.rejects(put('a', '3', { IfMatch: `"${md5('1')}"` }), { code: 'PreconditionFailed' });
});

test('conditions on a read give the object, 304 or 412', async () => {
  await put('a', '1');
  const now = new Date(ports.clock.now());
  const later = new Date(ports.clock.now() + 1000);
  const before = new Date(ports.clock.now() - 1000);
  const etag = `"${md5('1')}"`;
  for (const condition of [
    { IfMatch: etag },
    { IfMatch: etag, IfUnmodifiedSince: before },
    { IfNoneMatch: '"x"' },
    { IfNoneMatch: '"x"', IfModifiedSince: later },
    { IfModifiedSince: before },
    { IfUnmodifiedSince: now },
  ])
    assert.equal(await get('a', condition), '1', JSON.stringify(condition));
  for (const condition of [{ IfNoneMatch: etag }, { IfNoneMatch: '*' }, { IfModifiedSince: now }])
    await assert.rejects(get('a', condition), { status: 304 }, JSON.stringify(condition));
  for (const condition of [{ IfMatch: '"x"' }, { IfUnmodifiedSince: before }])
    await assert.rejects(get('a', condition), { code: 'PreconditionFailed' }, JSON.stringify(condition));
});

test('a range gives its part and no more, and one past the end is refused', async () => {
  await put('a', '0123456789');
  assert.equal(await get('a', { Range: 'bytes=0-3' }), '0123');
  assert.equal(await get('a', { Range: 'bytes=9-9' }), '9');
  assert.equal(await get('a', { Range: 'bytes=7-' }), '789');
  assert.equal(await get('a', { Range: 'bytes=-3' }), '789');
  assert.equal(await get('a', { Range: 'bytes=-99' }), '0123456789');
  assert.equal(await get('a', { Range: 'bytes=8-99' }), '89');
  assert.equal(await get('a', { Range: 'bytes=0-1,3-4' }), '0123456789');
  const { ContentRange, ContentLength } = await call('HeadObject', { Key: 'a', Range: 'bytes=2-4' });
  assert.deepEqual([ContentRange, ContentLength], ['bytes 2-4/10', 3]);
  await assert.rejects(get('a', { Range: 'bytes=10-' }), { code: 'InvalidRange', status: 416 });
  await assert.rejects(get('a', { Range: 'bytes=-0' }), { code: 'InvalidRange' });
});

test('an empty object is an object', async () => {
  await put('empty', '');
  assert.equal(await get('empty'), '');
  await assert.rejects(get('empty', { Range: 'bytes=0-0' }), { code: 'InvalidRange' });
});
