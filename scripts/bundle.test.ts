/** A bundle is the same bytes wherever it is made, and Lambda can load it. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { unzipSync } from 'fflate';
import { firehoseEvent, SMALL_ORDER, streamChange } from '../lambdas/transform/testing.ts';
import { bundleLambda } from './bundle.ts';

const ENTRY = 'lambdas/transform/handler.ts';
const BUNDLE_BYTES_MAX = 20_000;
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'bundle-'));
after(() => rmSync(directory, { recursive: true, force: true }));

const outDir = (name: string) => join(directory, name);
const bundle = (name: string) => bundleLambda({ name: 'transform', entry: ENTRY, outDir: outDir(name) });

/** The bundle's one file, written where it can be imported. */
function unpacked(path: string, name: string): { code: string; url: string } {
  const files = unzipSync(readFileSync(path));
  assert.deepEqual(Object.keys(files), ['index.mjs']);
  const file = join(directory, `${name}.mjs`);
  writeFileSync(file, files['index.mjs'] ?? '');
  return { code: readFileSync(file, 'utf8'), url: pathToFileURL(file).href };
}

test('two bundles of the same code are the same bytes', () => {
  const [first, second] = [bundle('first'), bundle('second')];
  assert.deepEqual(readFileSync(first.path), readFileSync(second.path));
  assert.equal(first.sha256Base64, second.sha256Base64);
});

test('a bundle made in another directory and time zone is the same bytes', () => {
  const here = bundle('here');
  const options = JSON.stringify({ name: 'transform', entry: ENTRY, outDir: outDir('there') });
  const script = `import { bundleLambda } from ${JSON.stringify(new URL('bundle.ts', import.meta.url).href)};
    console.log(JSON.stringify(bundleLambda(${options})));`;
  const tsx = import.meta.resolve('tsx');
  const printed = execFileSync(process.execPath, ['--import', tsx, '--input-type=module', '-e', script], {
    cwd: directory,
    env: { ...process.env, TZ: 'Pacific/Kiritimati' },
    encoding: 'utf8',
  });
  const there = JSON.parse(printed);
  assert.deepEqual(readFileSync(there.path), readFileSync(here.path));
  assert.equal(there.sha256Base64, here.sha256Base64);
});

test('the transform is under 20 kB and knows no path of the machine that made it', () => {
  const { code } = unpacked(bundle('size').path, 'size');
  assert.ok(code.length < BUNDLE_BYTES_MAX, `${code.length} bytes`);
  assert.ok(!code.includes(ROOT) && !code.includes(directory));
});

test('the bundled handler answers Firehose', async (t) => {
  const { url } = unpacked(bundle('run').path, 'run');
  const { handler } = await import(url);
  t.mock.method(process.stdout, 'write', () => true);
  const { records } = await handler(firehoseEvent([streamChange(SMALL_ORDER)]));
  t.mock.restoreAll();
  assert.equal(records[0].result, 'Ok');
});

test('SQL is bundled as text, and a CommonJS package still finds Node', async () => {
  writeFileSync(join(directory, 'view.sql'), '-- how many?\nSELECT 1');
  writeFileSync(join(directory, 'package.cjs'), `module.exports = require('node:path').sep;`);
  writeFileSync(
    join(directory, 'entry.ts'),
    `import sql from './view.sql'; import sep from './package.cjs'; export const found: string[] = [sql, sep];`,
  );
  const { path } = bundleLambda({ name: 'sql', entry: join(directory, 'entry.ts'), outDir: outDir('sql') });
  const { found } = await import(unpacked(path, 'sql').url);
  assert.deepEqual(found, ['-- how many?\nSELECT 1', '/']);
});
