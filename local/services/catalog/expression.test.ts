/** The filter of GetPartitions: what the parser reads is what was meant, and it decides as SQL does. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AwsError } from '../../aws-error.ts';
import { type Expression, type Literal, parseExpression } from './expression.ts';
import { filterBy } from './filter.ts';

const KEYS = [
  { Name: 'dt', Type: 'string' },
  { Name: 'hour', Type: 'int' },
];
const matches = (source: string, values: string[]) => filterBy(parseExpression(source), KEYS)(values);

const literal = fc.oneof(
  fc.string().map((value): Literal => ({ kind: 'text', value })),
  fc.integer().map((n): Literal => ({ kind: 'number', value: String(n) })),
);
const key = fc.constantFrom('dt', 'hour', 'in_between');
const predicate: fc.Arbitrary<Expression> = fc.oneof(
  fc
    .tuple(key, fc.constantFrom('=' as const, '<>', '<', '<=', '>', '>='), literal)
    .map(([key, operator, value]): Expression => ({ kind: 'compare', key, operator, with: value })),
  fc
    .tuple(key, fc.array(literal, { minLength: 1, maxLength: 3 }))
    .map(([key, list]): Expression => ({ kind: 'in', key, list })),
  fc
    .tuple(key, literal, literal)
    .map(([key, low, high]): Expression => ({ kind: 'between', key, low, high })),
  fc.tuple(key, fc.string()).map(([key, pattern]): Expression => ({ kind: 'like', key, pattern })),
  key.map((key): Expression => ({ kind: 'null', key })),
);
const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4 },
    predicate,
    tie('expression').map((of): Expression => ({ kind: 'not', of })),
    fc
      .tuple(fc.constantFrom('and' as const, 'or' as const), tie('expression'), tie('expression'))
      .map(([kind, left, right]): Expression => ({ kind, left, right })),
  ),
}));

function written(literal: Literal): string {
  return literal.kind === 'number' ? literal.value : `'${literal.value.replaceAll("'", "''")}'`;
}

function write(expression: Expression): string {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return `(${write(expression.left)} ${expression.kind} ${write(expression.right)})`;
    case 'not':
      return `NOT (${write(expression.of)})`;
    case 'compare':
      return `${expression.key}${expression.operator}${written(expression.with)}`;
    case 'in':
      return `${expression.key} In (${expression.list.map(written).join(', ')})`;
    case 'between':
      return `${expression.key} BETWEEN ${written(expression.low)} AND ${written(expression.high)}`;
    case 'like':
      return `${expression.key} LIKE ${written({ kind: 'text', value: expression.pattern })}`;
    case 'null':
      return `${expression.key} IS NULL`;
  }
}

test('an expression that is written and parsed is the same expression', () => {
  fc.assert(
    fc.property(expression, (expression) => {
      assert.deepEqual(parseExpression(write(expression)), expression);
    }),
    { numRuns: 300 },
  );
});

test('any text is either an expression or an InvalidInputException', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('dt', '=', "'a'", 'AND', 'or', 'not', '(', ')', ',', 'in', '1', ';', '"')),
      (words) => {
        try {
          parseExpression(words.join(' '));
        } catch (error) {
          assert.ok(error instanceof AwsError && error.code === 'InvalidInputException');
        }
      },
    ),
  );
});

test('AND binds more than OR, NOT more than AND', () => {
  assert.equal(matches("dt='a' OR dt='b' AND hour=1", ['a', '2']), true);
  assert.equal(matches("(dt='a' OR dt='b') AND hour=1", ['a', '2']), false);
  assert.equal(matches("NOT dt='a' AND hour=1", ['b', '2']), false);
});

test('a key that is a number compares as a number, other keys as text', () => {
  assert.equal(matches('hour > 9', ['', '10']), true);
  assert.equal(matches("hour > '9'", ['', '10']), true);
  assert.equal(matches("dt > '9'", ['10', '0']), false);
});

test('both ends of BETWEEN belong to it', () => {
  for (const [hour, inside] of [
    ['9', false],
    ['10', true],
    ['12', true],
    ['13', false],
  ] as const)
    assert.equal(matches('hour BETWEEN 10 AND 12', ['', hour]), inside, hour);
});

test('LIKE takes the whole value, and nothing but % and _ is special', () => {
  assert.equal(matches("dt LIKE '2026-07-__'", ['2026-07-07', '0']), true);
  assert.equal(matches("dt LIKE '2026%'", ['2026-07-07', '0']), true);
  assert.equal(matches("dt LIKE '2026'", ['2026-07-07', '0']), false);
  assert.equal(matches("dt LIKE '.*'", ['2026', '0']), false);
});

test('the null partition matches IS NULL and no comparison, not even a negated one', () => {
  const none = ['__HIVE_DEFAULT_PARTITION__', '1'];
  assert.equal(matches('dt IS NULL', none), true);
  assert.equal(matches('dt IS NOT NULL', none), false);
  for (const source of ["dt = 'a'", "dt <> 'a'", "NOT dt = 'a'", "dt NOT IN ('a')", "dt LIKE '%'"])
    assert.equal(matches(source, none), false, source);
});

test('an unknown key, a number for a text, a word for a number, and anything else is refused', () => {
  for (const source of [
    "region='x'",
    'dt = 1',
    "hour = 'x'",
    'dt',
    "upper(dt)='A'",
    "dt='a' dt='b'",
    "'a'=dt",
  ])
    assert.throws(
      () => matches(source, ['a', '1']),
      (error) => error instanceof AwsError && error.code === 'InvalidInputException',
      source,
    );
});
