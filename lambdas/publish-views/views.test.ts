/** The Lambda's list of views is the directory's, and the bundle that carries it loads. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { bundledCode } from '../../scripts/bundle.ts';
import { readViews } from '../../scripts/views/read-views.ts';

const directory = mkdtempSync(join(tmpdir(), 'publish-views-'));
after(() => rmSync(directory, { recursive: true, force: true }));

async function bundled(name: string) {
  const file = join(directory, `${name}.mjs`);
  writeFileSync(file, bundledCode(`lambdas/publish-views/${name}.ts`));
  return import(pathToFileURL(file).href);
}

test('views.ts lists every file of sql/views under its name, and nothing else', async () => {
  const { VIEWS } = await bundled('views');
  assert.deepEqual(VIEWS, await readViews());
});

test('the bundled handler says which variable it lacks', async (t) => {
  const { handler } = await bundled('handler');
  t.mock.method(process.stdout, 'write', () => true);
  const failure = await handler({}).catch((error: Error) => error);
  t.mock.restoreAll();
  assert.match(String(failure), /variable DATABASE is not set; stacks\/publish-views\.ts sets it/);
});
