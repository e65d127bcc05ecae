/** Digits, types and names: DynamoDB JSON to JSON text against references, over generated values. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AttributeValue } from '../../schemas/change.ts';
import { decimalText, integerText } from './decimal.ts';
import { distinctNames, Fault, jsonText, quoted } from './json-text.ts';

for (const { stored, written } of [
  { stored: '27', written: '27.0' },
  { stored: '27.50', written: '27.50' },
  { stored: '-0.01', written: '-0.01' },
  { stored: '0', written: '0.0' },
  { stored: '1E+3', written: '1000.0' },
  { stored: '1.25e-3', written: '0.00125' },
  { stored: '-12345E-2', written: '-123.45' },
  { stored: '+007.10', written: '7.1' },
  { stored: '.5', written: '0.5' },
  { stored: '5.', written: '5.0' },
  { stored: '0.12345678901234567890123456789012345678', written: '0.12345678901234567890123456789012345678' },
])
  test(`the number ${stored} is written ${written}`, () => assert.equal(decimalText(stored), written));

for (const text of [
  '',
  '-',
  '.',
  'abc',
  '1e',
  '1.2.3',
  '0x1F',
  'NaN',
  'Infinity',
  '1E+999999999',
  '1E+169',
  ' 1',
])
  test(`'${text}' is no DynamoDB number`, () => assert.equal(decimalText(text), undefined));

test('the ends of the exponent are written out', () => {
  assert.equal(decimalText('1E+125'), `1${'0'.repeat(125)}.0`);
  assert.equal(decimalText('1E-130'), `0.${'0'.repeat(129)}1`);
});

/** Up to 38 digits and an exponent, as DynamoDB stores. */
const stored = fc.record({
  sign: fc.constantFrom('', '-'),
  digits: fc.stringMatching(/^[1-9][0-9]{0,37}$/),
  exponent: fc.integer({ min: -130, max: 87 }),
});

/** digits × 10^exponent as a fraction of big integers, for comparison without rounding. */
function exactly(text: string): { numerator: bigint; tenths: number } {
  const [whole = '', fraction = ''] = text.split('.');
  return { numerator: BigInt(`${whole}${fraction}`), tenths: fraction.length };
}

test('a number keeps its exact value and always has a decimal point', () => {
  fc.assert(
    fc.property(stored, ({ sign, digits, exponent }) => {
      const text = decimalText(`${sign}${digits}E${exponent}`) ?? '';
      assert.match(text, /^-?(0|[1-9]\d*)\.\d+$/);
      const { numerator, tenths } = exactly(text.replace('-', ''));
      const scale = 200;
      assert.equal(
        numerator * 10n ** BigInt(scale - tenths),
        BigInt(digits) * 10n ** BigInt(scale + exponent),
      );
      assert.equal(text.startsWith('-'), sign === '-');
      assert.equal(decimalText(text), text);
    }),
  );
});

test('a whole number is written without a point, another is none', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 38n }), fc.integer({ min: 0, max: 12 }), (whole, zeros) => {
      assert.equal(integerText(`${whole}`), `${whole}`);
      assert.equal(integerText(`${whole}E+${zeros}`), `${whole * 10n ** BigInt(zeros)}`);
      assert.equal(integerText(`${whole}.${'0'.repeat(zeros)}1`), undefined);
    }),
  );
  assert.equal(integerText('2.00'), '2');
  assert.equal(integerText('2x'), undefined);
});

test('a string is quoted as JSON.stringify quotes it', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 100 }),
      (text) => quoted(text) === JSON.stringify(text),
    ),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => quoted(text) === JSON.stringify(text)),
  );
  assert.equal(quoted('a\ud800"\n'), '"a\\ud800\\"\\n"');
});

type Pair = { value: AttributeValue; plain: unknown };

