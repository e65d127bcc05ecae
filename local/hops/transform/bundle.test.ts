import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { unpack } from './bundle.ts';
import { writeZip } from './testing.ts';

let directory: string;
let zip: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bundle-'));
  zip = join(directory, 'f.zip');
});
afterEach(() => rmSync(directory, { recursive: true }));

test('a bundle is unpacked once, and new code replaces the old', () => {
  writeZip(zip, { 'index.mjs': 'old', 'lib/a.json': '{}' });
  const old = unpack('f', zip, directory);
  assert.equal(readFileSync(join(old.taskRoot, 'lib/a.json'), 'utf8'), '{}');
  assert.deepEqual(unpack('f', zip, directory), old);
  writeZip(zip, { 'index.mjs': 'new' });
  const next = unpack('f', zip, directory);
  assert.notEqual(next.taskRoot, old.taskRoot);
  assert.equal(readFileSync(join(next.taskRoot, 'index.mjs'), 'utf8'), 'new');
  assert.equal(existsSync(old.taskRoot), false);
});

test('a function’s code never removes that of another whose name begins alike', () => {
  writeZip(zip, { 'index.mjs': 'other' });
  const other = unpack('f-2', zip, directory);
  writeZip(zip, { 'index.mjs': 'own' });
  unpack('f', zip, directory);
  assert.ok(existsSync(other.taskRoot));
});

test('a zip that is missing, broken or reaches outside names itself and the next step', () => {
  assert.throws(() => unpack('f', zip, directory), {
    name: 'EngineError',
    message: /f has no code: .*f\.zip.*ENOENT/,
  });
  writeFileSync(zip, 'no zip');
  assert.throws(() => unpack('f', zip, directory), { name: 'EngineError', message: /no readable zip/ });
  writeZip(zip, { '../escape.js': '' });
  assert.throws(() => unpack('f', zip, directory), { name: 'EngineError', message: /outside its directory/ });
});
