import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOPS } from '../schemas/hops.ts';
import { ARROWS } from './tidy/arrows.ts';
import { circles } from './tidy/circles.ts';
import { ROOT, repositoryFiles } from './tidy/files.ts';
import { FORM } from './tidy/form.ts';
import type { Rule } from './tidy/rule.ts';
import { twinFindings } from './tidy/twins.ts';
import { WORDS } from './tidy/words.ts';

const FILES = repositoryFiles();
const RULES: readonly Rule[] = [...ARROWS, ...WORDS, ...FORM];
const ROOMS = ['local', 'lambdas', 'loadtest', 'schemas', 'scripts', 'sql', 'stacks', 'test'];

/** Far fewer than there are: a walk that went astray finds none. */
const FILES_MIN = 300;

for (const rule of RULES)
  test(rule.promise, () => {
    const looked = FILES.filter(({ path }) => rule.applies(path));
    assert.ok(looked.length > 0, 'The rule looked at no file.');
    const found = looked.flatMap((source) => rule.findings(source).map((each) => `${source.path}: ${each}`));
    assert.deepEqual(found, [], `${rule.instead}\n${found.join('\n')}`);
  });

test('a hop has the same name in every room', () => {
  const found = twinFindings(FILES.map(({ path }) => path));
  assert.deepEqual(found, [], `Give each hop of schemas/hops.ts its files.\n${found.join('\n')}`);
});

test('no files import each other in a circle', () => {
  const found = circles(FILES);
  assert.deepEqual(found, [], `Move what they share into a file below both.\n${found.join('\n')}`);
});

test('no file holds the path of this repository', () => {
  const found = FILES.filter(({ text }) => text.includes(ROOT)).map(({ path }) => path);
  assert.deepEqual(found, [], 'Use a path relative to the repository.');
});

test('every room is looked at', () => {
  assert.ok(FILES.length >= FILES_MIN, `Only ${FILES.length} files were found.`);
  for (const room of ROOMS)
    assert.ok(
      FILES.some(({ path }) => path.startsWith(`${room}/`)),
      `No file was found in ${room}/.`,
    );
});

for (const rule of RULES)
  test(`a file that breaks "${rule.promise}" is found, one that comes near is not`, () => {
    assert.ok(rule.breaks.length > 0 && rule.keeps.length > 0, 'The rule has no samples.');
    for (const sample of rule.breaks) {
      assert.ok(rule.applies(sample.path), `${sample.path} is not looked at.`);
      assert.notDeepEqual(rule.findings(sample), [], `Not found in ${sample.path}: ${sample.text}`);
    }
    for (const sample of rule.keeps)
      assert.deepEqual(rule.applies(sample.path) ? rule.findings(sample) : [], [], sample.text);
  });

test('a hop that lacks a file is found, and a file that belongs to no hop', () => {
  const whole = HOPS.flatMap(({ name }) => [
    `stacks/hops/${name}.ts`,
    `local/hops/${name}/${name}.ts`,
    `docs/hops/${name}.md`,
  ]);
  assert.deepEqual(twinFindings(whole), []);
  assert.deepEqual(twinFindings(whole.slice(1)), ['stacks/hops/table.ts is missing']);
  assert.deepEqual(twinFindings([...whole, 'local/hops/topic/topic.ts']), [
    'local/hops/topic/topic.ts is named after no hop',
  ]);
});

test('a circle of imports is found, once', () => {
  const a = { path: 'local/a.ts', text: "import { b } from './deep/b.ts';\n" };
  const b = {
    path: 'local/deep/b.ts',
    text: "import { type C, c } from '../c.ts';\nimport { d } from './d.ts';\n",
  };
  const c = { path: 'local/c.ts', text: "import { a } from './a.ts';\n" };
  const d = { path: 'local/deep/d.ts', text: "import type { A } from '../a.ts';\n" };
  assert.deepEqual(circles([a, b, d]), []);
  assert.deepEqual(circles([a, b, c, d]), ['local/a.ts → local/deep/b.ts → local/c.ts → local/a.ts']);
});
