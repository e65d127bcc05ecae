import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../terraform/plan-json.ts';
import { differences } from './differences.ts';

const paths = (before: JsonObject, after: JsonObject) => differences(before, after).map(({ path }) => path);

test('each argument that differs has its dotted path and both values', () => {
  assert.deepEqual(differences({ a: 1, b: { c: 'x', d: 2 } }, { a: 1, b: { c: 'y', d: 2 } }), [
    { path: 'b.c', before: 'x', after: 'y' },
  ]);
});

test('the same value never differs from itself', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
      assert.deepEqual(differences(object as JsonObject, structuredClone(object) as JsonObject), []);
    }),
  );
});

test('whatever differs is found from both sides', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.dictionary(fc.string(), fc.jsonValue()),
      (a, b) => {
        const there = paths(a as JsonObject, b as JsonObject);
        assert.deepEqual(there, paths(b as JsonObject, a as JsonObject));
      },
    ),
  );
});

test('nothing and something empty are the same', () => {
  const empties = [null, '', [], {}];
  for (const one of empties)
    for (const other of empties)
      assert.deepEqual(paths({ a: one }, { a: other }), [], JSON.stringify([one, other]));
});

test('0 and false are values, and not nothing', () => {
  assert.deepEqual(paths({ a: null, b: null }, { a: 0, b: false }), ['a', 'b']);
});

test('a tag with an empty value that was put or taken is a difference', () => {
  assert.deepEqual(paths({ tags: {} }, { tags: { owner: '' } }), ['tags.owner']);
  assert.deepEqual(paths({ tags: { owner: '' } }, { tags: null }), ['tags.owner']);
});

test('each key of a map that was nothing before is a difference of its own', () => {
  assert.deepEqual(differences({ tags: null }, { tags: { a: '1', b: '2' } }), [
    { path: 'tags.a', before: undefined, after: '1' },
    { path: 'tags.b', before: undefined, after: '2' },
  ]);
});

test('blocks are compared one by one, and as a whole where there are more or fewer', () => {
  assert.deepEqual(paths({ a: [{ b: 1 }, { b: 2 }] }, { a: [{ b: 1 }, { b: 3 }] }), ['a.1.b']);
  assert.deepEqual(paths({ a: [{ b: 1 }] }, { a: [{ b: 1 }, { b: 3 }] }), ['a']);
});

test('a list of plain values is one difference', () => {
  assert.deepEqual(differences({ a: ['x', 'y'] }, { a: ['y', 'z'] }), [
    { path: 'a', before: ['x', 'y'], after: ['y', 'z'] },
  ]);
});

test('a policy is compared by what it says, not by how it is written', () => {
  const before = { policy: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*"}]}' };
  const spaced = {
    policy: '{ "Statement": [ { "Action": "s3:Get*", "Effect": "Allow" } ], "Version": "2012-10-17" }',
  };
  assert.deepEqual(paths(before, spaced), []);
  assert.deepEqual(paths(before, { policy: spaced.policy.replace('Get*', '*') }), [
    'policy.Statement.0.Action',
  ]);
  assert.deepEqual(paths(before, { policy: '{"Version' }), ['policy']);
  assert.deepEqual(paths(before, { policy: '' }), ['policy']);
});
