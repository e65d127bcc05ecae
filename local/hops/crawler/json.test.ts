/** The reader of types agrees with JSON.parse on what is JSON, and keeps what JSON.parse loses. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Node, readValues } from './json.ts';

function nodesOf(text: string, complete = true): Node[] {
  const values = readValues(text, complete);
  assert.equal(values.kind, 'values', text);
  return values.kind === 'values' ? values.nodes : [];
}

/** The node of a parsed value, by JSON.stringify's way of writing numbers. */
function expected(value: unknown): Node {
  if (value === null) return 'null';
  if (Array.isArray(value)) return { items: value.map(expected) };
  if (typeof value === 'object')
    return { fields: Object.entries(value).map(([name, each]) => [name, expected(each)]) };
  if (typeof value !== 'number') return typeof value === 'string' ? 'string' : 'boolean';
  if (!/^-?\d+$/.test(JSON.stringify(value))) return 'double';
  if (Math.abs(value) < 2 ** 31) return 'int';
  return Math.abs(value) < 2 ** 63 ? 'bigint' : 'double';
}

test('values one after another are read as JSON.parse reads each', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue()),
      fc.constantFrom('\n', ' \r\n ', '\t'),
      fc.constantFrom(undefined, 2),
      (values, between, indent) => {
        const text = values.map((value) => JSON.stringify(value, null, indent)).join(between);
        const parsed = values.map((value) => expected(JSON.parse(JSON.stringify(value))));
        assert.deepEqual(nodesOf(text), parsed);
      },
    ),
  );
});

test('what JSON.parse refuses is malformed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...'{}[]",:1-.e tf\\n'.split(''), 'true', 'null', '"a"')),
      (parts) => {
        const text = `[${parts.join('')}]`;
        let parses = true;
        try {
          JSON.parse(text);
        } catch {
          parses = false;
        }
        const values = readValues(text, true);
        if (parses) assert.equal(values.kind, 'values', text);
        else assert.ok(values.kind === 'malformed' || values.nodes.length > 1, text);
      },
    ),
  );
});

test('a text that is cut off anywhere gives its whole values', () => {
  const text = '{"id":-12.5e3,"name":"a\\"\\u00e9","flags":[true,false,null]}';
  for (let length = 0; length <= text.length; length++) {
    const cut = text.slice(0, length);
    assert.equal(nodesOf(`${text}\n${cut}`, false).length, length === text.length ? 2 : 1, cut);
    if (length > 0 && length < text.length)
      assert.equal(readValues(`${text}\n${cut}`, true).kind, 'malformed', cut);
  }
});

test('27.0 is a double, 27 an int, and a number of any length has its width', () => {
  for (const [number, type] of [
    ['27', 'int'],
    ['27.0', 'double'],
    ['1e3', 'double'],
    ['2147483647', 'int'],
    ['2147483648', 'bigint'],
    ['-2147483648', 'int'],
    ['-2147483649', 'bigint'],
    ['9223372036854775807', 'bigint'],
    ['9223372036854775808', 'double'],
  ] as const)
    assert.deepEqual(nodesOf(`[${number}]`), [{ items: [type] }], number);
});
