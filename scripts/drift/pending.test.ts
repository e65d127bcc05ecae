import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Applied } from '../sealed-bundle/applied.ts';
import { sha256Hex } from '../sealed-bundle/manifest.ts';
import { pendingChanges } from './pending.ts';

const FILES = new Map([
  ['cdk.tf.json', Buffer.from('{}')],
  ['assets/transform.zip', Buffer.from('PK')],
]);
const HERE = { commit: 'c'.repeat(40), tree: 'd'.repeat(40) };
const APPLIED: Applied = {
  format: 1,
  environment: 'dev',
  commit: 'a'.repeat(40),
  tree: 'b'.repeat(40),
  bundleSha256: '1'.repeat(64),
  state: { lineage: 'one', serial: 3 },
  appliedAt: '2026-11-23T09:00:00.000Z',
  configuration: { 'cdk.tf.json': '{}', '.terraform.lock.hcl': '' },
  files: Object.fromEntries([...FILES].map(([name, bytes]) => [name, sha256Hex(bytes)])),
};

test('a commit that deploys the same leaves nothing to apply', () => {
  assert.equal(pendingChanges(APPLIED, HERE, FILES).kind, 'none');
});

test('a commit with another stack, another Lambda, one more or one less is not applied yet, and says which', () => {
  const changes: [Map<string, Uint8Array>, string[]][] = [
    [new Map([...FILES, ['cdk.tf.json', Buffer.from('{ }')]]), ['cdk.tf.json']],
    [new Map([...FILES, ['assets/transform.zip', Buffer.from('PK2')]]), ['assets/transform.zip']],
    [new Map([...FILES, ['assets/more.zip', Buffer.from('PK')]]), ['assets/more.zip']],
    [new Map([...FILES].slice(0, 1)), ['assets/transform.zip']],
  ];
  for (const [files, names] of changes) {
    const pending = pendingChanges(APPLIED, HERE, files);
    assert.ok(pending.kind === 'not-applied');
    assert.deepEqual(pending.files, names);
    assert.equal(pending.applied.commit, APPLIED.commit);
    assert.equal(pending.here.commit, HERE.commit);
  }
});

test('without a record nothing is known, which is not the same as nothing pending', () => {
  assert.deepEqual(pendingChanges(undefined, HERE, FILES), { kind: 'unknown' });
});
