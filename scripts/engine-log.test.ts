import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { engineLog } from './engine-log.ts';

const directory = mkdtempSync(join(tmpdir(), 'engine-log-'));
after(() => rmSync(directory, { recursive: true }));

test('every line is in the file; errors are shown, a repeated one again after ten seconds', () => {
  const shown: string[] = [];
  let now = 0;
  const log = engineLog(
    directory,
    (line) => shown.push(line),
    () => now,
  );
  log('info', 'began');
  for (now of [1, 2, 10_000, 10_001]) log('error', 'no space', { reason: 'ENOSPC' });
  assert.equal(shown.length, 2);
  assert.match(shown[0] ?? '', /no space: ENOSPC/);
  assert.equal(
    readFileSync(join(directory, 'logs', 'engine.log'), 'utf8')
      .trim()
      .split('\n').length,
    5,
  );
});

test('a log that cannot be written says so and stops nobody', () => {
  const file = join(directory, 'file');
  writeFileSync(file, '');
  const shown: string[] = [];
  engineLog(file, (line) => shown.push(line))('info', 'began');
  assert.match(shown[0] ?? '', /its log cannot be written \(ENOTDIR\); free space/);
});
