import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DEPTH_MAX, STACK_CHARACTERS_MAX } from './allowed.ts';
import { readStack } from './read-stack.ts';

const refusal = (text: string) => {
  const read = readStack(text);
  assert.equal(read.kind, 'refused', text.slice(0, 100));
  return read.kind === 'refused' ? read.findings[0] : undefined;
};

for (const [what, text, address] of [
  ['at the top', '{"output":{"a":{}},"output":{"b":{}}}', 'output'],
  ['deep down', '{"a":[{"b":{"c":1,"d":[],"c":2}}]}', 'a.b.c'],
  ['spelt with an escape', '{"a":{"bc":1,"\\u0062c":2}}', 'a.bc'],
  ['that is empty', '{"a":{"":1,"":2}}', 'a'],
  ['after a string with quotes and braces', '{"a":"\\"}{,\\\\","b":1,"a":2}', 'a'],
  ['called __proto__', '{"__proto__":{},"__proto__":{}}', '__proto__'],
] as const)
  test(`a key ${what} that stands twice is refused with its place`, () => {
    const finding = refusal(text);
    assert.equal(finding?.rule, 'gate-json');
    assert.equal(finding?.address, address);
    assert.match(finding?.sentence ?? '', /stands twice/);
  });

test('one key in two objects is no repetition', () => {
  const text = '{"a":[{"b":1},{"b":{"b":["b","b"]}}],"b":{}}';
  assert.deepEqual(readStack(text), { kind: 'stack', stack: JSON.parse(text) });
});

for (const text of ['', '{', '[]', 'null', '"a"', '{"a":1}{', '{a:1}', '\ufeff{}', '{"a":NaN}', '// {}\n{}'])
  test(`${JSON.stringify(text)} is no stack`, () => {
    assert.equal(refusal(text)?.address, 'cdk.tf.json');
  });

test('a stack is read at the greatest depth and length, and not beyond', () => {
  const nested = (levels: number) => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;
  assert.equal(readStack(nested(DEPTH_MAX)).kind, 'stack');
  assert.match(refusal(nested(DEPTH_MAX + 1))?.sentence ?? '', /nested deeper/);
  assert.match(refusal(nested(200_000))?.sentence ?? '', /nested deeper/);
  const long = (length: number) => `{"a":"${'x'.repeat(length - 8)}"}`;
  assert.equal(readStack(long(STACK_CHARACTERS_MAX)).kind, 'stack');
  assert.match(refusal(long(STACK_CHARACTERS_MAX + 1))?.sentence ?? '', /characters/);
});

test('any object that JSON can write is read as it is, and no object twice', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })), (value) => {
      const text = JSON.stringify(value);
      assert.deepEqual(readStack(text), { kind: 'stack', stack: JSON.parse(text) });
      if (text === '{}') return;
      const twice = `${text.slice(0, -1)},${text.slice(1)}`;
      assert.equal(readStack(twice).kind, 'refused');
    }),
  );
});
