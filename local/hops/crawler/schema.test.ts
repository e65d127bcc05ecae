/** Widening is a join: the types of a table do not depend on the order in which files are met. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { columnsOf, type Field, hiveType, merge, mergeFields, similarity, type Type } from './schema.ts';

const { type } = fc.letrec<{ type: Type }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Type[]>('null', 'boolean', 'int', 'bigint', 'double', 'string'),
    tie('type').map((array): Type => ({ array })),
    fc
      .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c'), tie('type')), {
        selector: ([name]) => name,
        maxLength: 3,
      })
      .map((struct): Type => ({ struct })),
  ),
}));

/** Fields by name: their order follows first appearance and is not the join's business. */
function sorted(type: Type): Type {
  if (typeof type === 'string') return type;
  if ('array' in type) return { array: sorted(type.array) };
  const struct = type.struct.map(([name, field]): Field => [name, sorted(field)]);
  return { struct: struct.sort(([a], [b]) => (a < b ? -1 : 1)) };
}

test('merging is commutative, associative and idempotent', () => {
  fc.assert(
    fc.property(type, type, type, (a, b, c) => {
      assert.deepEqual(sorted(merge(a, b)), sorted(merge(b, a)));
      assert.deepEqual(sorted(merge(merge(a, b), c)), sorted(merge(a, merge(b, c))));
      assert.deepEqual(merge(a, a), a);
      assert.deepEqual(merge(a, 'null'), a);
    }),
  );
});

test('numbers widen to the wider number, other scalars to string', () => {
  assert.equal(merge('int', 'bigint'), 'bigint');
  assert.equal(merge('int', 'double'), 'double');
  assert.equal(merge('bigint', 'double'), 'double');
  assert.equal(merge('int', 'boolean'), 'string');
  assert.equal(merge('double', 'string'), 'string');
  assert.equal(merge({ struct: [] }, 'int'), 'string');
});

test('fields stand in order of first appearance', () => {
  assert.deepEqual(
    mergeFields(
      [
        ['b', 'int'],
        ['a', 'int'],
      ],
      [
        ['c', 'int'],
        ['a', 'double'],
      ],
    ),
    [
      ['b', 'int'],
      ['a', 'double'],
      ['c', 'int'],
    ],
  );
});

test('types are written as Hive writes them', () => {
  assert.equal(
    hiveType({
      struct: [
        ['itemId', 'int'],
        ['tags', { array: 'null' }],
        ['none', 'null'],
      ],
    }),
    'struct<itemId:int,tags:array<string>,none:string>',
  );
  assert.equal(hiveType({ struct: [] }), 'string');
});

test('columns are lower case, and one where they differ in case alone', () => {
  assert.deepEqual(
    columnsOf([
      ['OrderId', 'int'],
      ['orderid', 'double'],
    ]),
    [['orderid', 'double']],
  );
});

test('a schema is like another that has most of its columns, whatever more that one has', () => {
  const few: Field[] = [
    ['id', 'int'],
    ['name', 'string'],
  ];
  const many: Field[] = [...few, ['price', 'double'], ['tags', { array: 'string' }]];
  assert.equal(similarity(few, many), 1);
  assert.equal(similarity(many, few), 1);
  assert.equal(similarity([['id', 'string']], few), 1);
  assert.equal(similarity([['id', { array: 'int' }]], few), 0);
  assert.equal(similarity([['x', 'int']], few), 0);
});
