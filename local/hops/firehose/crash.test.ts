import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import fc from 'fast-check';
import { answer, type DeliveryFixture, deliveryFixture, functionError, ok } from './testing.ts';

const SHARD = 'shardId-000000000000';
const OTHER = 'shardId-000000000001';

let open: DeliveryFixture | undefined;
afterEach(async () => {
  await open?.ports.cleanUp();
  open = undefined;
});

async function due(...texts: string[]): Promise<DeliveryFixture> {
  open = deliveryFixture();
  await open.put(SHARD, ...texts);
  open.ports.clock.advance(60_000);
  return open;
}

class Kill extends Error {}

function kill(): never {
  throw new Kill('killed');
}

test('killed while the transform runs, the records are delivered once', async () => {
  const f = await due('a', 'b');
  f.onInvoke(() => kill());
  await assert.rejects(f.step(), Kill);
  f.onInvoke((event) => ok(event));
  f.restart();
  await f.settle();
  assert.deepEqual(f.lines(), ['a', 'b']);
});

test('killed after the plan and before the object, the same object is written', async () => {
  const f = await due('a', 'b');
  const keys: string[] = [];
  f.onPutObject(({ Key }) => {
    keys.push(Key);
    kill();
  });
  await f.step();
  f.onPutObject(({ Key }, store) => {
    keys.push(Key);
    store();
  });
  f.restart();
  await f.put(SHARD, 'c');
  assert.deepEqual(await f.step(), { kind: 'delivered', records: 2 });
  assert.deepEqual(f.lines(), ['a', 'b']);
  assert.equal(new Set(keys).size, 1);
});

test('killed after the object and before the checkpoint, the object overwrites itself', async () => {
  const f = await due('a', 'b');
  f.onPutObject((_input, store) => {
    store();
    kill();
  });
  await f.step();
  assert.deepEqual(f.lines(), ['a', 'b']);
  f.onPutObject((_input, store) => store());
  f.restart();
  await f.settle();
  assert.equal(f.bucket.size, 1);
  assert.deepEqual(f.lines(), ['a', 'b']);
  assert.equal(f.part().status?.(f.ports.store).waiting, 0);
});

test('after the checkpoint nothing is read again', async () => {
  const f = await due('a');
  await f.settle();
  f.restart();
  f.ports.clock.advance(60_000);
  assert.deepEqual(await f.settle(), { kind: 'idle' });
  assert.equal(f.bucket.size, 1);
});

test('a record that failed before the kill stays failed, though the function has recovered', async () => {
  const f = await due('a');
  f.onInvoke(() => answer({ records: [] }));
  f.onPutObject((_input, store) => {
    store();
    kill();
  });
  await f.step();
  f.onInvoke((event) => ok(event));
  f.onPutObject((_input, store) => store());
  f.restart();
  await f.settle();
  assert.equal(f.lines('errors/').length, 1);
  assert.equal(f.lines('orders/').length, 0);
});

test('rows that fail when their delivery is done again are errors only, not rows as well', async () => {
  const f = await due('a', 'b');
  f.onPutObject((_input, store) => {
    store();
    kill();
  });
  await f.step();
  assert.deepEqual(f.lines(), ['a', 'b']);
  f.onInvoke(() => answer({ records: [] }));
  f.onPutObject((_input, store) => store());
  f.restart();
  await f.settle();
  assert.equal(f.lines('errors/').length, 2);
  assert.deepEqual(f.lines(), ['']);
});

test('a plan that is done again waits for the function as a first try does', async () => {
  const f = await due('a');
  f.onPutObject(() => kill());
  await f.step();
  f.onPutObject((_input, store) => store());
  f.onInvoke(() => functionError());
  f.restart();
  assert.equal((await f.step()).kind, 'retry');
  f.onInvoke((event) => ok(event));
  assert.deepEqual(await f.step(), { kind: 'delivered', records: 1 });
  assert.deepEqual(f.lines(''), ['a']);
});

type Move =
  | { kind: 'put'; shard: string; records: number }
  | { kind: 'advance'; ms: number }
  | { kind: 'kill'; at: Moment };
type Moment = 'rest' | 'invoke' | 'before put' | 'after put';

const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('put' as const),
      shard: fc.constantFrom(SHARD, OTHER),
      records: fc.integer({ min: 1, max: 4 }),
    }),
    fc.record({ kind: fc.constant('advance' as const), ms: fc.constantFrom(100, 1_000, 60_000) }),
    fc.record({
      kind: fc.constant('kill' as const),
      at: fc.constantFrom<Moment>('rest', 'invoke', 'before put', 'after put'),
    }),
  ),
  { maxLength: 12 },
);

function behave(f: DeliveryFixture, killedAt?: Moment): void {
  f.onInvoke((event) => (killedAt === 'invoke' ? kill() : ok(event)));
  f.onPutObject((_input, store) => {
    if (killedAt === 'before put') kill();
    store();
    if (killedAt === 'after put') kill();
  });
}

/** The step that is killed rejects or rests in its failed put; either way nobody asks it again. */
async function killedStep(f: DeliveryFixture, at: Moment): Promise<void> {
  behave(f, at);
  f.ports.clock.advance(at === 'rest' ? 0 : 60_000);
  await f.settle().catch((error: unknown) => assert.ok(error instanceof Kill));
  behave(f);
  f.restart();
}

test('whatever is killed whenever, each record is in the lake once and in its shard’s order', async () => {
  await fc.assert(
    fc.asyncProperty(moves, async (plan) => {
      const f = deliveryFixture({ shards: [SHARD, OTHER] });
      try {
        const sent: string[] = [];
        behave(f);
        for (const move of plan) {
          if (move.kind === 'put') {
            const texts = Array.from({ length: move.records }, (_, n) => `${move.shard}/${sent.length + n}`);
            sent.push(...texts);
            await f.put(move.shard, ...texts);
          } else if (move.kind === 'advance') f.ports.clock.advance(move.ms);
          else await killedStep(f, move.at);
          if (move.kind !== 'kill') await f.settle();
        }
        f.ports.clock.advance(61_000);
        await f.settle();
        f.ports.clock.advance(61_000);
        await f.settle();
        for (const shard of [SHARD, OTHER]) {
          const of = (lines: string[]) => lines.filter((line) => line.startsWith(shard));
          assert.deepEqual(of(f.lines('')), of(sent));
        }
        assert.equal(f.part().status?.(f.ports.store).waiting, 0);
      } finally {
        await f.ports.cleanUp();
      }
    }),
    { numRuns: 40, seed: 7 },
  );
});
