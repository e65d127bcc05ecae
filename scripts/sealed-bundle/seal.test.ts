import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BundleRefused } from './bundle-refused.ts';
import { type DataKeys, kmsDataKeys } from './data-keys.ts';
import { openBundle } from './open.ts';
import { seal } from './seal.ts';
import { bundleFiles, KEY, stated, TREE } from './testing/fixture.ts';
import { keyService, named } from './testing/key-service.ts';

const isWiped = (key: Uint8Array): boolean => key.length === 32 && key.every((byte) => byte === 0);

/** The port, with every plaintext that it gave out. */
function watched(keys: DataKeys): { keys: DataKeys; given: Uint8Array[] } {
  const given: Uint8Array[] = [];
  return {
    given,
    keys: {
      generate: async (context) => {
        const made = await keys.generate(context);
        given.push(made.plaintext);
        return made;
      },
      unwrap: async (wrapped, context) => {
        const key = await keys.unwrap(wrapped, context);
        given.push(key);
        return key;
      },
    },
  };
}

test('the data key is wiped after sealing, after opening and after a refusal', async () => {
  const service = keyService([KEY]);
  const { keys, given } = watched(kmsDataKeys(service.client, KEY));
  const bundle = await seal({ manifest: stated(), files: bundleFiles() }, keys);
  await openBundle(bundle, keys);
  bundle.set([(bundle.at(-1) ?? 0) ^ 1], bundle.length - 1);
  await assert.rejects(openBundle(bundle, keys), BundleRefused);
  assert.equal(given.length, 3);
  for (const key of [...given, ...service.handedOut]) assert.ok(isWiped(key));
});

test('the key is asked for with environment and tree as its context, and for 256 bits', async () => {
  const asked: object[] = [];
  const service = keyService([KEY]);
  const client = {
    send: (command: { input: object }) => {
      asked.push(command.input);
      return service.client.send(command as never);
    },
  };
  const keys = kmsDataKeys(client as never, KEY);
  await openBundle(await seal({ manifest: stated(), files: bundleFiles() }, keys), keys);
  const [generate, decrypt] = asked as Record<string, unknown>[];
  const EncryptionContext = { environment: 'dev', tree: TREE };
  assert.deepEqual(generate, { KeyId: KEY, KeySpec: 'AES_256', EncryptionContext });
  assert.deepEqual(
    { KeyId: decrypt?.['KeyId'], EncryptionContext: decrypt?.['EncryptionContext'] },
    { KeyId: KEY, EncryptionContext },
  );
});

test('what KMS refuses becomes a sentence with the next step', async () => {
  const failing = (name: string) =>
    kmsDataKeys({ send: async () => Promise.reject(named(name, 'not you')) } as never, KEY);
  const sentences = {
    AccessDeniedException: /may not use dev's key: not you/,
    NotFoundException: /no key .*key\/dev/,
    DisabledException: /cannot be used: not you/,
    KMSInvalidStateException: /cannot be used/,
  };
  for (const [name, sentence] of Object.entries(sentences))
    await assert.rejects(
      seal({ manifest: stated(), files: bundleFiles() }, failing(name)),
      (error: Error) => {
        assert.match(error.message, sentence);
        assert.match(String((error as Error & { nextStep?: string }).nextStep), /\.$/);
        return true;
      },
    );
  await assert.rejects(seal({ manifest: stated(), files: bundleFiles() }, failing('ThrottlingException')), {
    name: 'ThrottlingException',
  });
});

test('a bundle without its plan, its lock file or its stack is not sealed', async () => {
  const keys = kmsDataKeys(keyService([KEY]).client, KEY);
  for (const name of ['plan', '.terraform.lock.hcl', 'cdk.tf.json']) {
    const files = new Map([...bundleFiles()].filter(([each]) => each !== name));
    await assert.rejects(seal({ manifest: stated(), files }, keys), new RegExp(`needs ${name}`));
  }
});

test('a file whose name leads elsewhere is not sealed', async () => {
  const keys = kmsDataKeys(keyService([KEY]).client, KEY);
  for (const name of [
    '../plan',
    '/plan',
    'assets/../plan',
    'assets/a/b.zip',
    'manifest.json.txt',
    'assets/.zip',
  ])
    await assert.rejects(
      seal({ manifest: stated(), files: bundleFiles({ [name]: '' }) }, keys),
      /no name of a bundle's file/,
    );
});

test('a manifest that could not be read again is not sealed', async () => {
  const keys = kmsDataKeys(keyService([KEY]).client, KEY);
  for (const tree of ['', 'main', '../x', 'A'.repeat(40), 'a'.repeat(39)])
    await assert.rejects(seal({ manifest: stated({ tree }), files: bundleFiles() }, keys), /manifest\/tree/);
  await assert.doesNotReject(
    seal({ manifest: stated({ commit: `${'c'.repeat(40)}-dirty` }), files: bundleFiles() }, keys),
  );
});
