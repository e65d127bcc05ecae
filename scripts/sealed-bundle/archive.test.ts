import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zipSync } from 'fflate';
import { FILES_MAX, pack, unpack } from './archive.ts';
import { bundleFiles } from './testing/fixture.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

test('the same files give the same zip, in whatever order they come', () => {
  const files = [...bundleFiles()];
  assert.deepEqual(pack(new Map(files)), pack(new Map(files.reverse())));
});

test('a name that is no bundle’s is refused before anything is unpacked', () => {
  const names = [
    '../plan',
    '/etc/passwd',
    'assets/../../plan',
    'assets\\..\\plan.zip',
    'C:plan',
    'plan/',
    './plan',
    'PLAN',
    'assets/a.zip/b',
    '__proto__',
    'constructor',
    'terraform.tfvars',
    'x_override.tf.json',
    '',
  ];
  for (const name of names)
    assert.throws(() => unpack(zipWith(name)), /no name of a bundle's file/, JSON.stringify(name));
});

/** fflate will not write `__proto__` as it is given, so a name of the same length is replaced. */
function zipWith(name: string): Uint8Array {
  const stand = `plan${'x'.repeat(60)}`.slice(0, name.length);
  return Buffer.from(
    Buffer.from(zipSync({ [stand]: bytes('x') }))
      .toString('latin1')
      .replaceAll(stand || '\0', name || '\0'),
    'latin1',
  );
}

test('a name that comes twice is refused', () => {
  const zip = Buffer.from(zipSync({ 'assets/aa.zip': bytes('1'), 'assets/ab.zip': bytes('2') }));
  const doubled = Buffer.from(zip.toString('latin1').replaceAll('assets/ab.zip', 'assets/aa.zip'), 'latin1');
  assert.throws(() => unpack(doubled), /holds assets\/aa\.zip twice/);
});

test('as many files as allowed are unpacked, and one more is refused', () => {
  const many = (count: number) =>
    pack(new Map(Array.from({ length: count }, (_, i) => [`assets/${i}.zip`, bytes('')])));
  assert.equal(unpack(many(FILES_MAX)).size, FILES_MAX);
  assert.throws(() => unpack(many(FILES_MAX + 1)), /more than 64 files/);
});

test('what unpacks to as many bytes as allowed is unpacked, and one byte more is not', () => {
  const zip = pack(
    new Map([
      ['plan', new Uint8Array(1000)],
      ['cdk.tf.json', new Uint8Array(24)],
    ]),
  );
  assert.equal(unpack(zip, { files: 2, bytes: 1024 }).get('plan')?.length, 1000);
  assert.throws(() => unpack(zip, { files: 2, bytes: 1023 }), /more than 1023 bytes/);
});

test('a zip that lies about what it unpacks to yields no more than it says', () => {
  const zip = Buffer.from(zipSync({ plan: new Uint8Array(100_000) }));
  const directory = zip.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  zip.writeUInt32LE(10, directory + 24);
  let size = 0;
  try {
    size = unpack(zip, { files: 1, bytes: 2000 }).get('plan')?.length ?? 0;
  } catch (error) {
    assert.match((error as Error).message, /bundle is refused/);
  }
  assert.ok(size <= 10);
});

test('what is no zip is refused with a sentence', () => {
  for (const nothing of ['', 'PK', 'x'.repeat(100)])
    assert.throws(() => unpack(bytes(nothing)), /no whole zip/);
});
