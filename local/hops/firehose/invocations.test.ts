/** How many invocations of the transform are outstanding at once. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effect } from '../../operation.ts';
import { deliveryFixture, type LambdaEvent, ok, type Shape } from './testing.ts';

const SMALLEST_BATCH = { BufferSizeInMBs: '0.2' };
/** So large that each is a batch of its own. */
const RECORD_BYTES = 220_000;

/** Most that were outstanding while so many batches waited in each shard. */
async function outstanding(batchesAShard: number, shape: Shape): Promise<number> {
  const { shards = [] } = shape;
  const f = deliveryFixture({ ...shape, lambda: SMALLEST_BATCH, s3: { buffering_size: 64 } });
  let running = 0;
  let most = 0;
  const invoke = effect({
    service: 'lambda',
    name: 'Invoke',
    parse: (input) => input as { Payload: Uint8Array },
    permissions: () => [],
    async run({ Payload }) {
      most = Math.max(most, ++running);
      // A commit comes in a later turn, when whatever begins in this one has begun.
      await f.ports.store.transact(() => undefined);
      running--;
      return ok(JSON.parse(Buffer.from(Payload).toString()) as LambdaEvent);
    },
  });
  f.ports.register({ operations: [invoke] });
  for (const shard of shards)
    await f.put(shard, ...Array.from({ length: batchesAShard }, () => 'x'.repeat(RECORD_BYTES)));
  await f.settle();
  await f.ports.cleanUp();
  return most;
}

const SHARDS = ['shardId-000000000000', 'shardId-000000000001'];

test('five invocations are outstanding for one shard, ten for two', async () => {
  assert.equal(await outstanding(4, { shards: SHARDS.slice(0, 1) }), 4);
  assert.equal(await outstanding(9, { shards: SHARDS.slice(0, 1) }), 5);
  assert.equal(await outstanding(9, { shards: SHARDS }), 10);
});

test('without quotas as many are outstanding as were read ahead', async () => {
  assert.equal(await outstanding(9, { shards: SHARDS.slice(0, 1), quotas: 'lifted' }), 9);
});
