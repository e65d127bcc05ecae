import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { besidePath, objectKey, objectPath, plainPath } from './files.ts';

let s3: string;
beforeEach(() => {
  s3 = mkdtempSync(join(tmpdir(), 's3-'));
  mkdirSync(join(s3, 'b'));
});
afterEach(() => rmSync(s3, { recursive: true }));

/** Keys made mostly of what is hard: dots, slashes, marks, percent signs, NUL, long segments, all of Unicode. */
const keys = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '',
        '.',
        '..',
        '%',
        '%~',
        '%+',
        '%=',
        '%25',
        '%00',
        '\0',
        'a',
        'orders',
        'dt=2026-07-07',
      ),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.string({ unit: 'binary', maxLength: 4 }).filter((text) => !/\p{Surrogate}/u.test(text)),
      fc.integer({ min: 250, max: 520 }).map((length) => 'é%x'.repeat(length).slice(0, length)),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .chain((segments) => fc.constantFrom('/', '').map((between) => segments.join(between)))
  .filter((key) => key !== '');

test('an ordinary key is its own path', () => {
  for (const key of [
    'orders/dt=2026-07-07/hour=08/x-1.gz',
    '.hidden',
    '...',
    'a%3Ab',
    'Größe 1',
    'n'.repeat(255),
  ])
    assert.equal(plainPath(key), key);
});

test('every key comes back from its path, also from the one beside a directory', () => {
  fc.assert(
    fc.property(keys, (key) => {
      assert.equal(objectKey(plainPath(key)), key);
      assert.equal(objectKey(besidePath(key)), key);
    }),
  );
});

test('no path leaves its bucket, and no name in it is one a file system cannot hold', () => {
  fc.assert(
    fc.property(keys, (key) => {
      for (const name of [plainPath(key), besidePath(key)].flatMap((path) => path.split('/'))) {
        assert.ok(name !== '' && name !== '.' && name !== '..' && !name.includes('\0'), name);
        assert.ok(Buffer.byteLength(name) <= 255, name);
      }
    }),
  );
});

test('two keys never share a path', () => {
  fc.assert(
    fc.property(keys, keys, (one, other) => {
      fc.pre(one !== other);
      const paths = [plainPath(one), besidePath(one), plainPath(other), besidePath(other)];
      assert.equal(new Set(paths).size, 4);
    }),
  );
});

test('a segment of 255 bytes is plain, one of 256 goes on in a directory', () => {
  assert.equal(plainPath('n'.repeat(255)), 'n'.repeat(255));
  assert.equal(plainPath('n'.repeat(256)), `%+${'n'.repeat(253)}/%~nnn`);
});

test('a name with a mark where none is due is no object', () => {
  for (const path of ['%~plain', '%+a/%~b', '%~a%2', 'a/%~', '%+'])
    assert.equal(objectKey(path), path === 'a/%~' ? 'a/' : undefined);
});

test('an object whose key is also a directory lies beside it', () => {
  mkdirSync(join(s3, 'b', 'a'));
  assert.equal(objectPath(s3, 'b', 'a'), `${s3}/b/%=a`);
  rmSync(join(s3, 'b', 'a'), { recursive: true });
  assert.equal(objectPath(s3, 'b', 'a'), `${s3}/b/a`);
});

test('an object that was moved beside a directory is found after the directory has gone', () => {
  writeFileSync(join(s3, 'b', '%=a'), '');
  assert.equal(objectPath(s3, 'b', 'a'), `${s3}/b/%=a`);
});
