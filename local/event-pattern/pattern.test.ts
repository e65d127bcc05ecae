import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EngineError } from '../aws-error.ts';
import { compilePattern } from './pattern.ts';

const matches = (pattern: unknown, event: unknown) => compilePattern(JSON.stringify(pattern))(event);
const leaf = (rule: unknown, value: unknown) => matches({ x: [rule] }, { x: value });

test('a crawler’s success event matches the rule that publishes the views, its failure does not', () => {
  const pattern = {
    source: ['aws.glue'],
    'detail-type': ['Glue Crawler State Change'],
    detail: { crawlerName: ['amazon-sales-data-crawler'], state: ['Succeeded'] },
  };
  const event = (state: string) => ({
    source: 'aws.glue',
    'detail-type': 'Glue Crawler State Change',
    detail: { crawlerName: 'amazon-sales-data-crawler', state, message: 'x' },
  });
  assert.equal(matches(pattern, event('Succeeded')), true);
  assert.equal(matches(pattern, event('Failed')), false);
});

for (const [rule, yes, no] of [
  ['a', 'a', 'b'],
  ['', '', 'a'],
  [5, 5, '5'],
  [null, null, 'null'],
  [true, true, false],
  [{ prefix: 'ab' }, 'abc', 'ba'],
  [{ prefix: { 'equals-ignore-case': 'AB' } }, 'abc', 'ba'],
  [{ suffix: '.png' }, 'x.png', 'x.gif'],
  [{ suffix: { 'equals-ignore-case': '.PNG' } }, 'x.png', 'x.gif'],
  [{ 'equals-ignore-case': 'Alice' }, 'aLICE', 'alices'],
  [{ wildcard: 'a*c.d' }, 'abbbc.d', 'abbbcxd'],
  [{ wildcard: 'a\\*c' }, 'a*c', 'abc'],
  [{ numeric: ['=', 3] }, 3.0, 3.1],
  [{ numeric: ['>', 0, '<=', 5] }, 5, 0],
  [{ 'anything-but': 'a' }, 'b', 'a'],
  [{ 'anything-but': ['a', 5] }, '5', 5],
  [{ 'anything-but': { prefix: 'a' } }, 'ba', 'ab'],
  [{ 'anything-but': { suffix: ['a', 'b'] } }, 'bc', 'cb'],
  [{ 'anything-but': { wildcard: '*x*' } }, 'abc', 'axc'],
  [{ 'anything-but': { 'equals-ignore-case': ['A'] } }, 'b', 'a'],
] as const)
  test(`${JSON.stringify(rule)} takes ${JSON.stringify(yes)}, not ${JSON.stringify(no)}`, () => {
    assert.equal(leaf(rule, yes), true);
    assert.equal(leaf(rule, no), false);
  });

test('exists looks for a leaf, and its absence can be asked for', () => {
  assert.equal(matches({ a: { b: [{ exists: true }] } }, { a: { b: null } }), true);
  assert.equal(matches({ a: { b: [{ exists: true }] } }, { a: { b: {} } }), false);
  assert.equal(matches({ a: { b: [{ exists: false }] } }, {}), true);
  assert.equal(matches({ a: { b: [{ exists: false }] } }, { a: { b: 1 } }), false);
});

test('an array in the event matches when one of its elements does', () => {
  assert.equal(leaf('b', ['a', 'b']), true);
  assert.equal(leaf('c', ['a', 'b']), false);
  const nested = { items: { id: [1], state: ['new'] } };
  assert.equal(matches(nested, { items: [{ id: 1, state: 'new' }] }), true);
  assert.equal(
    matches(nested, {
      items: [
        { id: 1, state: 'old' },
        { id: 2, state: 'new' },
      ],
    }),
    false,
  );
});

test('$or needs one of its branches beside all the rest', () => {
  const pattern = { kind: ['k'], $or: [{ a: [1] }, { b: { c: [2] } }] };
  assert.equal(matches(pattern, { kind: 'k', a: 1 }), true);
  assert.equal(matches(pattern, { kind: 'k', b: { c: 2 } }), true);
  assert.equal(matches(pattern, { kind: 'k', a: 2 }), false);
  assert.equal(matches(pattern, { kind: 'j', a: 1 }), false);
});

for (const wrong of [
  [],
  {},
  { a: 'text' },
  { a: [] },
  { a: {} },
  { a: [{ prefix: 1 }] },
  { a: [{ prefix: 'a', suffix: 'b' }] },
  { a: [{ cidr: '10.0.0.0/8' }] },
  { a: [{ numeric: ['~', 1] }] },
  { a: [{ wildcard: 'a**b' }] },
  { a: [{ 'anything-but': [] }] },
  { $or: [{ a: [1] }] },
])
  test(`${JSON.stringify(wrong)} is refused as a pattern, with a sentence`, () => {
    assert.throws(() => compilePattern(JSON.stringify(wrong)), EngineError);
  });

const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
const word = fc.string({ unit: fc.constantFrom('a', 'b', '.', '?', '('), maxLength: 6 });

test('a pattern made of an event’s own leaves matches that event, and no event without one of them', () => {
  const flat = fc.dictionary(
    fc.string({ minLength: 1 }).filter((name) => !name.startsWith('$') && name !== '__proto__'),
    scalar,
    { minKeys: 1 },
  );
  fc.assert(
    fc.property(flat, (event) => {
      const pattern = {
        detail: Object.fromEntries(Object.entries(event).map(([name, value]) => [name, [value]])),
      };
      assert.equal(matches(pattern, { detail: event, more: 1 }), true);
      const { [Object.keys(event)[0] as string]: _, ...rest } = event;
      assert.equal(matches(pattern, { detail: rest }), false);
    }),
  );
});

test('anything-but is the opposite of equality for every present value', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.integer()), scalar, (unwanted, value) => {
      assert.equal(leaf({ 'anything-but': [unwanted] }, value), !leaf(unwanted, value));
    }),
  );
});

test('a wildcard agrees with a naive matcher', () => {
  const naive = (pattern: string, value: string): boolean => {
    if (pattern === '') return value === '';
    if (pattern[0] === '*')
      return naive(pattern.slice(1), value) || (value !== '' && naive(pattern, value.slice(1)));
    return value !== '' && pattern[0] === value[0] && naive(pattern.slice(1), value.slice(1));
  };
  const pattern = fc
    .array(word, { minLength: 1, maxLength: 3 })
    .map((words) => words.join('*').replace(/\*+/g, '*'));
  fc.assert(
    fc.property(pattern, word, (wildcard, value) => {
      assert.equal(leaf({ wildcard }, value), naive(wildcard, value));
    }),
  );
});
