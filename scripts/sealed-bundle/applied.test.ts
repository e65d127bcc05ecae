import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ApplyDone, lastApplied, recordApplied } from './applied.ts';
import { type Manifest, sha256Hex } from './manifest.ts';
import { stateBucket } from './state-bucket.ts';
import { memoryBucket } from './testing/bucket.ts';
import { bundleFiles, COMMIT, KEY, OTHER_TREE, type Stated, stated, TREE } from './testing/fixture.ts';

const lineage = 'one';

function opened() {
  const memory = memoryBucket('state');
  const place = { environment: 'dev', account: '123456789012', bucket: 'state', keyId: KEY } as const;
  return { memory, bucket: stateBucket(memory.client, place) };
}

function done(serial: number, changes: Partial<Stated> = {}): ApplyDone {
  const files = bundleFiles();
  const digests = Object.fromEntries([...files].map(([name, bytes]) => [name, sha256Hex(bytes)]));
  const manifest: Manifest = { ...stated(changes), files: digests };
  const appliedAt = '2026-11-23T09:00:00.000Z';
  return { manifest, files, bundleSha256: '1'.repeat(64), state: { lineage, serial }, appliedAt };
}

test('nothing is known before the first apply', async () => {
  assert.equal(await lastApplied(opened().bucket), undefined);
});

test('what was recorded is read again: whose sources, and the configuration itself', async () => {
  const { memory, bucket } = opened();
  assert.equal(await recordApplied(bucket, done(8)), true);
  assert.deepEqual([...memory.objects.keys()], ['applied/dev.json']);
  const applied = await lastApplied(bucket);
  assert.equal(applied?.commit, COMMIT);
  assert.equal(applied.tree, TREE);
  assert.deepEqual(applied.state, { lineage, serial: 8 });
  assert.equal(applied.configuration['cdk.tf.json'], '{"resource":{}}\n');
  assert.match(applied.configuration['.terraform.lock.hcl'], /^provider/);
});

test('the plan, which holds secrets, leaves not even a digest', async () => {
  const { memory, bucket } = opened();
  await recordApplied(bucket, done(8));
  assert.deepEqual(Object.keys((await lastApplied(bucket))?.files ?? {}).sort(), [
    '.terraform.lock.hcl',
    'assets/transform.zip',
    'cdk.tf.json',
  ]);
  assert.equal(Buffer.from(memory.objects.get('applied/dev.json')?.bytes ?? '').includes('secrets'), false);
});

test('a later apply takes the place of an earlier one, never the other way round', async () => {
  const { bucket } = opened();
  await recordApplied(bucket, done(8));
  assert.equal(await recordApplied(bucket, done(9, { tree: OTHER_TREE })), true);
  assert.equal(await recordApplied(bucket, done(8)), false);
  assert.equal((await lastApplied(bucket))?.tree, OTHER_TREE);
  assert.equal(await recordApplied(bucket, done(9)), true);
});

test('an apply to a state that was begun anew is recorded, whatever its serial', async () => {
  const { bucket } = opened();
  await recordApplied(bucket, done(8));
  assert.equal(await recordApplied(bucket, { ...done(1), state: { lineage: 'anew', serial: 1 } }), true);
});

test('a record that is none is said to be none, and the next apply writes it anew', async () => {
  const { memory, bucket } = opened();
  for (const text of ['', '{', '{}', '[]', '{"format":2}']) {
    memory.objects.set('applied/dev.json', { bytes: Buffer.from(text), writtenAt: new Date(0) });
    await assert.rejects(lastApplied(bucket), /applied\/dev\.json in state is no record of an apply/);
  }
  await recordApplied(bucket, done(8));
  assert.equal((await lastApplied(bucket))?.tree, TREE);
});

test('a record whose configuration is no JSON is none', async () => {
  const { bucket } = opened();
  await recordApplied(bucket, { ...done(8), files: bundleFiles({ 'cdk.tf.json': '{' }) });
  await assert.rejects(lastApplied(bucket), /no record of an apply/);
});

test('a record of another environment is none', async () => {
  const { memory, bucket } = opened();
  await recordApplied(bucket, done(8));
  const { bytes } = memory.objects.get('applied/dev.json') ?? { bytes: Buffer.alloc(0) };
  const moved = Buffer.from(
    Buffer.from(bytes).toString().replace('"environment":"dev"', '"environment":"prod"'),
  );
  memory.objects.set('applied/dev.json', { bytes: moved, writtenAt: new Date(0) });
  await assert.rejects(lastApplied(bucket), /no record of an apply/);
});
