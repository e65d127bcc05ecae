import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { BundleRefused } from './bundle-refused.ts';
import { BUNDLE_BYTES_MAX, beginning, HEADER_READ_BYTES, readContainer } from './container.ts';
import { type DataKeys, kmsDataKeys } from './data-keys.ts';
import { headerOf, jsonBytes, type Manifest, sha256Hex } from './manifest.ts';
import { openBundle, readHeader } from './open.ts';
import { seal } from './seal.ts';
import { bundleFiles, KEY, OTHER_KEY, OTHER_TREE, stated, TREE } from './testing/fixture.ts';
import { keyService } from './testing/key-service.ts';

const service = keyService([KEY, OTHER_KEY]);
const keys = kmsDataKeys(service.client, KEY);
const sealed = await seal({ manifest: stated(), files: bundleFiles() }, keys);

/** Refused in one sentence with a next step, and never by an accident. */
async function assertRefused(bundle: Uint8Array, reason?: RegExp, by: DataKeys = keys): Promise<void> {
  const error = await openBundle(bundle, by).then(
    () => assert.fail('It was opened.'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof BundleRefused, String(error));
  assert.match(error.message, /^[A-Z][^\n]+\.$/);
  assert.match(error.nextStep, /^[A-Z][^\n]+\.$/);
  if (reason) assert.match(error.message, reason);
}

const altered = (change: (bytes: Uint8Array) => void): Uint8Array => {
  const bytes = Uint8Array.from(sealed);
  change(bytes);
  return bytes;
};

test('what was sealed is opened again, to the byte', async () => {
  const { manifest, files } = await openBundle(sealed, keys);
  assert.deepEqual(
    new Map([...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString()])),
    new Map([...bundleFiles()].map(([name, bytes]) => [name, Buffer.from(bytes).toString()])),
  );
  const digests = Object.fromEntries([...bundleFiles()].map(([name, bytes]) => [name, sha256Hex(bytes)]));
  assert.deepEqual(manifest, { ...stated(), files: digests });
});

test('files of any bytes come back as they were', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (plan) => {
      const files = new Map([...bundleFiles(), ['plan', plan]]);
      const bundle = await seal({ manifest: stated(), files }, keys);
      assert.deepEqual(
        Buffer.from((await openBundle(bundle, keys)).files.get('plan') ?? []),
        Buffer.from(plan),
      );
    }),
    { numRuns: 30 },
  );
});

test('an altered byte is refused, wherever it stands', async () => {
  for (let at = 0; at < sealed.length; at += 1)
    await assertRefused(altered((bytes) => bytes.set([(bytes[at] ?? 0) ^ (1 << (at % 8))], at)));
});

test('any other byte in any place is refused', async () => {
  const place = fc.nat({ max: sealed.length - 1 });
  await fc.assert(
    fc.asyncProperty(place, fc.integer({ min: 1, max: 255 }), (at, flip) =>
      assertRefused(altered((bytes) => bytes.set([(bytes[at] ?? 0) ^ flip], at))),
    ),
    { numRuns: 300 },
  );
});

test('a bundle that is cut off is refused, wherever it ends', async () => {
  for (let length = 0; length < sealed.length; length += 1) await assertRefused(sealed.subarray(0, length));
});

test('a bundle with something behind it is refused', async () => {
  await assertRefused(Buffer.concat([sealed, Buffer.alloc(1)]));
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 100 }), (more) =>
      assertRefused(Buffer.concat([sealed, more])),
    ),
    { numRuns: 50 },
  );
});

test('whatever is no bundle is refused', async () => {
  await assertRefused(Buffer.alloc(0), /cut off/);
  await assertRefused(Buffer.from('PK and then some'), /no sealed bundle/);
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), (bytes) => assertRefused(bytes)));
});

test('a later format of the container is refused by its number', () =>
  assertRefused(
    altered((bytes) => bytes.set([2], 8)),
    /format 2/,
  ));

test('a bundle that is larger than one can be is refused before it is read', () =>
  assertRefused(Buffer.alloc(BUNDLE_BYTES_MAX + 1), /at most/));

/** The same ciphertext, key and nonce under a header that says something else. */
function reheaded(changes: Parameters<typeof stated>[0]): Uint8Array {
  const { wrappedKey, nonce, ciphertext, tag } = readContainer(sealed);
  const header = jsonBytes(headerOf({ ...stated(), ...changes }));
  return Buffer.concat([beginning(header, wrappedKey, nonce), ciphertext, tag]);
}

