import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { jobSummary, writeJobSummary } from './job-summary.ts';

const check = (holds: boolean) => ({ name: 'orders lost', limit: '0', value: holds ? 0 : 1, holds });
const run = { run: 'spike-20261127-080000', environment: 'staging' as const };

test('a job’s summary says how the run ended, and then what the terminal says', () => {
  assert.equal(
    jobSummary({ ...run, checks: [check(true)] }, 'orders  10\n\nall well'),
    '### spike-20261127-080000 on staging: every promise held\n\n    orders  10\n\n    all well\n',
  );
  assert.match(
    jobSummary({ ...run, checks: [check(true), check(false)] }, 'orders  10'),
    /^### .*: 1 of 2 promises broken\n/,
  );
});

test('it is added to the page of the job; outside a job nothing is written', () => {
  const directory = mkdtempSync(join(tmpdir(), 'summary-'));
  try {
    const file = join(directory, 'summary.md');
    writeFileSync(file, 'before\n');
    writeJobSummary({ ...run, checks: [] }, 'orders  10', file);
    assert.match(readFileSync(file, 'utf8'), /^before\n### /);
    for (const nowhere of [undefined, '']) writeJobSummary({ ...run, checks: [] }, 'orders  10', nowhere);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
