import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Manifest } from './manifest.ts';
import { type Actual, refusals, staleness } from './refusals.ts';
import { AWS_PROVIDER, COMMIT, OTHER_TREE, stated, TREE } from './testing/fixture.ts';

const DIGEST = '1'.repeat(64);
const OTHER_DIGEST = '2'.repeat(64);
const manifest: Manifest = { ...stated(), files: { plan: DIGEST, 'cdk.tf.json': DIGEST } };
const { lineage, serial } = manifest.state;

function actual(changes: Partial<Actual> = {}): Actual {
  const { environment, commit, tree, terraformVersion, providers, state, files } = manifest;
  return { environment, commit, tree, terraformVersion, providers, state, files, ...changes };
}

const found = (changes: Partial<Actual>) => refusals(manifest, actual(changes));
const whats = (changes: Partial<Actual>) => found(changes).map(({ what }) => what);

test('what fits is not refused', () => {
  assert.deepEqual(found({}), []);
});

test('another commit with the same tree is not refused, as after a squash', () => {
  assert.deepEqual(found({ commit: OTHER_TREE }), []);
});

test('another tree is refused, and both commits are named', () => {
  const [refusal, ...more] = found({ tree: OTHER_TREE, commit: 'd'.repeat(40) });
  assert.deepEqual(more, []);
  assert.equal(refusal?.what, 'tree');
  for (const id of [TREE, OTHER_TREE, COMMIT, 'd'.repeat(40)]) assert.ok(refusal.sentence.includes(id), id);
});

test('another environment is refused', () => {
  assert.deepEqual(whats({ environment: 'prod' }), ['environment']);
});

test('a state that moved on is refused with both serials and what to do', () => {
  const [refusal] = found({ state: { lineage, serial: serial + 1 } });
  assert.match(refusal?.sentence ?? '', /stale.*serial 7 .*serial 8 now/);
  assert.match(refusal?.nextStep ?? '', /npm run plan -- --env dev/);
});

test('a state that went back is refused too, and is said to have gone back', () => {
  const [refusal] = found({ state: { lineage, serial: serial - 1 } });
  assert.equal(refusal?.what, 'serial');
  assert.match(refusal?.nextStep ?? '', /went back/);
});

test('a state of another lineage is refused, whatever its serial, and its serial is not compared', () => {
  for (const other of [serial, serial + 1])
    assert.deepEqual(whats({ state: { lineage: 'other', serial: other } }), ['lineage']);
});

test('a plan for an empty account is refused once there is a state', () => {
  const first = { ...manifest, state: { lineage: null, serial: 0 } };
  assert.deepEqual(refusals(first, actual({ state: { lineage: null, serial: 0 } })), []);
  const [refusal] = refusals(first, actual());
  assert.match(refusal?.sentence ?? '', /no state at all/);
  assert.match(refusal?.nextStep ?? '', /dev was applied to since/);
});

test('before a merge the header alone tells whether the plan is stale', () => {
  assert.deepEqual(staleness(manifest, manifest.state), []);
  assert.equal(staleness(manifest, { lineage, serial: serial + 1 })[0]?.what, 'serial');
  assert.equal(staleness(manifest, { lineage: null, serial: 0 })[0]?.what, 'lineage');
});

test('another Terraform is refused by its version', () => {
  assert.deepEqual(whats({ terraformVersion: '1.11.5' }), ['terraform']);
});

test('a provider of another version, one more and one less are each refused', () => {
  assert.match(
    found({ providers: { [AWS_PROVIDER]: '5.100.1' } })[0]?.sentence ?? '',
    /5\.100\.0.*5\.100\.1/,
  );
  assert.match(found({ providers: {} })[0]?.sentence ?? '', /none is installed/);
  assert.deepEqual(whats({ providers: { ...manifest.providers, more: '1.0.0' } }), ['provider']);
});

test('a file that is other, missing or one more is refused by its name', () => {
  assert.match(
    found({ files: { plan: OTHER_DIGEST, 'cdk.tf.json': DIGEST } })[0]?.sentence ?? '',
    /^plan is not the file/,
  );
  assert.match(found({ files: { plan: DIGEST } })[0]?.sentence ?? '', /^cdk\.tf\.json is in the bundle/);
  assert.match(
    found({ files: { ...manifest.files, 'x_override.tf.json': DIGEST } })[0]?.sentence ?? '',
    /^x_override\.tf\.json lies there/,
  );
});

test('a name of JavaScript’s own is a file like any other', () => {
  assert.deepEqual(whats({ files: { ...manifest.files, constructor: DIGEST } }), ['file']);
});

test('everything that differs is said at once, each with a next step', () => {
  const all = found({
    environment: 'prod',
    tree: OTHER_TREE,
    terraformVersion: '1.12.0',
    providers: { [AWS_PROVIDER]: '6.0.0' },
    state: { lineage, serial: 9 },
    files: {},
  });
  assert.deepEqual(
    all.map(({ what }) => what),
    ['environment', 'tree', 'terraform', 'provider', 'serial', 'file', 'file'],
  );
  for (const { sentence, nextStep } of all) {
    assert.match(sentence, /\.$/);
    assert.match(nextStep, /\.$/);
  }
});

test('a configuration that the checked-out tree does not synthesize is refused by its file', () => {
  const same = { 'cdk.tf.json': DIGEST };
  assert.deepEqual(found({ synthesized: same }), []);
  const [refusal, ...more] = found({ synthesized: { 'cdk.tf.json': OTHER_DIGEST } });
  assert.deepEqual([refusal?.what, more], ['source', []]);
  assert.match(refusal?.sentence ?? '', /cdk\.tf\.json in the bundle is not what the tree .* synthesizes/);
  assert.deepEqual(whats({ synthesized: { ...same, 'assets/transform.zip': DIGEST } }), ['source']);
});

test('of another tree it is only said that it is another', () => {
  assert.deepEqual(whats({ tree: OTHER_TREE, synthesized: { 'cdk.tf.json': OTHER_DIGEST } }), ['tree']);
});
