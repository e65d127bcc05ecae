import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { code, prose } from './markdown.ts';
import { HOSTILE_TEXTS } from './testing/hostile.ts';

/** Anything, and often the characters that mean something. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: fc.constantFrom(...'`<>&@#|*_[]()!~$\\-.:/wGH1\n\r \u202E\u2028'), maxLength: 40 }),
  fc.constantFrom(...HOSTILE_TEXTS),
);

/** A line as GitHub's parser sees it: the code span that begins at its beginning, and what is left behind it. */
function spanOf(markdown: string): { inside: string; behind: string } {
  const [fence = ''] = /^`+/.exec(markdown) ?? [];
  const end = new RegExp(`(?<!\`)${fence}(?!\`)`, 'g');
  end.lastIndex = fence.length;
  const found = end.exec(markdown);
  assert.ok(fence !== '' && found, `no code span in ${JSON.stringify(markdown)}`);
  return {
    inside: markdown.slice(fence.length, found.index),
    behind: markdown.slice(found.index + fence.length),
  };
}

const NOT_ONE_LINE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/u;

test('a text as code is one span to its end, on one line', () => {
  fc.assert(
    fc.property(text, (given) => {
      const span = code(given);
      const { inside, behind } = spanOf(span);
      assert.equal(behind, '');
      assert.notEqual(inside, '');
      assert.doesNotMatch(span, NOT_ONE_LINE);
    }),
  );
});

test('what stands in a code span can be read: only breaks and invisible characters are replaced', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 80 }), (given) => {
      const { inside } = spanOf(code(given));
      assert.equal(inside.trim(), given.trim());
    }),
  );
});

test('a sentence has no mark left that GitHub would read', () => {
  fc.assert(
    fc.property(text, (given) => {
      // A letter in place of the dollar, so that what follows it does not seem to begin the sentence.
      const plain = prose(given).replaceAll('<span>$</span>', 'S');
      assert.doesNotMatch(plain.replaceAll('\u200B', ''), NOT_ONE_LINE);
      const unescaped = plain.replace(/\\[!-/:-@[-`{-~]/g, '');
      assert.doesNotMatch(unescaped, /[`*_{}[\]|~^<>$]/, 'markup');
      assert.doesNotMatch(unescaped.replace(/&(amp|lt|gt);/g, ''), /&/, 'entities');
      assert.doesNotMatch(plain, /@(?!\u200B)|#(?!\u200B)|:\/\/|\bwww\.|\bGH-/i, 'references');
      assert.doesNotMatch(plain, /^([-+=]|\d+[.)]|\s)/, 'the beginning of a list');
    }),
  );
});

test('a sentence can be read back: what is escaped is what was given', () => {
  const ascii = fc.string({ unit: 'grapheme-ascii', maxLength: 80 });
  fc.assert(
    fc.property(ascii, (given) => {
      const read = prose(given)
        .replaceAll('<span>$</span>', '$')
        .replaceAll('\u200B', '')
        .replace(/\\([!-/:-@[-`{-~])/g, '$1')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&amp;', '&');
      assert.equal(read, given.trim());
    }),
  );
});

test('a text of a megabyte becomes a line', () => {
  const large = 'x'.repeat(1_000_000);
  assert.ok(code(large).length < 1_100);
  assert.ok(prose(large).length < 2_100);
});
