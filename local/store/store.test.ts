import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { append, ends, read, topicOf, trim } from './log.ts';
import { openStore, type Store, type Tx } from './store.ts';

let directory: string;
let store: Store;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'store-'));
  store = openStore(directory);
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

test('what a work puts is there after a reopen', async () => {
  await store.transact((tx) => tx.put(['item', 'a'], { n: 1 }));
  await store.close();
  store = openStore(directory);
  assert.deepEqual(store.get(['item', 'a']), { n: 1 });
});

test('a work that throws leaves nothing, and its neighbours in the same commit stand', async () => {
  const before = store.transact((tx) => tx.put(['item', 'before'], 1));
  const failing = store.transact((tx) => {
    tx.put(['item', 'failing'], 1);
    throw new Error('no');
  });
  const after = store.transact((tx) => tx.put(['item', 'after'], 1));
  await assert.rejects(failing, /no/);
  await Promise.all([before, after]);
  assert.deepEqual(
    store.range({ from: ['item'], to: ['item', '\uffff'] }).map(({ key }) => key[1]),
    ['after', 'before'],
  );
});

test('a work sees its own puts and removals, and the works before it', async () => {
  await store.transact((tx) => tx.put(['item', 'a'], 1));
  const first = store.transact((tx) => {
    tx.put(['item', 'a'], (tx.get<number>(['item', 'a']) ?? 0) + 1);
    return tx.get(['item', 'a']);
  });
  const second = store.transact((tx) => {
    tx.remove(['item', 'a']);
    return tx.get(['item', 'a']);
  });
  assert.equal(await first, 2);
  assert.equal(await second, undefined);
  assert.equal(store.get(['item', 'a']), undefined);
});

test('a work that committed is told of before its promise, one that failed is not', async () => {
  const told: string[] = [];
  const good = store
    .transact((tx) => {
      tx.committed(() => told.push(`on disk: ${store.get(['item', 'told'])}`));
      tx.put(['item', 'told'], 1);
    })
    .then(() => told.push('settled'));
  const bad = store.transact((tx) => {
    tx.committed(() => told.push('failed'));
    throw new Error('no');
  });
  await Promise.allSettled([good, bad]);
  assert.deepEqual(told, ['on disk: 1', 'settled']);
});

test('counts that several works of a commit change come out as if each had been written', async () => {
  const count = (tx: Tx) => tx.get<{ n: number }>(['count', 'a']) ?? { n: 0 };
  const add = (tx: Tx) => tx.put(['count', 'a'], { n: count(tx).n + 1 });
  const all = [
    store.transact(add),
    store.transact((tx) => {
      Object.assign(count(tx), { n: 99 });
    }),
    store.transact((tx) => {
      add(tx);
      throw new Error('no');
    }),
    store.transact(add),
    store.transact((tx) => tx.range({ from: ['count'], to: ['count', '\uffff'] }).map(({ value }) => value)),
    store.transact((tx) => tx.remove(['count', 'a'])),
    store.transact(add),
  ];
  const [, , failed, , ranged] = await Promise.allSettled(all);
  assert.equal(failed?.status, 'rejected');
  assert.deepEqual(ranged, { status: 'fulfilled', value: [{ n: 2 }] });
  assert.deepEqual(store.get(['count', 'a']), { n: 1 });
});

test('a range includes its first key and excludes its last, either way round', async () => {
  await store.transact((tx) => {
    for (const n of [1, 2, 3, 4, 5]) tx.put(['n', n], n);
  });
  const values = (range: object) =>
    store.range<number>({ from: ['n', 2], to: ['n', 5], ...range }).map(({ value }) => value);
  assert.deepEqual(values({}), [2, 3, 4]);
  assert.deepEqual(values({ reverse: true }), [4, 3, 2]);
  assert.deepEqual(values({ reverse: true, limit: 2 }), [4, 3]);
  assert.deepEqual(values({ limit: 1 }), [2]);
});

test('listeners wake after the commit, once a commit, and not after they left', async () => {
  let woken = 0;
  const leave = store.listen('t', () => woken++);
  await Promise.all([store.transact((tx) => tx.signal('t')), store.transact((tx) => tx.signal('t'))]);
  assert.equal(woken, 1);
  leave();
  await store.transact((tx) => tx.signal('t'));
  assert.equal(woken, 1);
});

test('a log keeps its order, and an offset never comes twice, not even after trim and reopen', async () => {
  await store.transact((tx) => {
    for (const value of ['a', 'b', 'c']) append(tx, 'shard', value);
  });
  assert.deepEqual(
    read(store, 'shard', 1, 10).map(({ offset, value }) => [offset, value]),
    [
      [1, 'b'],
      [2, 'c'],
    ],
  );
  assert.equal(await store.transact((tx) => trim(tx, 'shard', 3, 2)), 2);
  assert.equal(await store.transact((tx) => trim(tx, 'shard', 9, 100)), 1);
  await store.close();
  store = openStore(directory);
  assert.deepEqual(ends(store, 'shard'), { tail: 3, head: 3 });
  assert.equal(await store.transact((tx) => append(tx, 'shard', 'd')), 3);
});

test('an append signals the topic of its log', async () => {
  let woken = 0;
  store.listen(topicOf('shard'), () => woken++);
  await store.transact((tx) => append(tx, 'shard', 1));
  assert.equal(woken, 1);
});

test('long keys up to what DynamoDB allows are kept whole', async () => {
  const hash = Buffer.alloc(2048, 1);
  const range = Buffer.alloc(1024, 2);
  await store.transact((tx) => tx.put(['item', 'orders', hash, range], 'kept'));
  assert.equal(store.get(['item', 'orders', hash, range]), 'kept');
});
