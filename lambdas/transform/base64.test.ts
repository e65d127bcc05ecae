/** Base64 through the kept buffer is base64, on both sides of the buffer's size. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeBase64, encodeBase64 } from './base64.ts';

const reference = (text: string) => Buffer.from(text, 'utf8').toString('base64');

test('text comes back from base64, one after another in the same buffer', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 200 });
  fc.assert(
    fc.property(text, text, (first, second) => {
      assert.equal(encodeBase64(first), reference(first));
      assert.equal(encodeBase64(second), reference(second));
      assert.equal(decodeBase64(reference(first)), first);
      assert.equal(decodeBase64(reference(second)), second);
    }),
  );
});

for (const length of [349_525, 349_526, 786_432, 786_435, 1_048_577])
  test(`${length} characters of one, two or three bytes survive`, () => {
    for (const character of ['x', 'é', '€']) {
      const text = character.repeat(length);
      assert.equal(encodeBase64(text), reference(text));
      assert.equal(decodeBase64(reference(text)), text);
    }
  });
