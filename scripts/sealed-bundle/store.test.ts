import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BundleRefused } from './bundle-refused.ts';
import { kmsDataKeys } from './data-keys.ts';
import { sha256Hex } from './manifest.ts';
import { seal } from './seal.ts';
import { stateBucket } from './state-bucket.ts';
import { bundleStore } from './store.ts';
import { memoryBucket } from './testing/bucket.ts';
import { bundleFiles, KEY, OTHER_TREE, type Stated, stated, TREE } from './testing/fixture.ts';
import { keyService, named } from './testing/key-service.ts';

const BUCKET = 'state-dev';
const keys = kmsDataKeys(keyService([KEY]).client, KEY);
const sealed = (changes: Partial<Stated> = {}) =>
  seal({ manifest: stated(changes), files: bundleFiles() }, keys);
const atSerial = (serial: number) => sealed({ state: { lineage: stated().state.lineage, serial } });

function opened(bucket = BUCKET) {
  const memory = memoryBucket(BUCKET);
  const place = { environment: 'dev', account: '123456789012', bucket, keyId: KEY } as const;
  return { memory, store: bundleStore(stateBucket(memory.client, place)) };
}

test('a bundle lies under its environment and tree, and comes back as it was stored', async () => {
  const { memory, store } = opened();
  const bundle = await sealed();
  const key = `bundles/dev/${TREE}.sealed`;
  assert.deepEqual(await store.put(bundle), { key, sha256: sha256Hex(bundle) });
  assert.deepEqual([...memory.objects.keys()], [key]);
  assert.deepEqual(Buffer.from(await store.get(TREE)), Buffer.from(bundle));
  assert.equal((await store.header(TREE))?.state.serial, 7);
});

test('it is written under the environment’s key, to the account’s own bucket, and only where nothing lies', async () => {
  const { memory, store } = opened();
  await store.put(await sealed());
  const write = memory.requests.find((request) => 'Body' in request) as Record<string, unknown>;
  assert.equal(write['ServerSideEncryption'], 'aws:kms');
  assert.equal(write['SSEKMSKeyId'], KEY);
  assert.equal(write['IfNoneMatch'], '*');
  for (const request of memory.requests)
    assert.equal((request as { ExpectedBucketOwner?: string }).ExpectedBucketOwner, '123456789012');
});

test('a new plan of the same tree takes the place of the old one, and says so', async () => {
  const { store } = opened();
  await store.put(await atSerial(7));
  const newer = await atSerial(8);
  const { replaced } = await store.put(newer);
  assert.equal(replaced && replaced !== 'unreadable' && replaced.state.serial, 7);
  assert.deepEqual(Buffer.from(await store.get(TREE)), Buffer.from(newer));
});

test('a plan against the same state replaces one; a plan against an older state does not', async () => {
  const { store } = opened();
  await store.put(await atSerial(8));
  await assert.doesNotReject(store.put(await atSerial(8)));
  await assert.rejects(store.put(await atSerial(7)), (error: Error) => {
    assert.ok(error instanceof BundleRefused);
    assert.match(error.message, /newer plan.*serial 8.*serial 7/);
    return true;
  });
  assert.equal((await store.header(TREE))?.state.serial, 8);
});

test('a plan against another lineage replaces the old one: the state was begun anew', async () => {
  const { store } = opened();
  await store.put(await atSerial(8));
  await store.put(await sealed({ state: { lineage: 'anew', serial: 1 } }));
  assert.equal((await store.header(TREE))?.state.lineage, 'anew');
});

test('what lies there and is no bundle is replaced, and that is said', async () => {
  const { memory, store } = opened();
  memory.objects.set(`bundles/dev/${TREE}.sealed`, { bytes: Buffer.from('x'), writtenAt: new Date(0) });
  assert.equal((await store.put(await sealed())).replaced, 'unreadable');
});

test('two plans of one tree at one moment: the later one sees the earlier one before it replaces it', async () => {
  const { memory, store } = opened();
  const other = await atSerial(9);
  memory.beforeWrite = () =>
    memory.objects.set(`bundles/dev/${TREE}.sealed`, { bytes: other, writtenAt: new Date(0) });
  await assert.rejects(store.put(await atSerial(8)), /newer plan/);
});

test('a writer that always comes second gives up with a sentence', async () => {
  const { memory, store } = opened();
  const bundles = await Promise.all([1, 2, 3].map(() => atSerial(7)));
  const interfere = () => {
    const bytes = bundles.pop();
    if (!bytes) return;
    memory.objects.set(`bundles/dev/${TREE}.sealed`, { bytes, writtenAt: new Date(0) });
    queueMicrotask(() => {
      memory.beforeWrite = interfere;
    });
  };
  memory.beforeWrite = interfere;
  await assert.rejects(store.put(await atSerial(7)), /stored at this very moment/);
});

test('a bundle of another environment is not stored here', async () => {
  const { memory, store } = opened();
  await assert.rejects(store.put(await sealed({ environment: 'prod' })), /planned for prod.*bucket of dev/);
  assert.equal(memory.objects.size, 0);
});

test('a tree without a bundle is refused with what may have happened', async () => {
  const { store } = opened();
  await store.put(await sealed());
  await assert.rejects(store.get(OTHER_TREE), (error: Error) => {
    assert.ok(error instanceof BundleRefused);
    assert.match(error.message, /main moved on since the pull request was planned, or its plan was blocked/);
    return true;
  });
  assert.equal(await store.find(OTHER_TREE), undefined);
  assert.equal(await store.header(OTHER_TREE), undefined);
});

test('all bundles of the environment are listed, over every page, and the latest is the one stored last', async () => {
  const { memory, store } = opened();
  assert.equal(await store.latest(), undefined);
  const trees = ['d', 'c', 'b', 'a', 'e'].map((letter) => letter.repeat(40));
  for (const tree of trees) await store.put(await sealed({ tree }));
  memory.objects.set('bundles/dev/readme.txt', { bytes: Buffer.from(''), writtenAt: new Date() });
  memory.objects.set('bundles/developer/x.sealed', { bytes: Buffer.from(''), writtenAt: new Date() });
  assert.deepEqual(
    (await store.list()).map(({ tree }) => tree),
    [...trees].sort(),
  );
  assert.equal((await store.latest())?.tree, trees.at(-1));
});

test('a bucket that is not there, and a right that is missing, are sentences', async () => {
  await assert.rejects(opened('another').store.find(TREE), /no bucket another.*state and bundles/);
  const { memory, store } = opened();
  memory.failure = named('AccessDenied', 'no s3:GetObject');
  for (const work of [store.find(TREE), store.list(), store.put(await sealed())])
    await assert.rejects(work, /AWS denied it to (read|list) .*no s3:GetObject/);
  memory.failure = named('SlowDown');
  await assert.rejects(store.find(TREE), { name: 'SlowDown' });
});