test('a header of another environment or tree is refused by the key', async () => {
  await assertRefused(reheaded({ environment: 'prod' }), /does not give the bundle's key out for prod/);
  await assertRefused(reheaded({ tree: OTHER_TREE }), new RegExp(`the tree ${OTHER_TREE}`));
});

test('a header of another commit, state or time is refused by the cipher', async () => {
  const state = { lineage: stated().state.lineage, serial: 8 };
  for (const changes of [{ commit: OTHER_TREE }, { state }, { sealedAt: '2026-11-24T08:00:00.000Z' }])
    await assertRefused(reheaded(changes), /a part of it was altered/);
});

test('the ciphertext of one bundle under the beginning of another is refused', async () => {
  const other = await seal({ manifest: stated(), files: bundleFiles({ plan: 'another plan' }) }, keys);
  const { additionalData } = readContainer(sealed);
  const { ciphertext, tag } = readContainer(other);
  await assertRefused(Buffer.concat([additionalData, ciphertext, tag]), /altered/);
});

test('a bundle that was wrapped under another key is refused by that name', async () => {
  const foreign = await seal(
    { manifest: stated(), files: bundleFiles() },
    kmsDataKeys(service.client, OTHER_KEY),
  );
  await assertRefused(foreign, /sealed with another key than .*key\/dev/);
});

/** Somebody who holds the key seals what seal() would not. */
async function sealedZip(
  zip: Uint8Array,
  { environment, tree } = { environment: 'dev', tree: TREE },
): Promise<Uint8Array> {
  const { plaintext, wrapped } = await keys.generate({ environment, tree });
  const nonce = Buffer.alloc(12, 1);
  const start = beginning(jsonBytes(headerOf(stated())), wrapped, nonce);
  const cipher = createCipheriv('aes-256-gcm', plaintext, nonce).setAAD(start);
  return Buffer.concat([start, cipher.update(zip), cipher.final(), cipher.getAuthTag()]);
}

function zipOf(files: ReadonlyMap<string, Uint8Array>, changes: Partial<Manifest> = {}): Uint8Array {
  const digests = Object.fromEntries([...bundleFiles()].map(([name, bytes]) => [name, sha256Hex(bytes)]));
  const manifest = { ...stated(), files: digests, ...changes };
  return zipSync({ ...Object.fromEntries(files), 'manifest.json': jsonBytes(manifest) });
}

const without = (name: string) => new Map([...bundleFiles()].filter(([each]) => each !== name));

test('a file that the manifest does not name, or has with another digest, is refused', async () => {
  await assert.doesNotReject(openBundle(await sealedZip(zipOf(bundleFiles())), keys));
  await assertRefused(
    await sealedZip(zipOf(bundleFiles({ 'assets/more.zip': 'PK' }))),
    /assets\/more\.zip, which its manifest does not name/,
  );
  await assertRefused(await sealedZip(zipOf(bundleFiles({ plan: 'x' }))), /its plan has another digest/);
});

test('a file that the manifest names and that is not there is refused', async () => {
  await assertRefused(
    await sealedZip(zipOf(without('assets/transform.zip'))),
    /names assets\/transform\.zip/,
  );
  for (const name of ['plan', '.terraform.lock.hcl', 'cdk.tf.json'])
    await assertRefused(await sealedZip(zipOf(without(name))), /holds no /);
  await assertRefused(await sealedZip(zipSync(Object.fromEntries(bundleFiles()))), /no manifest\.json/);
});

test('a manifest that is not the header’s is refused', async () => {
  for (const changes of [
    { environment: 'prod' },
    { tree: OTHER_TREE },
    { state: { lineage: null, serial: 0 } },
  ])
    await assertRefused(
      await sealedZip(zipOf(bundleFiles(), changes as Partial<Manifest>)),
      /not the header’s/,
    );
});

test('a manifest of an unknown form is refused by what is wrong with it', async () => {
  const badly = { ...stated(), files: { plan: 'no digest' } } as Manifest;
  await assertRefused(await sealedZip(zipOf(bundleFiles(), badly)), /manifest\/files\/plan must match/);
  await assertRefused(
    await sealedZip(zipOf(bundleFiles(), { more: 1 } as object)),
    /must NOT have additional properties/,
  );
});

test('the header can be read without the key, from the beginning of a bundle', () => {
  assert.deepEqual(readHeader(sealed), headerOf(stated() as Manifest));
  assert.deepEqual(readHeader(sealed.subarray(0, HEADER_READ_BYTES)), readHeader(sealed));
});

test('nothing of the plan, the stack or its files can be read in a bundle', () => {
  const text = Buffer.from(sealed).toString('latin1');
  for (const word of ['secrets', 'resource', 'transform', 'hashicorp', 'manifest'])
    assert.equal(text.includes(word), false, word);
});

test('two bundles of the same plan have nothing in common but what stands in front', async () => {
  const again = await seal({ manifest: stated(), files: bundleFiles() }, keys);
  const [one, other] = [readContainer(sealed), readContainer(again)];
  assert.deepEqual(one.header, other.header);
  for (const part of ['wrappedKey', 'nonce', 'ciphertext', 'tag'] as const)
    assert.notDeepEqual(one[part], other[part], part);
});
