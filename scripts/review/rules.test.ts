import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { RULES } from './rules.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const PAGES = fileURLToPath(new URL('../../docs/review/', import.meta.url));
const NAMES = RULES.map(({ name }) => name);
const page = (name: string) => readFileSync(`${PAGES}${name}.md`, 'utf8');

test('every rule has a name of its own, and every file of a rule is in the list', () => {
  const files = readdirSync(`${HERE}rules`).filter((file) => !file.endsWith('.test.ts'));
  assert.deepEqual([...NAMES].sort(), files.map((file) => file.replace(/\.ts$/, '')).sort());
});

test('every rule has a test beside it', () => {
  assert.deepEqual(
    NAMES.filter((name) => !existsSync(`${HERE}rules/${name}.test.ts`)),
    [],
  );
});

test('every rule has a page, and every page a rule', () => {
  const pages = readdirSync(PAGES).filter((file) => file !== 'README.md');
  assert.deepEqual(pages.map((file) => file.replace(/\.md$/, '')).sort(), [...NAMES].sort());
});

test('every page says what happens, with a page of AWS, how to do it safely, and when to waive', () => {
  for (const name of NAMES) {
    const text = page(name);
    assert.match(text, new RegExp(`^# ${name}\\n`), name);
    for (const part of ['## What happens', '## How to do it safely', '## When to waive'])
      assert.ok(text.includes(`\n${part}\n`), `docs/review/${name}.md lacks "${part}".`);
    assert.match(text, /https:\/\/docs\.aws\.amazon\.com\//, `docs/review/${name}.md names no page of AWS.`);
  }
});

test('the index has every rule in the order of the list, with what it looks at', () => {
  const rows = [...page('README').matchAll(/^\| \[([a-z0-9-]+)\]\(\1\.md\) \| (.*?) \|/gm)];
  assert.deepEqual(
    rows.map(([, name, looksAt]) => [name, looksAt]),
    RULES.map(({ name, looksAt }) => [name, looksAt]),
  );
});

test('the index says of each rule how grave its findings can be, as the code has it', () => {
  const rows = [...page('README').matchAll(/^\| \[([a-z0-9-]+)\]\(\1\.md\) \| .*? \| ([a-z, ]+) \|$/gm)];
  for (const [, name, severities] of rows) {
    const code = readFileSync(`${HERE}rules/${name}.ts`, 'utf8');
    for (const severity of (severities ?? '').split(', '))
      assert.ok(code.includes(`'${severity}'`) || code.includes('bucketWord'), `${name}: ${severity}`);
  }
});
