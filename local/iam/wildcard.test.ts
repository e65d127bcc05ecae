import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { arnWildcard, wildcard } from './wildcard.ts';

/** The obvious model: each wildcard as its regular expression. Small texts over few letters meet every corner. */
function model(pattern: string, text: string): boolean {
  const source = [...pattern].map((each) =>
    each === '*' ? '[^]*' : each === '?' ? '[^]' : `\\u{${hex(each)}}`,
  );
  return new RegExp(`^${source.join('')}$`, 'u').test(text);
}
const hex = (character: string): string => (character.codePointAt(0) as number).toString(16);

const text = fc.string({ unit: fc.constantFrom('a', 'b', ':', '/', '*', '.'), maxLength: 12 });
const pattern = fc.string({ unit: fc.constantFrom('a', 'b', ':', '/', '*', '?', '.'), maxLength: 10 });

test('a pattern matches what the same regular expression matches', () => {
  fc.assert(
    fc.property(pattern, text, (wanted, given) => {
      assert.equal(wildcard(wanted)(given), model(wanted, given));
    }),
    { numRuns: 5_000, seed: 1 },
  );
});

test('a text without wildcards matches itself and nothing else', () => {
  const plain = fc.string({ unit: fc.constantFrom('a', 'b', '.', '+', '('), maxLength: 8 });
  fc.assert(
    fc.property(plain, plain, (wanted, given) => {
      assert.equal(wildcard(wanted)(given), wanted === given);
    }),
    { seed: 2 },
  );
});

test('putting a star for any part of a text keeps the match', () => {
  fc.assert(
    fc.property(text, fc.nat(12), fc.nat(12), (given, one, other) => {
      const [from, to] = [Math.min(one, other), Math.max(one, other)];
      assert.ok(wildcard(`${given.slice(0, from)}*${given.slice(to)}`)(given));
    }),
    { seed: 3 },
  );
});

test('a question mark stands for exactly one character', () => {
  const matches = wildcard('hour=??');
  assert.deepEqual(['hour=1', 'hour=12', 'hour=123'].map(matches), [false, true, false]);
});

test('many stars against a long text that does not match end soon', () => {
  assert.equal(wildcard('*a*a*a*a*a*a*a*a*b')('a'.repeat(5_000)), false);
});

test("an ARN's star does not reach over a colon, except in the last part", () => {
  const matches = arnWildcard('arn:aws:events:*:000000000000:rule/*');
  assert.ok(matches('arn:aws:events:us-east-2:000000000000:rule/crawled'));
  assert.ok(matches('arn:aws:events:us-east-2:000000000000:rule/a:b'));
  assert.ok(!matches('arn:aws:events:us-east-2:1:000000000000:rule/crawled'));
  assert.ok(!matches('arn:aws:events:us-east-2'));
});
