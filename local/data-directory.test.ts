import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openDataDirectory } from './data-directory.ts';

const parent = mkdtempSync(join(tmpdir(), 'data-'));
after(() => rmSync(parent, { recursive: true }));

test('a directory that another engine holds is refused, and free again once that engine is gone', async () => {
  const first = await openDataDirectory(join(parent, 'held'), { fresh: false });
  await assert.rejects(openDataDirectory(join(parent, 'held'), { fresh: false }), /Another engine holds/);
  await first.release();
  await (await openDataDirectory(join(parent, 'held'), { fresh: false })).release();
});

test('a hold works where the path is longer than a socket may have', async () => {
  const path = join(parent, 'x'.repeat(120));
  const first = await openDataDirectory(path, { fresh: false });
  await assert.rejects(openDataDirectory(path, { fresh: false }), /Another engine holds/);
  await first.release();
});

test('data of another layout is refused, until --fresh empties it', async () => {
  const path = join(parent, 'old');
  mkdirSync(join(path, 's3'), { recursive: true });
  writeFileSync(join(path, 'version'), '0\n');
  await assert.rejects(openDataDirectory(path, { fresh: false }), /layout version 0/);
  await (await openDataDirectory(path, { fresh: true })).release();
  assert.equal(existsSync(join(path, 's3')), false);
});

test('a directory of somebody else is refused, and --fresh deletes nothing of theirs', async () => {
  const path = join(parent, 'theirs');
  mkdirSync(path);
  mkdirSync(join(path, 'logs'));
  writeFileSync(join(path, 'logs', 'diary.txt'), 'precious');
  await assert.rejects(openDataDirectory(path, { fresh: true }), /other things \(logs\)/);
  assert.ok(existsSync(join(path, 'logs', 'diary.txt')));
});