/** An attribute value with what it is in plain JSON; names in lower case, so that none must be told apart. */
const { pair } = fc.letrec<{ pair: Pair }>((tie) => ({
  pair: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.string().map((S): Pair => ({ value: { S }, plain: S })),
    fc.integer().map((n): Pair => ({ value: { N: String(n) }, plain: n })),
    fc.boolean().map((BOOL): Pair => ({ value: { BOOL }, plain: BOOL })),
    fc.constant<Pair>({ value: { NULL: true }, plain: null }),
    fc.base64String().map((B): Pair => ({ value: { B }, plain: B })),
    fc.array(fc.string()).map((SS): Pair => ({ value: { SS }, plain: SS })),
    fc.array(fc.base64String()).map((BS): Pair => ({ value: { BS }, plain: BS })),
    fc.array(fc.integer()).map((list): Pair => ({ value: { NS: list.map(String) }, plain: list })),
    fc.array(tie('pair'), { maxLength: 4 }).map(
      (list): Pair => ({
        value: { L: list.map(({ value }) => value) },
        plain: list.map(({ plain }) => plain),
      }),
    ),
    fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), tie('pair'), { maxKeys: 4 }).map((map): Pair => {
      const entries = Object.entries(map);
      return {
        value: { M: Object.fromEntries(entries.map(([key, { value }]) => [key, value])) },
        plain: Object.fromEntries(entries.map(([key, { plain }]) => [key, plain])),
      };
    }),
  ),
}));

test('any value that DynamoDB stores comes back from its JSON text', () => {
  fc.assert(
    fc.property(pair, ({ value, plain }) =>
      assert.deepEqual(JSON.parse(jsonText('attribute', value)), plain),
    ),
  );
});

test('a number keeps its point and digits inside lists, sets and maps', () => {
  const digits = '1234567890.1234567890123456789012345678';
  const value: AttributeValue = {
    M: { list: { L: [{ N: '1' }, { N: digits }] }, set: { NS: ['2', '3.5'] } },
  };
  assert.equal(jsonText('a', value), `{"list":[1.0,${digits}],"set":[2.0,3.5]}`);
});

for (const { value, message } of [
  { value: 'bare', message: 'a is not DynamoDB JSON: one member naming the type' },
  { value: null, message: 'a is not DynamoDB JSON: one member naming the type' },
  { value: { S: 'x', N: '1' }, message: 'a is not DynamoDB JSON: one member naming the type' },
  { value: { X: 'x' }, message: 'a has a type that DynamoDB does not know' },
  { value: { S: 1 }, message: 'a has a S that is not text' },
  { value: { BOOL: 'true' }, message: 'a has a BOOL that is not true or false' },
  { value: { M: { b: { L: [{ N: 'x' }] } } }, message: 'a.b[0] has a N that is no DynamoDB number' },
  { value: { L: {} }, message: 'a has a L that is not a list' },
])
  test(`${JSON.stringify(value)} is refused by name`, () => {
    assert.throws(
      () => jsonText('a', value),
      (error) => error instanceof Fault && error.message === message,
    );
  });

test('32 levels are written, 33 refused', () => {
  const nested = (levels: number): AttributeValue =>
    levels === 0 ? { N: '1' } : { L: [nested(levels - 1)] };
  assert.equal(jsonText('a', nested(32)), `${'['.repeat(32)}1.0${']'.repeat(32)}`);
  assert.throws(() => jsonText('a', nested(33)), /nested deeper than 32 levels/);
});

const columns = (names: string[], taken: string[] = []) =>
  distinctNames(names, new Set(taken)).map(({ name, column }) => `${name}>${column}`);

test('names that differ only in case get columns of their own, the lower-case one its own name', () => {
  assert.deepEqual(columns(['Color', 'color', 'COLOR']), ['color>color', 'COLOR>COLOR_2', 'Color>Color_3']);
});

test('a name that the row already uses gets the first free suffix', () => {
  assert.deepEqual(columns(['event_id', 'event_id_2', 'DT'], ['event_id', 'dt']), [
    'event_id_2>event_id_2',
    'DT>DT_2',
    'event_id>event_id_3',
  ]);
});

test('however names are chosen, no two columns are the same without case and none is taken', () => {
  const name = fc.stringMatching(/^[aAbB](_2)?$/);
  fc.assert(
    fc.property(fc.uniqueArray(name), fc.array(name), (names, taken) => {
      const lower = taken.map((text) => text.toLowerCase());
      const made = distinctNames(names, new Set(lower));
      const cased = made.map(({ column }) => column.toLowerCase());
      assert.equal(new Set(cased).size, names.length);
      assert.ok(cased.every((column) => !lower.includes(column)));
      assert.deepEqual(distinctNames([...names].reverse(), new Set(lower)), made);
    }),
  );
});
