import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AwsError } from './aws-error.ts';
import {
  bytes,
  bytesOf,
  flag,
  inputOf,
  list,
  numberOf,
  oneOf,
  type Reader,
  structure,
  text,
  textMap,
  textOf,
  timestamp,
} from './shape.ts';

const member = <T>(reader: Reader<T>) => inputOf(structure({ Name: reader }));
const refused = (code: string, message: string) => (error: unknown) =>
  error instanceof AwsError && error.code === code && error.message === message;
const broken = (value: string, constraint: string, at = 'name') =>
  `1 validation error detected: Value ${value}at '${at}' failed to satisfy constraint: Member must ${constraint}`;

test('what a shape does not name is dropped, and null is as good as absent', () => {
  const parse = inputOf(structure({ Name: text }, { Limit: numberOf(1, 9), After: text }));
  assert.deepEqual(parse({ Name: 'a', Limit: null, Other: 1 }), { Name: 'a' });
});

test('both bounds of a constraint hold, and one step beyond each is refused in AWS’s words', () => {
  const cases: [Reader<unknown>, unknown[], [unknown, string][]][] = [
    [
      textOf(1, 3),
      ['a', 'abc'],
      [
        ['', broken("'' ", 'have length greater than or equal to 1')],
        ['abcd', broken("'abcd' ", 'have length less than or equal to 3')],
      ],
    ],
    [
      numberOf(1, 3),
      [1, 3],
      [
        [0, broken("'0' ", 'have value greater than or equal to 1')],
        [4, broken("'4' ", 'have value less than or equal to 3')],
      ],
    ],
    [
      list(text, 1, 2),
      [['a'], ['a', 'b']],
      [
        [[], broken("'[]' ", 'have length greater than or equal to 1')],
        [['a', 'b', 'c'], broken('', 'have length less than or equal to 2')],
      ],
    ],
    [
      bytesOf(0, 2),
      [new Uint8Array(2)],
      [[new Uint8Array(3), broken('', 'have length less than or equal to 2')]],
    ],
    [oneOf(['A', 'B']), ['A', 'B'], [['C', broken("'C' ", 'satisfy enum value set: [A, B]')]]],
    [textOf(0, 9, '[a-z]+'), ['a'], [['a1', broken("'a1' ", 'satisfy regular expression pattern: [a-z]+')]]],
  ];
  for (const [reader, good, bad] of cases) {
    for (const Name of good) assert.deepEqual(member(reader)({ Name }), { Name });
    for (const [Name, sentence] of bad)
      assert.throws(() => member(reader)({ Name }), refused('ValidationException', sentence));
  }
});

test('every violation stands in one sentence, each with its path', () => {
  const parse = inputOf(
    structure({ Input: structure({ Columns: list(structure({ Name: text })) }), Name: text }),
    'InvalidRequestException',
  );
  const at = (path: string) =>
    `Value null at '${path}' failed to satisfy constraint: Member must not be null`;
  assert.throws(
    () => parse({ Input: { Columns: [{ Name: 'a' }, {}] } }),
    refused(
      'InvalidRequestException',
      `2 validation errors detected: ${at('input.columns.2.member.name')}; ${at('name')}`,
    ),
  );
});

test('a member of another JSON type is refused before any constraint is looked at', () => {
  const cases: [Reader<unknown>, unknown, string][] = [
    [text, 1, 'NUMBER_VALUE cannot be converted to String'],
    [text, 1.5, 'DECIMAL_VALUE cannot be converted to String'],
    [flag, 'true', 'STRING_VALUE cannot be converted to Boolean'],
    [numberOf(1, 2), true, 'TRUE_VALUE cannot be converted to Integer'],
    [timestamp, {}, 'START_OBJECT cannot be converted to Timestamp'],
    [bytes, 1, 'NUMBER_VALUE cannot be converted to Blob'],
    [list(text), {}, 'START_OBJECT cannot be converted to List'],
    [textMap, [], 'START_ARRAY cannot be converted to Map'],
    [structure({}), 'a', 'STRING_VALUE cannot be converted to Structure'],
  ];
  for (const [reader, Name, sentence] of cases)
    assert.throws(
      () => inputOf(structure({ Missing: text, Name: reader }))({ Name }),
      refused('SerializationException', sentence),
    );
});

test('bytes, times and numbers come in their wire’s form and in that of a call in process', () => {
  const parse = inputOf(
    structure({}, { Data: bytes, Time: timestamp, Limit: numberOf(1, 9), Tags: textMap }),
  );
  const wire = { Data: 'YQ==', Time: 1.5, Limit: 2.9, Tags: { a: 'b', c: null } };
  const expected = { Data: Buffer.from('a'), Time: 1500, Limit: 2, Tags: { a: 'b' } };
  assert.deepEqual(parse(wire), expected);
  const inProcess = { ...expected, Time: new Date(1500) };
  assert.deepEqual(parse(inProcess), expected);
  assert.deepEqual(parse(undefined), {});
});
