/** The derived files are those of the schemas and the views as they stand. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { generated } from './generate.ts';

for (const [path, text] of await generated())
  test(`${path} is what its source makes`, () => {
    const committed = readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
    assert.equal(committed, text, `Run \`npm run generate\` and commit ${path}.`);
  });
