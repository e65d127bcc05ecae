/** What goes out as JSON or CBOR comes back as it was, bytes and times included. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { parseJson, toJson } from './json.ts';

const leaf = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.date({ noInvalidDate: true }),
);
const { value: anything } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, leaf, tie('list'), tie('map')),
  list: fc.array(tie('value'), { maxLength: 30 }),
  map: fc.dictionary(fc.string(), tie('value'), { maxKeys: 30, noNullPrototype: true }),
}));

test('whatever is written as CBOR is read as it was', () => {
  fc.assert(
    fc.property(anything, (value) => assert.deepStrictEqual(decodeCbor(encodeCbor(value)), value)),
    { numRuns: 300, seed: 1 },
  );
});

test('no bytes at all make the CBOR reader hang or fail otherwise than with an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        decodeCbor(bytes);
      } catch (error) {
        assert.match((error as Error).message, /^CBOR: /);
      }
    }),
    { numRuns: 3_000, seed: 2 },
  );
});

// RFC 8949, appendix A.
for (const [hex, value] of [
  ['1bffffffffffffffff', 2 ** 64],
  ['3903e7', -1000],
  ['f93c00', 1],
  ['f90001', 2 ** -24],
  ['f97c00', Number.POSITIVE_INFINITY],
  ['fa47c35000', 100_000],
  ['5f42010243030405ff', Buffer.from([1, 2, 3, 4, 5])],
  ['7f657374726561646d696e67ff', 'streaming'],
  ['9f018202039f0405ffff', [1, [2, 3], [4, 5]]],
  ['bf6346756ef563416d7421ff', { Fun: true, Amt: -2 }],
] as const)
  test(`CBOR ${hex} is read as RFC 8949 says`, () => {
    assert.deepStrictEqual(decodeCbor(Buffer.from(hex, 'hex')), value);
  });

test("a time is CBOR's tag 1 in milliseconds, as the AWS SDK for Java writes it", () => {
  assert.equal(encodeCbor(new Date(1_783_382_400_123)).toString('hex'), 'c11b0000019f39dfdc7b');
});

test('JSON carries bytes as base64 and times as seconds', () => {
  assert.equal(
    toJson({
      Data: Buffer.from('order'),
      Records: [{ At: new Date(1_783_382_400_123), No: undefined, Yes: [1] }],
    }),
    '{"Data":"b3JkZXI=","Records":[{"At":1783382400.123,"Yes":[1]}]}',
  );
});

test('an attribute named __proto__ is an attribute', () => {
  const item = JSON.parse('{"__proto__":{"B":"x"}}');
  Object.defineProperty(item, '__proto__', { value: Buffer.from('x'), enumerable: true });
  assert.equal(toJson(item), '{"__proto__":"eA=="}');
});

test('a request that is no JSON object is a SerializationException', () => {
  for (const body of ['', '{', '[]', 'null', '"text"', '1'])
    assert.throws(() => parseJson(Buffer.from(body)), { code: 'SerializationException' });
});
