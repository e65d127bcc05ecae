/** Exclude patterns, after the examples of https://docs.aws.amazon.com/glue/latest/dg/define-crawler.html. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { globPattern } from './glob.ts';

test('a glob matches whole paths, and only ** crosses folders', () => {
  for (const [glob, path, matches] of [
    ['*.csv', 'data.csv', true],
    ['*.csv', 'folder/data.csv', false],
    ['**.csv', 'folder/data.csv', true],
    ['*.*', 'folder', false],
    ['*.{csv,avro}', 'data.avro', true],
    ['*.{csv,avro}', 'data.json', false],
    ['foo.?', 'foo.a', true],
    ['foo.?', 'foo./', false],
    ['myfolder/*', 'myfolder/data', true],
    ['myfolder/*', 'myfolder/deep/data', false],
    ['myfolder/**', 'myfolder/deep/data', true],
    ['data[0-9]', 'data5', true],
    ['data[!0-9]', 'data5', false],
    ['data[!0-9]', 'datax', true],
    ['data\\*', 'data*', true],
    ['data\\*', 'data1', false],
    ['a+b', 'a+b', true],
    ['a+b', 'aab', false],
  ] as const)
    assert.equal(globPattern(glob)?.test(path), matches, `${glob} ${path}`);
});

test('a path, escaped, matches itself and nothing that is longer', () => {
  fc.assert(
    fc.property(fc.string(), (path) => {
      const pattern = globPattern(path.replace(/[\\*?[\]{},]/g, '\\$&'));
      assert.ok(pattern?.test(path));
      assert.ok(!pattern?.test(`${path}x`));
    }),
  );
});

test('a bracket that is not closed is no pattern', () => {
  for (const glob of ['[a', '{a,b', 'x[']) assert.equal(globPattern(glob), undefined, glob);
});
