import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GitHub } from '../github.ts';
import { kmsDataKeys } from '../sealed-bundle/data-keys.ts';
import type { PlannedState } from '../sealed-bundle/manifest.ts';
import { seal } from '../sealed-bundle/seal.ts';
import { stateBucket } from '../sealed-bundle/state-bucket.ts';
import { bundleStore } from '../sealed-bundle/store.ts';
import { memoryBucket } from '../sealed-bundle/testing/bucket.ts';
import { bundleFiles, KEY, OTHER_TREE, stated, TREE } from '../sealed-bundle/testing/fixture.ts';
import { keyService } from '../sealed-bundle/testing/key-service.ts';
import { markStale } from './open-plans.ts';

const HEAD = '1'.repeat(40);
const MERGE = '2'.repeat(40);
const { lineage } = stated().state;

/** A bucket with a plan of TREE against serial 7, and the state as it is now. */
async function bucketWith(state: PlannedState | string | undefined) {
  const memory = memoryBucket('state-dev');
  const place = { environment: 'dev', account: '123456789012', bucket: 'state-dev', keyId: KEY } as const;
  const bucket = stateBucket(memory.client, place);
  const keys = kmsDataKeys(keyService([KEY]).client, KEY);
  await bundleStore(bucket).put(await seal({ manifest: stated(), files: bundleFiles() }, keys));
  if (state !== undefined) {
    const bytes = Buffer.from(typeof state === 'string' ? state : JSON.stringify(state));
    memory.objects.set('pipeline.tfstate', { bytes, writtenAt: new Date(0) });
  }
  return { bucket, memory };
}

/** GitHub with one open pull request, whose merge into main has this tree and these parents. */
function githubWith({ tree = TREE, parents = ['m', HEAD], merge = MERGE as string | null } = {}) {
  const sent: { path: string; body: unknown }[] = [];
  const client: GitHub = {
    repository: 'acme/orders',
    list: async (path) => {
      assert.equal(path, '/pulls?state=open&base=main');
      return [{ number: 7, head: { sha: HEAD }, merge_commit_sha: merge }];
    },
    get: async (path) => {
      assert.equal(path, `/git/commits/${MERGE}`);
      return { tree: { sha: tree }, parents: parents.map((sha) => ({ sha })) };
    },
    send: async (_, path, body) => {
      sent.push({ path, body });
      return {};
    },
  };
  return { client, sent };
}

const SERIAL_8 = { lineage, serial: 8 };

test('a plan against the state as it is holds, and nothing is said of it', async () => {
  const { client, sent } = githubWith();
  const { bucket } = await bucketWith({ lineage, serial: 7 });
  assert.deepEqual(await markStale(client, bucket), [{ pullRequest: 7, plan: 'current' }]);
  assert.deepEqual(sent, []);
});

test('a plan against a state that moved on is a red status on the head, with both serials', async () => {
  const { client, sent } = githubWith();
  const { bucket } = await bucketWith(SERIAL_8);
  assert.deepEqual(await markStale(client, bucket, 'https://run'), [{ pullRequest: 7, plan: 'stale' }]);
  assert.deepEqual(sent, [
    {
      path: `/statuses/${HEAD}`,
      body: {
        context: 'plan/dev',
        state: 'failure',
        description: 'stale: planned against serial 7, dev is at 8; push or re-run to plan again',
        target_url: 'https://run',
      },
    },
  ]);
});

test('a plan against a state that was replaced, or is gone, is stale', async () => {
  for (const state of [{ lineage: 'another', serial: 7 }, undefined]) {
    const { client, sent } = githubWith();
    assert.deepEqual(await markStale(client, (await bucketWith(state)).bucket), [
      { pullRequest: 7, plan: 'stale' },
    ]);
    assert.match(JSON.stringify(sent), /another state than dev has/);
  }
});

test('a bundle that is none is red too', async () => {
  const { client, sent } = githubWith();
  const { bucket, memory } = await bucketWith(SERIAL_8);
  const bytes = Buffer.from('not a bundle');
  memory.objects.set(`bundles/dev/${TREE}.sealed`, { bytes, writtenAt: new Date(0) });
  await markStale(client, bucket);
  assert.match(JSON.stringify(sent), /cannot be read/);
});

test('where nothing is sealed for what the pull request would make of main, nothing is said', async () => {
  for (const github of [{ tree: OTHER_TREE }, { parents: ['m', 'an older head'] }, { merge: null }]) {
    const { client, sent } = githubWith(github);
    const { bucket } = await bucketWith(SERIAL_8);
    assert.deepEqual(await markStale(client, bucket), [{ pullRequest: 7, plan: 'none' }]);
    assert.deepEqual(sent, []);
  }
});

test('a state that is none is a sentence', async () => {
  const { client } = githubWith();
  for (const text of ['', '[]', '{"serial":7}', '{"lineage":"a","serial":"7"}'])
    await assert.rejects(markStale(client, (await bucketWith(text)).bucket), /is no state of Terraform's/);
});
