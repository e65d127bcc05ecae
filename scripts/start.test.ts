/** The command as a user types it: what it says and how it exits when something must be changed first. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const directory = mkdtempSync(join(tmpdir(), 'start-'));
after(() => rmSync(directory, { recursive: true }));

const TABLE_ALONE = join(directory, 'table.tf.json');
const table = {
  name: 'small',
  hash_key: 'id',
  billing_mode: 'PAY_PER_REQUEST',
  attribute: [{ name: 'id', type: 'S' }],
};
writeFileSync(
  TABLE_ALONE,
  JSON.stringify({
    provider: { aws: [{ region: 'us-east-2' }] },
    resource: {
      aws_dynamodb_table: { t: { ...table, stream_enabled: true, stream_view_type: 'NEW_AND_OLD_IMAGES' } },
    },
  }),
);

type Ended = { code: number | null; out: string; err: string };

function begin(...flags: string[]) {
  return spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), fileURLToPath(new URL('start.ts', import.meta.url)), ...flags],
    { stdio: ['ignore', 'pipe', 'pipe'], cwd: directory },
  );
}

async function start(...flags: string[]): Promise<Ended> {
  const child = begin(...flags);
  const ended: Ended = { code: null, out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    ended.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    ended.err += chunk;
  });
  [ended.code] = (await once(child, 'close')) as [number | null];
  return ended;
}

/** One sentence that names the thing, one with the next step, no stack, no colour, exit code 64. */
function assertRefused({ code, out, err }: Ended, sentence: RegExp): void {
  assert.match(err, sentence);
  assert.equal(err.trimEnd().split('\n').length, 2, err);
  assert.doesNotMatch(err + out, /\n {4}at /);
  assert.ok(!(err + out).includes('\u001b'), 'colours without a terminal');
  assert.equal(code, 64);
}

test('a wrong flag or value is told with what to do', async () => {
  const ends = await Promise.all([start('--prot', '1'), start('--for', 'soon'), start('--port', '99999')]);
  assertRefused(ends[0] as Ended, /Unknown argument: prot/);
  assertRefused(ends[1] as Ended, /"soon" is no duration/);
  assertRefused(ends[2] as Ended, /--port must be a port number/);
});

test('a port in use and a directory of somebody else are refused, and nothing of theirs is touched', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const theirs = join(directory, 'theirs');
  mkdirSync(theirs);
  writeFileSync(join(theirs, 'thesis.txt'), 'precious');
  const stack = ['--stack', TABLE_ALONE];
  const [taken, foreign, missing] = await Promise.all([
    start(...stack, '--port', `${port}`, '--data', join(directory, 'own')),
    start(...stack, '--port', '0', '--data', theirs, '--fresh'),
    start('--stack', join(directory, 'none.json'), '--data', join(directory, 'none')),
  ]);
  other.close();
  assertRefused(taken, new RegExp(`Port ${port} of 127.0.0.1 is in use`));
  assertRefused(foreign, /holds other things \(thesis\.txt\)/);
  assertRefused(missing, /none\.json cannot be read: ENOENT/);
});

test('a stack of one table runs, says what it lacks, and ends well', async () => {
  const { code, out, err } = await start(
    '--stack',
    TABLE_ALONE,
    '--port',
    '0',
    '--data',
    join(directory, 'one'),
    '--for',
    '1s',
  );
  assert.equal(err, '');
  assert.match(out, /^ready http:\/\/127\.0\.0\.1:\d+$/m);
  assert.match(out, /No closing report: this stack has no table keyed by orderid/);
  assert.equal(code, 0);
});

test('a run without quotas says so before anything else happens, one with them does not', async () => {
  const flags = ['--stack', TABLE_ALONE, '--port', '0', '--for', '1s', '--orders-per-second', '0'];
  const [lifted, enforced] = await Promise.all([
    start(...flags, '--no-quotas', '--data', join(directory, 'lifted')),
    start(...flags, '--data', join(directory, 'enforced')),
  ]);
  assert.match(lifted.out, /^QUOTAS LIFTED: rates and concurrency are bounded by this machine alone\./m);
  assert.doesNotMatch(enforced.out, /QUOTAS/);
  assert.deepEqual([lifted.code, enforced.code], [0, 0]);
});

test('Ctrl-C ends the run, and a reader that goes away ends it quietly', async () => {
  const flags = ['--stack', TABLE_ALONE, '--port', '0'];
  const stopped = begin(...flags, '--data', join(directory, 'stopped'));
  stopped.stdout.on(
    'data',
    (chunk) => String(chunk).includes('AWS_DEFAULT_REGION') && stopped.kill('SIGINT'),
  );
  assert.deepEqual(await once(stopped, 'close'), [0, null]);

  const unread = begin(...flags, '--data', join(directory, 'unread'), '--for', '1s');
  let complaint = '';
  unread.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  unread.stdout.destroy();
  const [code] = (await once(unread, 'close')) as [number | null];
  assert.deepEqual([code, complaint], [141, '']);
});
