import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stateBucket } from './state-bucket.ts';
import { memoryBucket } from './testing/bucket.ts';
import { KEY } from './testing/fixture.ts';

function opened() {
  const memory = memoryBucket('state');
  const place = { environment: 'dev', account: '123456789012', bucket: 'state', keyId: KEY } as const;
  return { memory, bucket: stateBucket(memory.client, place) };
}

test('an object of as many bytes as allowed is read, and one byte more is refused', async () => {
  const { memory, bucket } = opened();
  memory.objects.set('a', { bytes: Buffer.alloc(10), writtenAt: new Date(0) });
  assert.equal((await bucket.read('a', 10))?.bytes.length, 10);
  await assert.rejects(bucket.read('a', 9), /a in state has 10 bytes, and 9 is the most/);
});

test('of an object’s beginning no more is asked for than is wanted', async () => {
  const { memory, bucket } = opened();
  memory.objects.set('a', { bytes: Buffer.from('0123456789'), writtenAt: new Date(0) });
  assert.equal(Buffer.from((await bucket.readBeginning('a', 4))?.bytes ?? []).toString(), '0123');
  assert.equal((memory.requests.at(-1) as { Range?: string }).Range, 'bytes=0-3');
});

test('a write replaces the very object that was read, and no other', async () => {
  const { memory, bucket } = opened();
  assert.equal(await bucket.write('a', Buffer.from('1'), undefined), true);
  assert.equal(await bucket.write('a', Buffer.from('2'), undefined), false);
  const found = await bucket.read('a', 10);
  assert.equal(await bucket.write('a', Buffer.from('3'), found), true);
  assert.equal(await bucket.write('a', Buffer.from('4'), found), false);
  memory.objects.delete('a');
  assert.equal(await bucket.write('a', Buffer.from('5'), found), false);
});
