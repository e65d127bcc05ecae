import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { BundleRefused } from './bundle-refused.ts';
import { BUNDLE_BYTES_MAX } from './container.ts';
import { readSealedFile, writeSealedFile } from './sealed-file.ts';

function inDirectory(work: (directory: string) => void): void {
  const directory = mkdtempSync(join(tmpdir(), 'sealed-file-'));
  try {
    work(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const mode = (path: string): number => statSync(path).mode & 0o777;

test('a sealed file is readable by its owner alone, also where another file lay', () =>
  inDirectory((directory) => {
    const path = join(directory, 'dev.sealed');
    writeFileSync(path, 'old', { mode: 0o644 });
    const before = process.umask(0);
    writeSealedFile(path, Buffer.from('new'));
    process.umask(before);
    assert.equal(mode(path), 0o600);
    assert.equal(Buffer.from(readSealedFile(path)).toString(), 'new');
    assert.deepEqual(readdirSync(directory), ['dev.sealed']);
  }));

test('a place that cannot be written is a sentence, and leaves nothing', () =>
  inDirectory((directory) => {
    const path = join(directory, 'no', 'dev.sealed');
    assert.throws(() => writeSealedFile(path, Buffer.from('x')), /cannot be written/);
    assert.equal(existsSync(path), false);
  }));

test('a file that is not there is a sentence', () =>
  inDirectory((directory) => {
    assert.throws(() => readSealedFile(join(directory, 'x')), /cannot be read: ENOENT/);
    assert.throws(() => readSealedFile(directory), /cannot be read: EISDIR/);
  }));

test('a file that is larger than a bundle can be is refused without being read', () =>
  inDirectory((directory) => {
    const path = join(directory, 'large');
    writeFileSync(path, '');
    truncateSync(path, BUNDLE_BYTES_MAX + 1);
    assert.throws(() => readSealedFile(path), BundleRefused);
  }));
